"""A user's stack that uses every public name and every option, typed as strictly as mypy can. It is never run."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from aws_cdk import App, Aspects, CfnOutput, Duration, RemovalPolicy, Size, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from cdk_bedrock_batch import (
    BatchDashboard,
    BatchHandler,
    BatchModel,
    BatchServiceRole,
    BatchStorage,
    CdkNag2Suppressions,
    Ceilings,
    Estimate,
    IModelInvocationJob,
    InvocationType,
    JobFile,
    JobGate,
    JobInput,
    ModelInvocationJob,
    OnRemoval,
    Outcome,
    PartialRun,
    PolicyKind,
    Price,
    RequiredPolicy,
    RunOutcome,
    declare_job_files,
    job_summary,
    read_job_files,
)

PROFILE = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcd1234"


class Reports(Stack):
    """Jobs of a team."""

    def __init__(self, scope: Construct, construct_id: str, *, records: Path, vpc: ec2.IVpc) -> None:
        super().__init__(scope, construct_id)
        key: kms.IKey = kms.Key(self, "Key")
        theirs: s3.IBucket = s3.Bucket.from_bucket_name(self, "Theirs", "theirs")
        self.storage = BatchStorage(
            self,
            "Storage",
            key=key,
            input_key=key,
            output_key=kms.Alias.from_alias_name(self, "Alias", "alias/output"),
            output_bucket=theirs,
            output_bucket_owner="444455556666",
            use_bucket_default_encryption=True,
            access_log_bucket=theirs,
            removal_policy=RemovalPolicy.DESTROY,
            input_retention=Duration.days(30),
        )
        self.plain = BatchStorage(
            self, "Plain", output_retention=Duration.days(90), access_log_retention=Duration.days(400)
        )
        self.brought = BatchStorage(self, "BroughtStorage", input_bucket=theirs, input_bucket_owner="444455556666")
        self.shared = BatchServiceRole(self, "Shared", role_path="/team/", permissions_boundary=None)
        self.handler = BatchHandler(
            self,
            vpc=vpc,
            subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            security_groups=[ec2.SecurityGroup(self, "HandlerGroup", vpc=vpc)],
            role=iam.Role.from_role_name(self, "HandlerRole", "handler"),
            log_group=logs.LogGroup(self, "Logs"),
        )
        self.endpoints: Sequence[ec2.IVpcEndpoint] = self.handler.add_endpoints()
        self.all_options: ModelInvocationJob = ModelInvocationJob(
            self,
            "AllOptions",
            model=BatchModel.from_model_id(
                "us.amazon.nova-lite-v1:0", destination_regions=["us-east-1"], restrict_to_profile=False
            ),
            input=JobInput.from_file(records, max_records=1000, max_size=Size.gibibytes(1)),
            storage=self.storage,
            invocation_type=InvocationType.CONVERSE,
            timeout=Duration.hours(48),
            run_id="2",
            tags={"team": "support"},
            job_name_prefix="reports",
            output_prefix="reports",
            gate=JobGate.VALIDATED,
            gate_timeout=Duration.minutes(5),
            on_removal=OnRemoval.LEAVE_RUNNING,
            hold=True,
            ceilings=Ceilings(max_records=1_000, max_tokens=1_000_000, max_usd=5),
            outcome=Outcome(max_error_rate=0.01, max_missing=1, partial=PartialRun.BY_LIMITS),
            notify=sns.Topic.from_topic_arn(self, "Told", "arn:aws:sns:us-east-1:111122223333:told"),
            price=Price(input_per_million=0.03, output_per_million=Decimal("0.12")),
            role_path="/team/",
            permissions_boundary=iam.ManagedPolicy.from_aws_managed_policy_name("PowerUserAccess"),
            vpc=vpc,
            subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            security_groups=[ec2.SecurityGroup(self, "Group", vpc=vpc)],
        )
        self.estimate: Estimate | None = self.all_options.estimate
        self.jobs: list[ModelInvocationJob] = [
            self.job(f"Job{number}", model, self.shared) for number, model in enumerate(models())
        ]
        self.jobs.append(self.job("Brought", models()[0], iam.Role.from_role_name(self, "Role", "role")))
        endpoint: ec2.GatewayVpcEndpoint = self.all_options.add_s3_endpoint()
        endpoint.add_to_policy(iam.PolicyStatement(actions=["s3:*"], resources=["*"]))

    def job(self, construct_id: str, model: BatchModel, role: iam.IRole | BatchServiceRole) -> ModelInvocationJob:
        """A job of a file or a folder in a bucket."""
        source: JobInput = JobInput.from_bucket(
            self.plain.input_bucket,
            prefix="in",
            digest="0" * 64,
            bucket_owner=self.plain.input_bucket_owner,
            encryption_key=self.plain.input_key,
        )
        asked: list[JobInput] = [
            JobInput.from_table(
                "questions.csv",
                prompt="{question}",
                system="Answer in one word.",
                max_tokens=9,
                temperature=0.5,
                answer_schema={"type": "string"},
                id_column="id",
            ),
            JobInput.from_prompts(["What is 6 times 7?"], system=None),
            JobInput.from_records([{"recordId": "1", "modelInput": {"inputText": "x"}}]),
            JobInput.from_openai_batch("batch.jsonl"),
            JobInput.from_folder("records"),
        ]
        for number, each in enumerate(asked):
            ModelInvocationJob(self, f"{construct_id}Asked{number}", model=model, input=each)
        one: JobInput = JobInput.from_bucket(self.brought.input_bucket, key="records.jsonl")
        ModelInvocationJob(self, f"{construct_id}OfOne", model=model, input=one, storage=self.brought)
        return ModelInvocationJob(self, construct_id, model=model, input=source, storage=self.plain, service_role=role)

    def monitoring(self) -> list[cloudwatch.Metric]:
        """All alarms and metrics of a job, and a dashboard of them."""
        job = self.all_options
        alarms: list[cloudwatch.Alarm] = [
            job.alarm_on_failure("Failed", alarm_name="failed", alarm_description="Call us", actions_enabled=False),
            job.alarm_on_error_rate("Errors", threshold=0.01),
            job.alarm_when_stuck("Stuck", after=Duration.hours(2), model_dimension="amazon.nova-lite-v1:0"),
            job.alarm_when_late("Late", after=Duration.hours(30)),
        ]
        board = BatchDashboard(self, "Board", jobs=self.jobs, alarms=alarms, dashboard_name="reports")
        board.dashboard.add_widgets(cloudwatch.TextWidget(markdown="Reports"))
        return [
            job.metric_records_pending(period=Duration.minutes(1), statistic="Average", label="waiting"),
            job.metric_input_tokens_per_minute(dimensions_map={"ModelId": "amazon.nova-lite-v1:0"}),
            job.metric_output_tokens_per_minute(region="us-east-1", account="111122223333"),
            job.metric_tokens_pending(color="#ff0000", unit=cloudwatch.Unit.COUNT),
            job.metric_failed_jobs(),
            job.metric_degraded_jobs(),
            job.metric_error_rate(),
            job.metric_missing_records(),
            job.metric_input_tokens(),
            job.metric_output_tokens(),
            job.metric_duration(),
            job.metric_hours_since_submission(),
            job.metric_timeout_used(),
        ]

    def grants(self, reader: iam.IGrantable) -> list[iam.Grant]:
        """All rights that can be granted."""
        imported: IModelInvocationJob = ModelInvocationJob.from_job_arn(self, "Imported", self.all_options.job_arn)
        either: list[IModelInvocationJob] = [imported, self.all_options]
        return [
            *(job.grant(reader, "bedrock:StopModelInvocationJob") for job in either),
            *(job.grant_stop(reader) for job in either),
            *(job.grant_describe(reader) for job in either),
            self.all_options.grant_read_output(reader),
            self.plain.grant_write_input(reader, prefix="in"),
            self.plain.grant_read_output(reader),
            models()[0].grant_invoke(reader),
            models()[0].grant_batch_inference(reader),
        ]

    def rules(self, target: events.IRuleTarget, elsewhere: Construct) -> list[events.Rule]:
        """All rules that can be made."""
        imported: IModelInvocationJob = ModelInvocationJob.from_job_arn(self, "Followed", self.all_options.job_arn)
        either: list[IModelInvocationJob] = [imported, self.all_options]
        return [
            *(job.on_state_change("Changes", target=target) for job in either),
            *(job.on_completed("Completed", description="completed") for job in either),
            *(job.on_failed("Failed", event_pattern=events.EventPattern(region=["us-east-1"])) for job in either),
            *(job.on_ended("Ended", rule_name="ended", cross_stack_scope=elsewhere) for job in either),
            self.all_options.on_outcome("Degraded", outcomes=[RunOutcome.DEGRADED, "failed"], target=target),
            ModelInvocationJob.on_any_state_change(self, "Any", target=target),
        ]

    def texts(self) -> Mapping[str, str]:
        """What a job tells."""
        job = self.all_options
        CfnOutput(self, "Arn", value=job.job_arn)
        return {
            "arn": job.job_arn,
            "id": job.job_id,
            "name": job.job_name,
            "part": job.job_name_part,
            "uri": job.output_uri,
            "role": job.service_role.role_arn,
            "shared": self.shared.role.role_name,
            "profile": models()[0].profile_arn or models()[0].geography or models()[0].model_id,
        }

    def open_policies(self) -> dict[PolicyKind, list[str]]:
        """What others must add."""
        required: tuple[RequiredPolicy, ...] = self.all_options.required_policies
        return {
            kind: [
                f"{each.resource}: {each.to_json()} {len(each.statements)}" for each in required if each.kind is kind
            ]
            for kind in PolicyKind
        }


def models() -> Sequence[BatchModel]:
    """A model of each kind."""
    return [
        BatchModel.from_foundation_model("amazon.nova-lite-v1:0"),
        BatchModel.from_inference_profile("token", foundation_models=["amazon.nova-lite-v1:0"]),
        BatchModel.from_application_inference_profile(PROFILE, foundation_models=("amazon.nova-lite-v1:0",)),
        BatchModel.from_custom_model("token"),
    ]


def names(folder: str) -> list[str]:
    """The names of job files."""
    files: list[JobFile] = read_job_files(folder, environment="prod", run_id="2026-11-26")
    return [f"{file.name} {file.line + 1} {file.options.get('timeout_hours')} {file.folder}" for file in files]


def folders(app: App) -> list[str]:
    """The names of the stacks of a folder of job files."""
    stacks = declare_job_files(
        app,
        "jobs",
        environment="prod",
        run_id="2026-11-26",
        stack_name="Nightly",
        removal_policy=RemovalPolicy.DESTROY,
    )
    return [stack.stack_name for stack in stacks]


def summary(app: App) -> list[str]:
    """The lines that a synthesis tells."""
    text: str = job_summary(app.synth())
    return text.splitlines()


app = App()
Aspects.of(app).add(CdkNag2Suppressions())
