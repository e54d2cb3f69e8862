"""Clients of AWS, and its refusals in one sentence."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from bedrock_batch.cli.failure import Exit, Failure

_CONFIG: Final = Config(connect_timeout=10, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 5})
_NOT_FOUND: Final = frozenset({"ResourceNotFoundException", "NoSuchBucket", "NoSuchKey", "404"})


@dataclass
class Aws:
    """The clients of one command, with the options that the AWS CLI has."""

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None

    @cached_property
    def _session(self) -> Any:
        return boto3.Session(profile_name=self.profile, region_name=self.region)

    def client(self, service: str, *, region: str | None = None) -> Any:
        """A boto3 client; `region` replaces the one of the options."""
        return self._session.client(service, config=_CONFIG, region_name=region, endpoint_url=self.endpoint_url)


@contextmanager
def refusals(doing: str) -> Iterator[None]:
    """Turn errors of AWS into one sentence.

    :param doing: what is done, such as "read the output".
    :raises Failure: AWS refuses, or cannot be reached.
    """
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "?")
        message = error.response.get("Error", {}).get("Message", "")
        exit_code = Exit.NOT_FOUND if code in _NOT_FOUND else Exit.AWS
        raise Failure(f"cannot {doing}: {code}: {_one_line(message)}", exit_code) from None
    except BotoCoreError as error:
        raise Failure(f"cannot {doing}: {_one_line(str(error))}", Exit.AWS) from None


def _one_line(text: str) -> str:
    return " ".join(text.split())[:500]


def home_region() -> str | None:
    """The Region that the environment names."""
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
