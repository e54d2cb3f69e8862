"""What a caller of the embedded AWS needs: environment variables for cdk and aws, clients for boto3."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bedrock_batch_local import sdk

DEFAULT_ACCOUNT = "000000000000"
DEFAULT_REGION = "us-east-1"
# A user's variable with this prefix could send an SDK elsewhere: each service has one for its endpoint.
PREFIX = "AWS_"


@dataclass(frozen=True)
class Endpoint:
    """The address of a running server. ``secret`` signs for the root of every account."""

    url: str
    secret: str = field(repr=False)

    def variables(self, account: str = DEFAULT_ACCOUNT, region: str = DEFAULT_REGION) -> dict[str, str]:
        """All variables that make cdk, aws and boto3 use this server and nothing else. The access key is the account.

        Every other variable whose name starts with ``PREFIX`` must be unset.
        """
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": account,
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
        }

    def environment(
        self, inherited: Mapping[str, str], account: str = DEFAULT_ACCOUNT, region: str = DEFAULT_REGION
    ) -> dict[str, str]:
        """A whole environment for a child process: ``inherited`` without other AWS settings, plus ``variables``."""
        clean = {name: value for name, value in inherited.items() if not name.startswith(PREFIX)}
        ours = self.variables(account, region)
        # Hosts that the user keeps away from a proxy stay so.
        kept = {name: f"{ours[name]},{clean[name]}" for name in ("NO_PROXY", "no_proxy") if clean.get(name)}
        return clean | ours | kept

    def keys(self, account: str = DEFAULT_ACCOUNT) -> sdk.Keys:
        """The root keys of an account."""
        return sdk.Keys(account, self.secret)

    def client(
        self,
        service: str,
        account: str = DEFAULT_ACCOUNT,
        region: str = DEFAULT_REGION,
        credentials: Mapping[str, Any] | None = None,
    ) -> Any:
        """A boto3 client; ``credentials`` as STS or IAM hand them out (default: the account's root)."""
        if credentials is None:
            return sdk.client(service, self.url, region, self.keys(account))
        keys = sdk.Keys(credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials.get("SessionToken"))
        return sdk.client(service, self.url, region, keys)
