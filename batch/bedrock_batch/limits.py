"""Every limit and pattern of the services that is checked before a job is started, each with its source.

Sources: `api` is the CreateModelInvocationJob reference (Amazon Bedrock API, service model 2023-04-20), `quota` the
Amazon Bedrock endpoints-and-quotas page of the AWS General Reference, `iam` the IAM quotas page, `cloudformation` the
CloudFormation quotas page. A pair is the least and the most.
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

# Of our own, so that a run id can stand in a template, a name and a log as it is.
RUN_ID_LENGTH: Final = 64
RUN_ID: Final = re.compile(r"[a-zA-Z0-9._:/=+@-]{1,64}")

# What one invocation of the handler (15 minutes) leaves for waiting.
GATE_SECONDS: Final = (1, 720)
DEFAULT_GATE_SECONDS: Final = 600

# CloudFormation, Bedrock and S3 keep time apart from each other.
CLOCK_SKEW: Final = timedelta(seconds=5)

# api: the ARNs of the service; its pattern of a partition also takes what would be a wildcard in a policy
PARTITION: Final = re.compile(r"aws(-[a-z]+)*")
ARN_REGION: Final = re.compile(r"[a-z0-9-]{1,20}")

# api: modelId. Of the API's alternatives only those that batch inference can run are listed.
MODEL_ID_LENGTH: Final = 2048
FOUNDATION_MODEL_ID: Final = re.compile(
    r"[a-z0-9-]{1,63}[.][a-z0-9-]{1,63}([.]?[a-z0-9-]{1,63})(:[a-z0-9-]{1,63}){0,2}",
)
INFERENCE_PROFILE_ID: Final = re.compile(r"[a-zA-Z0-9-:.]+")
APPLICATION_PROFILE_ID: Final = re.compile(r"[a-zA-Z0-9-:.]+")
CUSTOM_MODEL: Final = re.compile(r"custom-model/[a-z0-9-]{1,63}[.][a-z0-9-:]{1,63}/[a-z0-9]{12}")
# All that any of these may hold, for the pieces of a text that holds tokens.
MODEL_CHARACTERS: Final = re.compile(r"[a-zA-Z0-9.:/-]*")

# api: s3Uri of the input and output configuration; bucket names are 63 characters at most. The API also takes "*",
# which the policy of the job's role would take for a pattern.
S3_URI_LENGTH: Final = 1024
S3_KEY_PATH: Final = re.compile(r"[-!_'().a-z0-9A-Z]+(/[-!_'().a-z0-9A-Z]+)*/?")
S3_KEY_LENGTH: Final = S3_URI_LENGTH - len("s3://") - 63 - len("/")
REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]{1,2}")
ACCOUNT_ID: Final = re.compile(r"[0-9]{12}")
SHA256: Final = re.compile(r"[0-9a-f]{64}")
# User Guide, "Format and upload your batch inference data": files of other names are not read.
INPUT_SUFFIX: Final = ".jsonl"
# Of an uploaded file, which need not keep to what the API takes, and of its copy, which is the last part of an s3Uri.
UPLOAD_URI: Final = re.compile(r"s3://[a-z0-9][.a-z0-9-]{1,61}[a-z0-9]/.{1,1024}")
FILE_NAME: Final = re.compile(r"[-!_'().a-z0-9A-Z]{1,255}")

# api: vpcConfig
SUBNETS: Final = (1, 16)
SECURITY_GROUPS: Final = (1, 5)

# api: tags. The prefix is reserved in every AWS service. The API also takes line breaks and tabs.
TAGS: Final = 200
TAG_KEY: Final = re.compile(r"[a-zA-Z0-9 ._:/=+@-]{1,128}")
TAG_VALUE: Final = re.compile(r"[a-zA-Z0-9 ._:/=+@-]{0,256}")
RESERVED_TAG_PREFIX: Final = "aws:"

# quota: "Minimum number of records per batch inference job" (fixed), "Records per batch inference job" and "Records per
# input file" (both adjustable), "Batch inference input file size (in GB)" and "Batch inference job size (in GB)" (both
# adjustable for some models). The page does not say whether its GB is 10^9 or 2^30 bytes, so the larger reading is
# used: the service has the last word.
MINIMUM_RECORDS: Final = 100
MAXIMUM_RECORDS: Final = 100_000
MAXIMUM_INPUT_BYTES: Final = 1024**3
MAXIMUM_JOB_BYTES: Final = 5 * 1024**3
# What a declaration may say of its records: a quota can be raised.
DECLARED_RECORDS: Final = (1, 999_999_999)
# Amazon S3 API Reference, CopyObject: 5 GB.
MAXIMUM_COPY_BYTES: Final = 5 * 1024**3
# api: timeoutDurationInHours; the service's default is not documented, so its maximum is reckoned with.
DEFAULT_TIMEOUT_HOURS: Final = 168
# api: the body of InvokeModel is 25,000,000 bytes at most; a little more for the record around it.
MAXIMUM_RECORD_BYTES: Final = 26_000_000

# iam: an action, without wildcards
IAM_ACTION: Final = re.compile(r"[a-z0-9-]+:[a-zA-Z0-9]+")
# iam: the path of a role
ROLE_PATH: Final = re.compile(r"/([\w+=,.@-]+/)*", re.ASCII)
# iam: the inline policies of a role, together, without white space
INLINE_POLICIES_LENGTH: Final = 10_240

# cloudformation: a template has 1 MB and 500 resources. Storage, handler and CDK's own function for emptying buckets
# take 17 resources and 25,000 bytes; the rest is left for what else is in the stack.
TEMPLATE_BYTES: Final = 1_000_000
BYTES_OF_ALL_JOBS: Final = 960_000
STACK_RESOURCES: Final = 500
RESOURCES_OF_ALL_JOBS: Final = 460
