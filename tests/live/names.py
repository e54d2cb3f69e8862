"""What `make live` makes, by names that do not change: a clean-up after a run that was cut off finds all of it."""

from typing import Final

from live.account import Account

APP_STACK: Final = "CdkBedrockBatchLive"
ROLES_STACK: Final = "CdkBedrockBatchLiveRoles"
MORE_STACK: Final = "CdkBedrockBatchLiveMore"
PROBE_STACK: Final = "CdkBedrockBatchLiveProbe"
RETRY_STACK: Final = "CdkBedrockBatchLiveRetry"
STACKS: Final = (RETRY_STACK, PROBE_STACK, ROLES_STACK, MORE_STACK, APP_STACK)
# Topics of the records that are uploaded.
TOPICS: Final = ("foundation", "geographic", "global", "own-key", "network")


def bucket_name(account: Account) -> str:
    """The bucket for the records of the whole-bucket job and for what the probe sees."""
    return f"cdk-bedrock-batch-live-{account.account_id}-{account.region}"


def asset_bucket_name(account: Account) -> str:
    """The bucket of the CDK's assets, as `cdk bootstrap` names it by default."""
    return f"cdk-hnb659fds-assets-{account.account_id}-{account.region}"
