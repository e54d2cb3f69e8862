"""Every limit and pattern of the services that is checked before a job starts, each with its source.

Sources: `api` is the CreateModelInvocationJob reference (Amazon Bedrock API, service model 2023-04-20), `quota` the
Amazon Bedrock endpoints-and-quotas page of the AWS General Reference, `iam` the IAM quotas page, `cloudformation` the
CloudFormation quotas page. A pair is the minimum and the maximum.
"""

import re
from datetime import timedelta
from typing import Final

# api: timeoutDurationInHours
TIMEOUT_HOURS: Final = (24, 168)
# api: jobName is 63 characters at most. `run/names.py` says what follows the prefix.
JOB_NAME_PREFIX_LENGTH: Final = 22
JOB_NAME_PREFIX: Final = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9-]{0,21}")

# api: jobArn
JOB_ID: Final = re.compile(r"[a-z0-9]{12}")

# Our own limit, so that a run id fits unchanged in a template, a name and a log.
RUN_ID_LENGTH: Final = 64
RUN_ID: Final = re.compile(r"[a-zA-Z0-9._:/=+@-]{1,64}")

# The time for waiting in one invocation of the handler, which lasts 15 minutes at most.
GATE_SECONDS: Final = (1, 720)
DEFAULT_GATE_SECONDS: Final = 600

# The clocks of CloudFormation, Bedrock and S3 may differ by this much.
CLOCK_SKEW: Final = timedelta(seconds=5)

# api: the ARNs of the service. Its pattern of a partition also allows a wildcard, which a policy would take as such.
PARTITION: Final = re.compile(r"aws(-[a-z]+)*")
ARN_REGION: Final = re.compile(r"[a-z0-9-]{1,20}")

# api: modelId. Only the alternatives that batch inference can run are listed.
MODEL_ID_LENGTH: Final = 2048
FOUNDATION_MODEL_ID: Final = re.compile(
    r"[a-z0-9-]{1,63}[.][a-z0-9-]{1,63}([.]?[a-z0-9-]{1,63})(:[a-z0-9-]{1,63}){0,2}",
)
INFERENCE_PROFILE_ID: Final = re.compile(r"[a-zA-Z0-9-:.]+")
APPLICATION_PROFILE_ID: Final = re.compile(r"[a-zA-Z0-9-:.]+")
CUSTOM_MODEL: Final = re.compile(r"custom-model/[a-z0-9-]{1,63}[.][a-z0-9-:]{1,63}/[a-z0-9]{12}")
# All characters of these patterns, for the parts of a text around its tokens.
MODEL_CHARACTERS: Final = re.compile(r"[a-zA-Z0-9.:/-]*")

# api: s3Uri of the input and output configuration; bucket names are 63 characters at most. The API also accepts "*",
# which would be a wildcard in the policy of the job's role.
S3_URI_LENGTH: Final = 1024
S3_KEY_PATH: Final = re.compile(r"[-!_'().a-z0-9A-Z]+(/[-!_'().a-z0-9A-Z]+)*/?")
S3_KEY_LENGTH: Final = S3_URI_LENGTH - len("s3://") - 63 - len("/")
REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]{1,2}")
ACCOUNT_ID: Final = re.compile(r"[0-9]{12}")
SHA256: Final = re.compile(r"[0-9a-f]{64}")
# User Guide, "Format and upload your batch inference data": the service does not read files with other names.
INPUT_SUFFIX: Final = ".jsonl"
# The name of an uploaded file may have characters that the API refuses. The name of its copy is part of an s3Uri.
UPLOAD_URI: Final = re.compile(r"s3://[a-z0-9][.a-z0-9-]{1,61}[a-z0-9]/.{1,1024}")
FILE_NAME: Final = re.compile(r"[-!_'().a-z0-9A-Z]{1,255}")

# api: vpcConfig
SUBNETS: Final = (1, 16)
SECURITY_GROUPS: Final = (1, 5)

# api: tags. Every AWS service reserves the prefix. The API also accepts line breaks and tabs.
TAGS: Final = 200
TAG_KEY: Final = re.compile(r"[a-zA-Z0-9 ._:/=+@-]{1,128}")
TAG_VALUE: Final = re.compile(r"[a-zA-Z0-9 ._:/=+@-]{0,256}")
RESERVED_TAG_PREFIX: Final = "aws:"

# quota: "Minimum number of records per batch inference job" (fixed), "Records per batch inference job" and "Records per
# input file" (both adjustable), "Batch inference input file size (in GB)" and "Batch inference job size (in GB)" (both
# adjustable for some models). The page does not say whether a GB is 10^9 or 2^30 bytes, so the larger number is used:
# the service decides.
MINIMUM_RECORDS: Final = 100
MAXIMUM_RECORDS: Final = 100_000
MAXIMUM_INPUT_BYTES: Final = 1024**3
MAXIMUM_JOB_BYTES: Final = 5 * 1024**3
# Our own limit: AWS documents none. Each file takes 200 bytes of the template and a copy before the start.
INPUT_FILES: Final = 100
# The maximum that a declaration may name for its records: AWS can raise a quota.
DECLARED_RECORDS: Final = (1, 999_999_999)
# Our own: of the rule of an outcome. A part is one of the records.
MISSING_RECORDS: Final = (0, 999_999_999)
PART: Final = (0, 1)
# Amazon S3 API Reference, CopyObject: 5 GB.
MAXIMUM_COPY_BYTES: Final = 5 * 1024**3
# api: timeoutDurationInHours. The service's default is not documented, so its maximum is assumed.
DEFAULT_TIMEOUT_HOURS: Final = 168
# api: the body of InvokeModel is 25,000,000 bytes at most. The record around it takes a little more.
MAXIMUM_RECORD_BYTES: Final = 26_000_000
# RFC 8259, section 6: a number is expected to have no more range than a double, and readers agree on integers that they
# can carry. AWS's own JSON protocols have integers of 64 bits (Smithy, "long"). A larger one is rounded, or refused.
INTEGERS: Final = (-(2**63), 2**64 - 1)

# cloudwatch: the value of a dimension has 1 to 255 characters. Those are the characters of a model's id or ARN.
MODEL_DIMENSION: Final = re.compile(r"[a-zA-Z0-9._:/-]{1,255}")
# cloudwatch: the name of a dashboard (PutDashboard)
ALARM_DESCRIPTION_LENGTH: Final = 1_024
DASHBOARD_NAME: Final = re.compile(r"[a-zA-Z0-9_-]{1,255}")
# Amazon CloudWatch User Guide, "CloudWatch service quotas": widgets and metrics of a dashboard, metrics of a graph.
DASHBOARD_WIDGETS: Final = 500
DASHBOARD_METRICS: Final = 2_500
# Our own limit: AWS documents none but that of the template.
DASHBOARD_BYTES: Final = 900_000
GRAPH_METRICS: Final = 500
# Our own limit: the page of the body of a dashboard names none for its alarms.
WIDGET_ALARMS: Final = 100
# Amazon CloudWatch Logs User Guide, quotas: log groups of a query of Logs Insights.
QUERY_LOG_GROUPS: Final = 50
# iam: an action, without wildcards
IAM_ACTION: Final = re.compile(r"[a-z0-9-]+:[a-zA-Z0-9]+")
# iam: the path of a role
ROLE_PATH: Final = re.compile(r"/([\w+=,.@-]+/)*", re.ASCII)
# iam: the inline policies of a role, together, without white space
INLINE_POLICIES_LENGTH: Final = 10_240

# cloudformation: a template has 1 MB and 500 resources. Storage, handler and CDK's own function for emptying buckets
# take 17 resources and 25,000 bytes. The rest is left for what else is in the stack, and for what the count of a job
# does not see: tags of the app, names of exports of other stacks, aspects.
TEMPLATE_BYTES: Final = 1_000_000
BYTES_OF_ALL_JOBS: Final = 920_000
STACK_RESOURCES: Final = 500
RESOURCES_OF_ALL_JOBS: Final = 460
