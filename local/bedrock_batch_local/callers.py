"""What a caller of the embedded AWS needs: environment variables for cdk and aws, clients for boto3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bedrock_batch_local import sdk

DEFAULT_ACCOUNT = "000000000000"
DEFAULT_REGION = "us-east-1"
# MiniStack does not check the signature of an account's root key; SDKs want something to sign with.
_ROOT_SECRET = "embedded"  # noqa: S105  (opens nothing: loopback only)
_KEPT = frozenset({"AWS_CA_BUNDLE"})


def variables(endpoint_url: str, account: str = DEFAULT_ACCOUNT, region: str = DEFAULT_REGION) -> dict[str, str]:
    """The variables that lead cdk, aws and boto3 to the server: the access key chooses the account."""
    return {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": _ROOT_SECRET,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }


def environment(
    inherited: Mapping[str, str], endpoint_url: str, account: str = DEFAULT_ACCOUNT, region: str = DEFAULT_REGION
) -> dict[str, str]:
    """A whole environment for a child process: ``inherited`` without any other AWS set-up, plus ``variables``."""
    clean = {name: value for name, value in inherited.items() if name in _KEPT or not name.startswith("AWS_")}
    # No profile and no shared file may win over the variables.
    nowhere = {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
    return clean | nowhere | variables(endpoint_url, account, region)


def client(
    service: str,
    endpoint_url: str,
    account: str = DEFAULT_ACCOUNT,
    region: str = DEFAULT_REGION,
    credentials: Mapping[str, Any] | None = None,
) -> Any:
    """A boto3 client; ``credentials`` as STS or IAM hand them out (default: the account's root)."""
    given = credentials or {"AccessKeyId": account, "SecretAccessKey": _ROOT_SECRET}
    keys = sdk.Keys(given["AccessKeyId"], given["SecretAccessKey"], given.get("SessionToken"))
    return sdk.client(service, endpoint_url, region, keys)
