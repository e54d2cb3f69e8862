"""Clients of AWS, and its refusals in one sentence."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, InvalidRegionError, NoRegionError, ProfileNotFound
from botocore.parsers import ResponseParserError

from bedrock_batch.cli.failure import Exit, Failure

_CONFIG: Final = Config(connect_timeout=10, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 5})
_NOT_FOUND: Final = frozenset({"ResourceNotFoundException", "NoSuchBucket", "NoSuchKey", "404"})
_LONGEST: Final = 500


class RefusedError(Failure):
    """AWS answered, and another attempt would get the same answer: no right, or no such thing."""

    def __init__(self, text: str, code: Exit, *, said: str = "") -> None:
        """Keep the code of AWS, such as `AccessDenied`, as `said`."""
        super().__init__(text, code)
        self.said = said


@dataclass
class Aws:
    """The clients of one command, with the options that the AWS CLI has.

    `credentials` are those of an assumed role, as arguments of `boto3.Session`.
    """

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)

    @cached_property
    def _session(self) -> Any:
        profile = None if self.credentials else self.profile
        return boto3.Session(profile_name=profile, region_name=self.region, **self.credentials)

    def client(self, service: str, *, region: str | None = None) -> Any:
        """A boto3 client; `region` replaces the one of the options.

        :raises Failure: the options name no Region, or a profile that is not there.
        """
        with refusals("use AWS"):
            return self._session.client(service, config=_CONFIG, region_name=region, endpoint_url=self.endpoint_url)

    @property
    def region_name(self) -> str:
        """The Region of clients that are not told another one, for texts."""
        return str(self._session.region_name)


@contextmanager
def refusals(doing: str) -> Iterator[None]:
    """Turn errors of AWS into one sentence.

    :param doing: what is done, such as "read the output".
    :raises Failure: AWS refuses, or cannot be reached.
    """
    try:
        yield
    except ClientError as error:
        raise _refused(doing, error) from None
    except NoRegionError:
        raise Failure("no Region is known; name one with --region, or the job by its ARN", Exit.USAGE) from None
    except (InvalidRegionError, ProfileNotFound) as error:
        raise Failure(f"cannot {doing}: {one_line(str(error))}", Exit.USAGE) from None
    except (ResponseParserError, KeyError):
        # botocore raises KeyError for XML of others.
        raise not_of_aws(doing) from None
    except EOFError:
        raise Failure(f"cannot {doing}: the profile asks for an MFA code, which needs a terminal", Exit.AWS) from None
    except (BotoCoreError, ValueError) as error:
        # botocore raises ValueError for an endpoint that is no URL.
        raise Failure(f"cannot {doing}: {one_line(str(error))}", Exit.AWS) from None


def not_of_aws(doing: str, what: str = "the response") -> Failure:
    """What answers is not AWS, or shows a page of its own."""
    return Failure(f"cannot {doing}: {what} is not one of AWS; is there a proxy?", Exit.AWS)


def one_line(text: str) -> str:
    """A text of AWS in one line of bounded length."""
    return " ".join(text.split())[:_LONGEST]


def _refused(doing: str, error: ClientError) -> Failure:
    code = str(error.response.get("Error", {}).get("Code", "?"))
    message = str(error.response.get("Error", {}).get("Message", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in ("", "?") or (code.isdigit() and code != "404") or "<html" in message.lower():
        return not_of_aws(doing)
    is_final = 400 <= status < 500 and status != 429 and "Throttl" not in code
    # CloudFormation has no code of its own for a stack that is not there.
    is_gone = code in _NOT_FOUND or (code == "ValidationError" and "does not exist" in message)
    text, exit_code = f"cannot {doing}: {code}: {one_line(message)}", Exit.NOT_FOUND if is_gone else Exit.AWS
    return RefusedError(text, exit_code, said=code) if is_final else Failure(text, exit_code)
