"""A pipeline of AWS CodePipeline: the jobs of `test`, then, once a person has read the plan, those of `prod`.

Context: `-c repository=<owner/name>` and `-c connection=<ARN of a CodeConnections connection>` are required;
`-c branch=<name>` is the branch (default: `main`). The account and the Region of a stage are those that
`jobs/environments.yaml` says, else those of the pipeline.
"""

from __future__ import annotations

import sys
from pathlib import Path

from aws_cdk import App, Aws, DefaultStackSynthesizer, Stack, Stage, pipelines
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk_bedrock_batch import declare_job_files

_FOLDER = Path(__file__).parent
_INSTALL = ["pip install --require-hashes -r requirements.txt -r requirements-pipeline.txt", "pip install --no-deps ."]


class JobsStage(Stage):
    """The jobs of all files, in one environment."""

    def __init__(self, scope: Construct, construct_id: str, *, environment: str) -> None:
        """Declare the stacks.

        :param environment: one of `jobs/environments.yaml`.
        :raises ValueError: a job file or a file of records is wrong.
        """
        super().__init__(scope, construct_id)
        self.stacks = declare_job_files(self, _FOLDER / "jobs", environment=environment)


class PipelineStack(Stack):
    """The pipeline, which also updates itself."""

    def __init__(
        self, scope: Construct, construct_id: str, *, repository: str, connection: str, branch: str = "main"
    ) -> None:
        """Declare the pipeline and its stages.

        :param repository: owner and name.
        :param connection: ARN of the connection to its host.
        :param branch: each push to it runs the pipeline.
        :raises ValueError: as `JobsStage`.
        """
        super().__init__(scope, construct_id)
        source = pipelines.CodePipelineSource.connection(repository, branch, connection_arn=connection)
        context = f"-c repository={repository} -c branch={branch} -c connection={connection}"
        synth = pipelines.ShellStep(
            "Synth",
            input=source,
            install_commands=[*_INSTALL, "npm ci"],
            commands=[f"node_modules/.bin/cdk synth --quiet {context}"],
        )
        image = codebuild.BuildEnvironment(build_image=codebuild.LinuxBuildImage.STANDARD_7_0)
        pipeline = pipelines.CodePipeline(
            self, "Pipeline", synth=synth, code_build_defaults=pipelines.CodeBuildOptions(build_environment=image)
        )
        pipeline.add_stage(JobsStage(self, "Test", environment="test"))
        prod = JobsStage(self, "Prod", environment="prod")
        plan = _plan(prod, synth, source)
        approval = pipelines.ManualApprovalStep(
            "Approve",
            comment=f"{plan.exported_variable('PLAN_SUMMARY')} The plan: {plan.exported_variable('PLAN_LOG')}",
        )
        approval.add_step_dependency(plan)
        pipeline.add_stage(prod, pre=[plan, approval])


def _plan(
    stage: JobsStage, synth: pipelines.ShellStep, source: pipelines.CodePipelineSource
) -> pipelines.CodeBuildStep:
    """The step that shows what the deployment of a stage would do, compared with what is deployed.

    It reads with the lookup role of the stage's account, which `cdk bootstrap` has made.
    """
    place = stage.stacks[0]
    role = (
        f"arn:{Aws.PARTITION}:iam::{place.account}:role/"
        f"cdk-{DefaultStackSynthesizer.DEFAULT_QUALIFIER}-lookup-role-{place.account}-{place.region}"
    )
    return pipelines.CodeBuildStep(
        "Plan",
        input=synth,
        additional_inputs={"repository": source},
        install_commands=["cd repository", *_INSTALL, "cd .."],
        commands=[
            "code=0",
            f"bedrock-batch plan --app {stage.artifact_id} > plan.txt || code=$?",
            "cat plan.txt",
            # 0: nothing paid starts. 10: paid jobs start. All else, such as a ceiling, ends the pipeline here.
            'case "$code" in 0|10) ;; *) exit "$code" ;; esac',
            # The first sentence says what starts. A comment of an approval has 1,000 characters at most.
            "export PLAN_SUMMARY=\"$(sed '/^$/q' plan.txt | tr -s '\\n' ' ' | cut -c 1-400)\"",
            'export PLAN_LOG="$CODEBUILD_BUILD_URL"',
        ],
        role_policy_statements=[iam.PolicyStatement(actions=["sts:AssumeRole"], resources=[role])],
    )


def main() -> None:
    """Synthesize the app."""
    app = App()
    context = {name: app.node.try_get_context(name) for name in ("repository", "connection", "branch")}
    for name in ("repository", "connection"):
        if not context[name]:
            sys.exit(f"error: the context value {name} is required: -c {name}=...")
    PipelineStack(
        app,
        "BedrockBatchPipeline",
        repository=context["repository"],
        connection=context["connection"],
        branch=context["branch"] or "main",
    )
    app.synth()


if __name__ == "__main__":
    main()
