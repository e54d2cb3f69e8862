"""The page of a proxy, a firewall or a captive portal instead of a response of the API: neither JSON nor XML."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError
from botocore.parsers import create_parser

from bedrock_batch_local.engine.api_model import operation

# HTML in its usual form, which is not well-formed XML.
PAGE = b"<html><head><title>Proxy</title></head><body>This proxy has no answer for you.<br></body></html>"


class ProxyPageError(Exception):
    """A proxy between caller and service responds with HTTP ``status`` and ``page`` (default: ``PAGE``)."""

    def __init__(self, status: int, page: bytes = PAGE) -> None:
        super().__init__(f"HTTP {status} with a page of a proxy")
        self._status = status
        self._page = page

    def as_read(self, operation_name: str) -> dict[str, Any]:
        """Read the page with botocore's own parser, and return what boto3 returns.

        Bedrock: a status below 300 becomes a response without members and without ``RequestId``, except that
        GetModelInvocationJob has the page as its ``message``. Any other status raises ``ClientError`` with the status
        as its code.

        CloudFormation: a page that is no well-formed XML raises ``ResponseParserError``. A well-formed one raises
        ``KeyError``, from status 300 on ``ClientError`` without a code. From status 500 on, a page that begins with
        ``<html>`` raises ``ClientError`` with the status as its code.
        """
        model = operation(operation_name)
        response = {"status_code": self._status, "headers": {"content-type": "text/html"}, "body": self._page}
        parser = create_parser(model.service_model.resolved_protocol)
        answer: dict[str, Any] = parser.parse(response, model.output_shape)
        answer["ResponseMetadata"]["RetryAttempts"] = 0
        if self._status >= 300:
            raise ClientError(answer, operation_name)
        return answer
