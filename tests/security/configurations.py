"""Every way to declare a job, by name: what the checkers of this folder, and whoever else wants all of them, run over.

A further one is a function of a stack below, under `@configuration` with one sentence that says what it stands for.
"""

import importlib.util
from types import ModuleType
from typing import Final

from aws_cdk import Aws, CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.aws_cloudwatch_actions import SnsAction
from constructs import Construct

from cdk_bedrock_batch import (
    BatchDashboard,
    BatchHandler,
    BatchModel,
    BatchServiceRole,
    BatchStorage,
    Ceilings,
    InvocationType,
    JobGate,
    JobInput,
    ModelInvocationJob,
    OnRemoval,
    Outcome,
    PartialRun,
    Price,
    read_job_files,
)
from security.brought import boundary, brought_key, network
from security.registry import (
    ACCOUNT,
    CONFIGURATIONS,
    FOUNDATION_MODEL,
    OTHER_ACCOUNT,
    REGION,
    ROOT,
    configuration,
    job,
)

__all__ = ["CONFIGURATIONS", "shipped_app"]

_GEOGRAPHIC_PROFILE: Final = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
_GLOBAL_PROFILE: Final = "global.anthropic.claude-haiku-4-5-20251001-v1:0"
_BEDROCK: Final = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:"


def shipped_app() -> ModuleType:
    """The module `app.py`, which lies beside the packages and not in one."""
    spec = importlib.util.spec_from_file_location("shipped_app", ROOT / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@configuration("A foundation model reads a file and answers into the stack's own storage.")
def _foundation_model(stack: Construct) -> None:
    job(stack)


@configuration("A geographic inference profile.")
def _geographic_profile(stack: Construct) -> None:
    job(stack, model=BatchModel.from_model_id(_GEOGRAPHIC_PROFILE))


@configuration("A geographic inference profile whose destination Regions are named.")
def _narrow_profile(stack: Construct) -> None:
    destinations = ["us-east-1", "us-east-2", "us-west-2"]
    job(stack, model=BatchModel.from_model_id(_GEOGRAPHIC_PROFILE, destination_regions=destinations))


@configuration("A geographic inference profile, whose models the role may also invoke directly.")
def _profile_without_condition(stack: Construct) -> None:
    job(stack, model=BatchModel.from_model_id(_GEOGRAPHIC_PROFILE, restrict_to_profile=False))


@configuration("A global inference profile.")
def _global_profile(stack: Construct) -> None:
    job(stack, model=BatchModel.from_model_id(_GLOBAL_PROFILE))


@configuration("An application inference profile over one model.")
def _application_profile(stack: Construct) -> None:
    profile = f"{_BEDROCK}application-inference-profile/abcd1234"
    models = [FOUNDATION_MODEL]
    job(stack, model=BatchModel.from_application_inference_profile(profile, foundation_models=models))


@configuration("A custom model.")
def _custom_model(stack: Construct) -> None:
    arn = f"{_BEDROCK}custom-model/amazon.nova-lite-v1:0:300k/a1b2c3d4e5f6"
    job(stack, model=BatchModel.from_custom_model(arn))


@configuration("One object of the storage's input bucket.")
def _bucket_key(stack: Construct) -> None:
    storage = BatchStorage(stack, "Storage")
    job(stack, storage=storage, input=JobInput.from_bucket(storage.input_bucket, key="in/records.jsonl"))


@configuration("A folder of the storage's input bucket.")
def _bucket_prefix(stack: Construct) -> None:
    storage = BatchStorage(stack, "Storage")
    job(stack, storage=storage, input=JobInput.from_bucket(storage.input_bucket, prefix="in"))


@configuration("A whole bucket of another account.")
def _whole_bucket(stack: Construct) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "Theirs", "their-records")
    job(stack, input=JobInput.from_bucket(bucket, prefix="", bucket_owner=OTHER_ACCOUNT))


@configuration("Storage that is emptied and deleted with the stack, with every retention set.")
def _destroy(stack: Construct) -> None:
    storage = BatchStorage(
        stack,
        "Storage",
        removal_policy=RemovalPolicy.DESTROY,
        input_retention=Duration.days(30),
        output_retention=Duration.days(90),
        access_log_retention=Duration.days(400),
    )
    job(stack, storage=storage)


@configuration("Buckets and key of the user's.")
def _brought_buckets(stack: Construct) -> None:
    storage = BatchStorage(
        stack,
        "Storage",
        key=brought_key(stack),
        input_bucket=s3.Bucket.from_bucket_name(stack, "Input", "their-records"),
        output_bucket=s3.Bucket.from_bucket_name(stack, "Output", "their-output"),
    )
    job(stack, storage=storage, input=JobInput.from_bucket(storage.input_bucket, prefix="in"))


@configuration("The user's key under buckets that are made here, whose access logs go to a bucket of the user's.")
def _brought_key_and_log_bucket(stack: Construct) -> None:
    logs = s3.Bucket.from_bucket_name(stack, "Logs", "their-logs")
    job(stack, storage=BatchStorage(stack, "Storage", key=brought_key(stack), access_log_bucket=logs))


@configuration("Records and output have keys of their own.")
def _separate_keys(stack: Construct) -> None:
    storage = BatchStorage(
        stack,
        "Storage",
        input_key=kms.Key(stack, "InputKey", enable_key_rotation=True),
        output_key=kms.Key(stack, "OutputKey", enable_key_rotation=True),
    )
    job(stack, storage=storage, input=JobInput.from_bucket(storage.input_bucket, prefix="in"))


@configuration("Answers are left to the default encryption of their bucket.")
def _default_encryption(stack: Construct) -> None:
    job(stack, storage=BatchStorage(stack, "Storage", use_bucket_default_encryption=True))


@configuration("The user's bucket of output and a key that is known by its alias.")
def _alias(stack: Construct) -> None:
    answers = s3.Bucket.from_bucket_name(stack, "Output", "their-output")
    alias = kms.Alias.from_alias_name(stack, "Alias", "alias/answers")
    job(stack, storage=BatchStorage(stack, "Storage", output_bucket=answers, output_key=alias))


@configuration("A key of the app whose policy does not leave access to IAM.")
def _closed_key(stack: Construct) -> None:
    administration = iam.PolicyStatement(
        principals=[iam.AccountRootPrincipal()],
        actions=["kms:Describe*", "kms:Get*", "kms:List*", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"],
        resources=["*"],
    )
    closed = iam.PolicyDocument(statements=[administration])
    job(
        stack,
        storage=BatchStorage(
            stack, "Storage", output_key=kms.Key(stack, "ClosedKey", policy=closed, enable_key_rotation=True)
        ),
    )


@configuration("Input, output and key of another account.")
def _another_account(stack: Construct) -> None:
    key = brought_key(stack, OTHER_ACCOUNT)
    prompts = s3.Bucket.from_bucket_name(stack, "Input", "their-records")
    storage = BatchStorage(
        stack,
        "Storage",
        input_bucket=prompts,
        input_bucket_owner=OTHER_ACCOUNT,
        input_key=key,
        output_bucket=s3.Bucket.from_bucket_name(stack, "Output", "their-output"),
        output_bucket_owner=OTHER_ACCOUNT,
        output_key=key,
    )
    source = JobInput.from_bucket(prompts, prefix="in", bucket_owner=OTHER_ACCOUNT, encryption_key=key)
    job(stack, "FromBucket", storage=storage, input=source)
    job(stack, "FromFile", storage=storage)


@configuration("A VPC without a way to the internet.")
def _vpc(stack: Construct) -> None:
    job(stack, **network(stack)).add_s3_endpoint()


@configuration("A role under a path of the user's, with a permissions boundary.")
def _path_and_boundary(stack: Construct) -> None:
    job(stack, role_path="/team/", permissions_boundary=boundary(stack))


@configuration("One role that two jobs share.")
def _shared_role(stack: Construct) -> None:
    role = BatchServiceRole(stack, "SharedRole")
    job(stack, "One", service_role=role)
    job(stack, "Two", service_role=role, model=BatchModel.from_model_id(_GEOGRAPHIC_PROFILE))


@configuration("A role of the user's, declared in the same stack and used by two jobs.")
def _brought_role(stack: Construct) -> None:
    role = iam.Role(stack, "Theirs", assumed_by=iam.ServicePrincipal("bedrock.amazonaws.com"))
    job(stack, "One", service_role=role, model=BatchModel.from_model_id(_GEOGRAPHIC_PROFILE), **network(stack))
    job(stack, "Two", service_role=role)


@configuration("The function in a VPC without a way to the internet, with a log group of the user's.", own_handler=True)
def _handler_network(stack: Construct) -> None:
    log_group = logs.LogGroup.from_log_group_arn(
        stack, "Logs", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/batch/handler:*"
    )
    handler = BatchHandler(Stack.of(stack), log_group=log_group, **network(stack))
    handler.add_endpoints()
    job(stack)


@configuration("A role of the user's for the function, declared in the same stack.", own_handler=True)
def _handler_role(stack: Construct) -> None:
    BatchHandler(
        Stack.of(stack), role=iam.Role(stack, "FunctionRole", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    )
    job(stack)


@configuration("A role of the user's, known by its ARN, to which policies may be added.")
def _imported_role(stack: Construct) -> None:
    role = iam.Role.from_role_arn(stack, "Theirs", f"arn:aws:iam::{ACCOUNT}:role/theirs")
    job(stack, service_role=role)


@configuration("A role of the user's to which nothing may be added.")
def _immutable_role(stack: Construct) -> None:
    role = iam.Role.from_role_arn(stack, "Theirs", f"arn:aws:iam::{ACCOUNT}:role/theirs", mutable=False)
    job(stack, service_role=role)


@configuration("A deployment that waits until the job is validated.")
def _validated(stack: Construct) -> None:
    job(stack, gate=JobGate.VALIDATED, gate_timeout=Duration.minutes(5))


@configuration("A job that runs on when it leaves its stack.")
def _left_running(stack: Construct) -> None:
    job(stack, on_removal=OnRemoval.LEAVE_RUNNING)


@configuration("A job that is held: it has its role, its places and its rights, and is not started.")
def _held(stack: Construct) -> None:
    job(stack, hold=True)


@configuration("A job that may not exceed what its ceilings say.")
def _ceilings(stack: Construct) -> None:
    job(stack, ceilings=Ceilings(max_records=100_000), price=Price(0.03, 0.12))


@configuration("The outcome of each run is told on the event bus: its limits are declared.")
def _outcome(stack: Construct) -> None:
    job(stack, outcome=Outcome(max_error_rate=0.02, max_missing=1, partial=PartialRun.FAILED))


@configuration("An encrypted topic of the app is told of each outcome.")
def _notify(stack: Construct) -> None:
    key = kms.Key(stack, "TopicKey", enable_key_rotation=True)
    job(stack, notify=sns.Topic(stack, "Topic", master_key=key, enforce_ssl=True))


@configuration("A topic of the user's, known by its ARN, is told of each outcome.")
def _imported_topic(stack: Construct) -> None:
    job(stack, notify=sns.Topic.from_topic_arn(stack, "Topic", f"arn:aws:sns:{REGION}:{ACCOUNT}:theirs"))


@configuration("Outcomes of runs whose output lies in another account, under a key of that account.")
def _outcome_of_another_account(stack: Construct) -> None:
    storage = BatchStorage(
        stack,
        "Storage",
        output_bucket=s3.Bucket.from_bucket_name(stack, "Output", "their-output"),
        output_bucket_owner=OTHER_ACCOUNT,
        output_key=brought_key(stack, OTHER_ACCOUNT),
    )
    job(stack, storage=storage, outcome=Outcome())


@configuration("A job with each of its alarms, which tell a topic, and a dashboard.")
def _alarms(stack: Construct) -> None:
    topic = sns.Topic.from_topic_arn(stack, "Topic", f"arn:aws:sns:{Aws.REGION}:{Aws.ACCOUNT_ID}:alarms")
    declared = job(stack, outcome=Outcome())
    alarms = [
        declared.alarm_on_failure("Failure"),
        declared.alarm_on_error_rate("ErrorRate"),
        declared.alarm_when_late("Late"),
        declared.alarm_when_stuck("Stuck"),
    ]
    for alarm in alarms:
        alarm.add_alarm_action(SnsAction(topic))
    BatchDashboard(stack, "Dashboard", jobs=[declared], alarms=alarms)


@configuration("A principal of the user's that may do everything that can be granted.")
def _grants(stack: Construct) -> None:
    reader = iam.Role.from_role_arn(stack, "Reader", f"arn:aws:iam::{ACCOUNT}:role/reader")
    storage = BatchStorage(stack, "Storage")
    declared = job(stack, storage=storage)
    declared.grant_read_output(reader)
    declared.grant_stop(reader)
    declared.grant_describe(reader)
    storage.grant_write_input(reader, prefix="incoming")
    storage.grant_read_output(reader, prefix="shared")
    model = BatchModel.from_model_id(FOUNDATION_MODEL)
    model.grant_invoke(reader)
    model.grant_batch_inference(reader)


@configuration("Rules for the events of jobs, with each kind of target: they are the user's.")
def _events(stack: Construct) -> None:
    declared = job(stack)
    here = f"{Aws.REGION}:{Aws.ACCOUNT_ID}"
    lost = sqs.Queue.from_queue_arn(stack, "Lost", f"arn:aws:sqs:{here}:lost")
    queue = sqs.Queue.from_queue_arn(stack, "Queue", f"arn:aws:sqs:{here}:queue")
    topic = sns.Topic.from_topic_arn(stack, "Topic", f"arn:aws:sns:{here}:topic")
    function = lambda_.Function.from_function_attributes(
        stack, "Function", function_arn=f"arn:aws:lambda:{here}:function:function", same_environment=True
    )
    machine = sfn.StateMachine.from_state_machine_arn(stack, "Machine", f"arn:aws:states:{here}:stateMachine:machine")
    role = iam.Role.from_role_arn(stack, "Starter", f"arn:aws:iam::{Aws.ACCOUNT_ID}:role/starter", mutable=False)
    declared.on_state_change("Changed", target=targets.SqsQueue(queue, dead_letter_queue=lost))
    declared.on_completed("Completed", target=targets.SfnStateMachine(machine, role=role, dead_letter_queue=lost))
    declared.on_failed("Failed", target=targets.SnsTopic(topic, dead_letter_queue=lost))
    declared.on_ended("Ended", target=targets.LambdaFunction(function, dead_letter_queue=lost))
    ModelInvocationJob.on_any_state_change(stack, "Any", target=targets.SqsQueue(queue, dead_letter_queue=lost))


@configuration("Every option at once, on every kind of model.")
def _all_options(stack: Construct) -> None:
    storage = BatchStorage(stack, "Storage", removal_policy=RemovalPolicy.DESTROY)
    options = network(stack)
    for number, model in enumerate([FOUNDATION_MODEL, _GEOGRAPHIC_PROFILE, _GLOBAL_PROFILE]):
        job(
            stack,
            f"Job{number}",
            model=BatchModel.from_model_id(model),
            input=JobInput.from_bucket(storage.input_bucket, prefix=f"in/{number}", digest="0" * 64),
            storage=storage,
            invocation_type=InvocationType.CONVERSE,
            timeout=Duration.hours(48),
            run_id="2",
            tags={"team": "support"},
            job_name_prefix=f"support-{number}",
            output_prefix=f"answers/{number}",
            gate=JobGate.VALIDATED,
            on_removal=OnRemoval.LEAVE_RUNNING,
            hold=number == 0,
            outcome=Outcome(max_error_rate=0.02),
            **options,
        )


@configuration("The app's own stack: each shipped job file a job.")
def _app(stack: Construct) -> None:
    storage = BatchStorage(stack, "Storage")
    for file in read_job_files(ROOT / "jobs"):
        file.declare(stack, storage=storage)
    value = f"bedrock-batch watch {Stack.of(stack).stack_name}"
    told = "Follows the jobs of the stack; bedrock-batch results reads their output"
    CfnOutput(stack, "Watch", value=value, description=told)
