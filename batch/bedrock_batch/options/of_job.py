"""The options of a job: those of `ModelInvocationJob` and of its model."""

import re
from typing import Final

from bedrock_batch import limits
from bedrock_batch.options.kinds import Entries, Items, Members, Option
from bedrock_batch.options.of_input import INPUT
from bedrock_batch.options.of_monitoring import MONITORING
from bedrock_batch.options.scalars import Flag, Text, WholeNumber, Word
from bedrock_batch.options.texts_of_aws import (
    MODEL,
    POLICY_ARN,
    REGION,
    ROLE_ARN,
    ROLE_PATH,
    S3_KEY,
    SECURITY_GROUP_ID,
    SUBNET_ID,
    VPC_ID,
)

_OURS: Final = "this project"
_TAG: Final = "letters, digits, spaces and ._:/=+@- characters"
_MOST_MODELS: Final = 50

NAME: Final = Option(
    name="name",
    kind=Text(
        f"1 to {limits.JOB_NAME_PREFIX_LENGTH} letters, digits and hyphens and start with a letter",
        re.compile(rf"[a-zA-Z][a-zA-Z0-9-]{{0,{limits.JOB_NAME_PREFIX_LENGTH - 1}}}"),
        examples=("ticket-triage",),
    ),
    sentence="What the job is: another name is another job. No two jobs of a folder and all below have the same.",
    source=f"api: jobName; {_OURS}",
    sets=("construct_id",),
)
INPUT_OF_JOB: Final = Option(
    name="input",
    kind=INPUT,
    sentence="The records: the path of a file, or a mapping that says where they come from.",
    source="api: inputDataConfig",
)
VPC: Final = Members(
    options=(
        Option(name="vpc_id", kind=VPC_ID, sentence="The VPC.", source="ec2: ids", sets=("vpc",)),
        Option(
            name="subnets",
            kind=Items(SUBNET_ID, *limits.SUBNETS, "subnet ids"),
            sentence="Its subnets, preferably one in each zone.",
            source="api: vpcConfig.subnetIds",
        ),
        Option(
            name="security_groups",
            kind=Items(SECURITY_GROUP_ID, *limits.SECURITY_GROUPS, "security group ids"),
            sentence="Its security groups.",
            source="api: vpcConfig.securityGroupIds",
        ),
    )
)

# What a job, the defaults of a folder and an environment can say alike.
SETTINGS: Final = (
    Option(
        name="model",
        kind=MODEL,
        sentence="The model or inference profile to run.",
        default="that of defaults.yaml; required without one",
        source="api: modelId",
    ),
    Option(
        name="restrict_to_profile",
        kind=Flag(),
        sentence="Whether the role may invoke the models behind an inference profile through that profile only.",
        default="true",
        source=_OURS,
    ),
    Option(
        name="destination_regions",
        kind=Items(REGION, 1, 50, "Regions"),
        sentence="The Regions to which a geographic inference profile may send a record.",
        default="every Region",
        source="api: GetInferenceProfile",
    ),
    Option(
        name="foundation_models",
        kind=Items(MODEL, 1, _MOST_MODELS, "ids or ARNs of foundation models"),
        sentence="The models behind an application inference profile, for which it is required.",
        default="none",
        source="api: modelId",
    ),
    Option(
        name="invocation_type",
        kind=Word(("InvokeModel", "Converse")),
        sentence="The form of each record's modelInput.",
        default="InvokeModel",
        source="api: modelInvocationType",
    ),
    Option(
        name="timeout_hours",
        kind=WholeNumber(*limits.TIMEOUT_HOURS, "hours"),
        sentence="The time after which the job ends, finished or not.",
        default="the service's own",
        source="api: timeoutDurationInHours",
        sets=("timeout",),
    ),
    Option(
        name="run_id",
        kind=Text(
            f"1 to {limits.RUN_ID_LENGTH} letters, digits and ._:/=+@- characters", limits.RUN_ID, examples=("2",)
        ),
        sentence="Another value runs the same work again, and is paid again.",
        default='"1"',
        source=_OURS,
    ),
    Option(
        name="tags",
        kind=Entries(
            Text(f"1 to 128 {_TAG}", limits.TAG_KEY, examples=("team",)),
            Text(f"0 to 256 {_TAG}", limits.TAG_VALUE, may_be_empty=True, examples=("support",)),
            limits.TAGS,
            "tags",
        ),
        sentence="The tags of the job. They are changed in place.",
        default="none",
        source="api: tags",
    ),
    Option(
        name="job_name_prefix",
        kind=Text(
            f"1 to {limits.JOB_NAME_PREFIX_LENGTH} letters, digits and hyphens and must not start with a hyphen",
            limits.JOB_NAME_PREFIX,
            examples=("triage",),
        ),
        sentence="The beginning of the name of the job on Amazon Bedrock.",
        default="the name",
        source="api: jobName",
    ),
    Option(
        name="output_prefix",
        kind=S3_KEY,
        sentence="A folder in the output bucket, in which the job creates its own.",
        default="a folder for the job in a folder for the stack",
        source="api: s3OutputDataConfig.s3Uri",
    ),
    Option(
        name="gate",
        kind=Word(("SUBMITTED", "VALIDATED")),
        sentence="How far the job must be before the deployment continues.",
        default="SUBMITTED",
        source=_OURS,
    ),
    Option(
        name="gate_timeout_seconds",
        kind=WholeNumber(*limits.GATE_SECONDS, "seconds"),
        sentence="How long a deployment waits for VALIDATED.",
        default=str(limits.DEFAULT_GATE_SECONDS),
        source="lambda: a function runs for 15 minutes",
        sets=("gate_timeout",),
    ),
    Option(
        name="on_removal",
        kind=Word(("STOP", "LEAVE_RUNNING")),
        sentence="What happens to the job when it leaves the stack or is replaced.",
        default="STOP",
        source=_OURS,
    ),
    Option(
        name="service_role",
        kind=Word(("shared",), ROLE_ARN),
        sentence="The role that Amazon Bedrock assumes: your own, or one that jobs of the stack share.",
        default="a new role for the job",
        source="api: roleArn",
    ),
    Option(
        name="role_path",
        kind=ROLE_PATH,
        sentence="The IAM path of the new role.",
        default='"/"',
        source="iam: path",
    ),
    Option(
        name="permissions_boundary",
        kind=POLICY_ARN,
        sentence="The boundary of the new role.",
        default="none",
        source="iam: permissionsBoundary",
    ),
    Option(
        name="vpc",
        kind=VPC,
        sentence="The network from which the job reaches Amazon S3.",
        default="none",
        source="api: vpcConfig",
        sets=("vpc", "subnets", "security_groups"),
    ),
    Option(
        name="hold",
        kind=Flag(),
        sentence="Whether the next start is held: all but the job is provisioned. It never stops a job.",
        default="false",
        source=_OURS,
    ),
    *MONITORING,
)
