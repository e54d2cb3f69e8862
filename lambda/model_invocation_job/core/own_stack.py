"""The one stack that the function serves. Events of other stacks are refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from model_invocation_job.core.errors import ForeignEventError

# CloudFormation User Guide, "Set up VPC endpoints": custom resources send responses to this bucket. Its name ends with
# the Region without hyphens.
_RESPONSE_BUCKET = "cloudformation-custom-resource-response-"
# S3's global endpoint belongs to this Region.
_GLOBAL_REGION = "us-east-1"
_HTTPS_PORT = 443
# An HTTP client would refuse to send these, but only after the work is done.
_NOT_SENT = re.compile(r"[^!-~]")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class OwnStack:
    """What the template says of the function's stack.

    `endpoint_url` is the endpoint that the SDK uses, empty for AWS itself. If it is a loopback address, as in the
    embedded AWS, response addresses may be there too.
    """

    stack_id: str
    url_suffix: str
    endpoint_url: str = ""

    @classmethod
    def of_environment(cls, environment: Mapping[str, str]) -> "OwnStack":
        """Read it from the function's environment.

        :raises KeyError: a variable is missing, so the function can serve no stack.
        """
        return cls(environment["STACK_ID"], environment["URL_SUFFIX"], environment.get("AWS_ENDPOINT_URL", ""))

    def check_event(self, raw: Any) -> None:
        """Refuse an event of another stack, or of none.

        :raises ForeignEventError: raised before any other part of the event is read.
        """
        if not isinstance(raw, Mapping) or raw.get("StackId") != self.stack_id:
            raise ForeignEventError("StackId does not name the function's own stack")

    def check_address(self, response_url: str) -> None:
        """Refuse an address that is not CloudFormation's own in the stack's Region and partition.

        :raises ForeignEventError: the text has the host and no other part of the address, which is a secret.
        """
        if _NOT_SENT.search(response_url):
            raise ForeignEventError("ResponseURL holds characters that no address has")
        try:
            url = urlsplit(response_url)
            known = "@" not in url.netloc and (self._is_response_bucket(url) or self._is_embedded(url))
        except ValueError:
            raise ForeignEventError("ResponseURL cannot be read") from None
        if not known:
            raise ForeignEventError(f"ResponseURL is not CloudFormation's in this Region, its host is {url.hostname!r}")

    def _is_response_bucket(self, url: SplitResult) -> bool:
        region = self.stack_id.split(":")[3]
        bucket = _RESPONSE_BUCKET + region.replace("-", "")
        hosts = {f"{bucket}.s3.{region}.{self.url_suffix}", f"{bucket}.s3-{region}.{self.url_suffix}"}
        if region == _GLOBAL_REGION:
            hosts.add(f"{bucket}.s3.{self.url_suffix}")
        return url.scheme == "https" and url.port in (None, _HTTPS_PORT) and url.hostname in hosts

    def _is_embedded(self, url: SplitResult) -> bool:
        endpoint = urlsplit(self.endpoint_url)
        return (
            url.scheme == "http"
            and url.hostname in _LOOPBACK
            and endpoint.hostname in _LOOPBACK
            and url.port == endpoint.port
        )
