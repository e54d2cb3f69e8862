"""The app: each job file in a folder becomes a declared batch inference job, each folder a stack.

Context: `-c jobs=<folder>` is the folder of job files (default: `jobs/` beside this file). `-c env=<name>` is one of
the environments in its `environments.yaml`, and `-c run_id=<run id>` the run of an environment that requires one. `-c
stack=<name>` is the name of the stack of the top folder (default: `BedrockBatchJobs`), with which those of the others
begin. `-c removal_policy=destroy` empties and deletes buckets and key with the stack, instead of keeping them.
"""

import sys
from pathlib import Path

from aws_cdk import App, RemovalPolicy, Stack

from cdk_bedrock_batch import declare_job_files, job_summary

_JOBS = Path(__file__).parent / "jobs"


def build(app: App) -> list[Stack]:
    """Declare the stacks.

    :raises ValueError: a job file, a file of records or a context value is wrong.
    """
    context = {name: app.node.try_get_context(name) for name in ("jobs", "env", "run_id", "stack", "removal_policy")}
    return declare_job_files(
        app,
        _JOBS if context["jobs"] is None else _folder(context["jobs"]),
        environment=context["env"],
        run_id=None if context["run_id"] is None else str(context["run_id"]),
        stack_name=context["stack"] or "BedrockBatchJobs",
        removal_policy=_removal_policy(context["removal_policy"]),
    )


def _folder(name: object) -> str:
    # A variable of a shell that is empty must not mean another folder.
    if not isinstance(name, str) or not name:
        raise ValueError(f"the context value jobs must be the name of a folder, got {name!r:.100}")
    return name


def _removal_policy(name: object) -> RemovalPolicy:
    policies = {"retain": RemovalPolicy.RETAIN, "destroy": RemovalPolicy.DESTROY}
    if name is None:
        return RemovalPolicy.RETAIN
    if not isinstance(name, str) or name not in policies:
        raise ValueError(f"the context value removal_policy must be retain or destroy, got {name!r:.100}")
    return policies[name]


def main() -> None:
    """Synthesize the app, and say what its jobs take. Mistakes in files end with a line for each, not a stack trace."""
    app = App()
    try:
        build(app)
    except ValueError as error:
        sys.exit("\n".join(f"error: {line}" for line in str(error).split("\n")))
    print(job_summary(app.synth()), file=sys.stderr)


if __name__ == "__main__":
    main()
