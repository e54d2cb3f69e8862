"""Clients and signatures for services on this machine. They ignore the user's own AWS settings."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

import boto3
import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

# One session for all clients: each session would read the service models again, which takes a tenth of a second.
_creating = Lock()


@cache
def _session() -> boto3.session.Session:
    # No profile, no shared file: each entry is (file key, environment variable, default, conversion).
    nothing_shared = {
        "profile": (None, None, None, None),
        "config_file": (None, None, os.devnull, None),
        "credentials_file": (None, None, os.devnull, None),
    }
    return boto3.session.Session(botocore_session=botocore.session.Session(nothing_shared))


_CONFIG = Config(proxies={}, retries={"total_max_attempts": 2})
# For presigned links boto3 still uses version 2 of the signature, which buckets made since 2020 refuse.
_CONFIG_OF_S3 = _CONFIG.merge(Config(s3={"addressing_style": "path"}, signature_version="s3v4"))


@dataclass(frozen=True)
class Keys:
    """What a request is signed with."""

    access_key: str
    secret_key: str
    token: str | None = None


def client(service: str, endpoint_url: str, region: str, keys: Keys) -> Any:
    """A boto3 client for ``endpoint_url``, without any proxy."""
    with _creating:
        return _session().client(
            service,
            region_name=region,
            endpoint_url=endpoint_url,
            aws_access_key_id=keys.access_key,
            aws_secret_access_key=keys.secret_key,
            aws_session_token=keys.token,
            config=_CONFIG_OF_S3 if service == "s3" else _CONFIG,
        )


def signed(method: str, url: str, body: bytes | None, keys: Keys, region: str) -> dict[str, str]:
    """The headers that sign a request to one of the server's own pages, like a call of Bedrock."""
    request = AWSRequest(method, url, data=body or b"")
    SigV4Auth(Credentials(keys.access_key, keys.secret_key, keys.token), "bedrock", region).add_auth(request)
    return dict(request.headers.items())
