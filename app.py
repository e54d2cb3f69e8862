"""The app: each job file in a folder becomes a declared batch inference job of one stack.

Context: `-c jobs=<folder>` is the folder of job files (default: `jobs/` beside this file), `-c stack=<name>` the name
of the stack (default: `BedrockBatchJobs`). `-c removal_policy=destroy` empties and deletes buckets and key with the
stack, instead of keeping them.
"""

import re
import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, RemovalPolicy, Stack

from cdk_bedrock_batch import BatchModel, BatchStorage, JobFile, ModelInvocationJob, read_job_files

_JOBS = Path(__file__).parent / "jobs"
# CloudFormation API Reference, CreateStack.
_STACK_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9-]{0,127}")
# A CloudFormation template has 200 outputs at most: two of each job, and one of the stack.
_MOST_JOBS = 99


def build(app: App) -> Stack:
    """Declare the stack, with a job for each file.

    :raises ValueError: a job file, a file of records or a context value is wrong.
    """
    jobs = read_job_files(app.node.try_get_context("jobs") or _JOBS)
    if len(jobs) > _MOST_JOBS:
        raise ValueError(f"a folder may have {_MOST_JOBS} job files, with two outputs each, got {len(jobs)}")
    stack = Stack(
        app,
        _stack_name(app.node.try_get_context("stack")),
        description="Amazon Bedrock batch inference jobs, one for each job file",
    )
    storage = BatchStorage(stack, "Storage", removal_policy=_removal_policy(app.node.try_get_context("removal_policy")))
    for job in jobs:
        declare(stack, job, storage)
    tell_how_to_watch(stack)
    return stack


def declare(stack: Stack, job: JobFile, storage: BatchStorage) -> None:
    """Declare one job, with outputs for its ARN and the place of its output."""
    declared = ModelInvocationJob(
        stack,
        # No name in a job file can be the id of another construct in the stack.
        f"{job.name}-job",
        job_name_prefix=job.name,
        model=BatchModel.from_model_id(job.model, restrict_to_profile=job.restrict_to_profile),
        input=job.input,
        storage=storage,
        invocation_type=job.invocation_type,
        timeout=None if job.timeout_hours is None else Duration.hours(job.timeout_hours),
        run_id=job.run_id,
        tags=job.tags,
    )
    CfnOutput(stack, f"{job.name}JobArn", value=declared.job_arn, description=f"ARN of the job {job.name}")
    CfnOutput(
        stack, f"{job.name}OutputUri", value=declared.output_uri, description=f"S3 URI of the output of {job.name}"
    )


def tell_how_to_watch(stack: Stack) -> None:
    """Add the command that follows the jobs of the stack, as an output."""
    CfnOutput(
        stack,
        "Watch",
        value=f"bedrock-batch watch {stack.stack_name}",
        description="Follows the jobs of the stack; bedrock-batch results reads their output",
    )


def _stack_name(name: str | None) -> str:
    if name is None:
        return "BedrockBatchJobs"
    if not isinstance(name, str) or not _STACK_NAME.fullmatch(name):
        raise ValueError(
            "the context value stack must be 1 to 128 letters, digits and hyphens and start with a letter, "
            f"got {name!r:.100}"
        )
    return name


def _removal_policy(name: str | None) -> RemovalPolicy:
    policies = {None: RemovalPolicy.RETAIN, "retain": RemovalPolicy.RETAIN, "destroy": RemovalPolicy.DESTROY}
    if name not in policies:
        raise ValueError(f"the context value removal_policy must be retain or destroy, got {name!r:.100}")
    return policies[name]


def main() -> None:
    """Synthesize the app. A mistake in a file ends with a one-line reason instead of a stack trace."""
    app = App()
    try:
        build(app)
    except ValueError as error:
        sys.exit(f"error: {error}")
    app.synth()


if __name__ == "__main__":
    main()
