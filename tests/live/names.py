"""What `make live` makes, by names that do not change: a clean-up after a run that was cut off finds all of it."""

from collections.abc import Mapping
from typing import Any, Final

from live.account import Account

APP_STACK: Final = "CdkBedrockBatchLive"
ROLES_STACK: Final = "CdkBedrockBatchLiveRoles"
MORE_STACK: Final = "CdkBedrockBatchLiveMore"
PROBE_STACK: Final = "CdkBedrockBatchLiveProbe"
RETRY_STACK: Final = "CdkBedrockBatchLiveRetry"
STACKS: Final = (RETRY_STACK, PROBE_STACK, ROLES_STACK, MORE_STACK, APP_STACK)
# Those whose jobs have roles under the stack's name.
_JOB_STACKS: Final = (APP_STACK, MORE_STACK)
# In the name of each job that is started to ask.
JOB_NAME_PREFIX: Final = "cdk-bedrock-batch-live"
# Topics of the records that are uploaded.
TOPICS: Final = ("foundation", "geographic", "global", "own-key", "network")


def bucket_name(account: Account) -> str:
    """The bucket for the records of the whole-bucket job and for what the probe sees."""
    return f"cdk-bedrock-batch-live-{account.account_id}-{account.region}"


def asset_bucket_name(account: Account) -> str:
    """The bucket of the CDK's assets, as `cdk bootstrap` names it by default."""
    return f"cdk-hnb659fds-assets-{account.account_id}-{account.region}"


def is_of_a_run(job: Mapping[str, Any]) -> bool:
    """Whether a job was started by a run: to ask, or by one of its stacks."""
    is_declared = any(f"/{stack}/" in job["roleArn"] for stack in _JOB_STACKS)
    return is_declared or str(job["jobName"]).startswith(f"{JOB_NAME_PREFIX}-")


def is_log_group_of_a_run(name: str) -> bool:
    """Whether a log group belongs to one of the stacks, which name all that they make `<stack>-...`."""
    return name.removeprefix("/aws/lambda/").startswith(tuple(f"{stack}-" for stack in STACKS))
