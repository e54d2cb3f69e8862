"""Files of OpenAI's batch API: `{"custom_id": ..., "method": "POST", "url": ..., "body": {...}}`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from bedrock_batch.places import object_name
from bedrock_batch.texts import shown
from cdk_bedrock_batch._records.source import Item, RecordSource
from cdk_bedrock_batch._records.translation import CHAT, EMBEDDINGS, Body, translation
from cdk_bedrock_batch._records.user_path import UserPath

if TYPE_CHECKING:
    from bedrock_batch.families import Family, Fault
    from bedrock_batch.findings import Findings

_MEMBERS: Final = frozenset({"custom_id", "method", "url", "body"})
_URLS: Final = (CHAT, EMBEDDINGS)

Request = tuple[str, Body]


@dataclass(frozen=True, slots=True)
class OpenAiBatch(RecordSource[Request]):
    """The lines of a file: URL and body."""

    path: UserPath
    max_records: int

    @property
    def name(self) -> str:  # type: ignore[override]  # it is only read
        """The path."""
        return self.path.name

    @property
    def file_name(self) -> str:  # type: ignore[override]  # it is only read
        """The name of the file."""
        return object_name(self.path.path.name)

    def items(self, findings: Findings) -> Iterator[Item[Request]]:
        """The requests, which are all of the same URL and model."""
        line_of: dict[str, int] = {}
        first: tuple[str, Any] | None = None
        for number, line in self.path.objects(findings):
            if faults := list(_faults(line)):
                for fault in faults:
                    findings.add(number, fault)
                continue
            custom_id, url, body = line["custom_id"], line["url"], line["body"]
            first = first or (url, body.get("model"))
            # As OpenAI says: each input file can only include requests to a single model.
            for member, value, of_first in zip(("url", "body.model"), (url, body.get("model")), first, strict=True):
                if value != of_first:
                    findings.add(
                        number, f"{member}: differs from the first line; a job has one model and one kind of request"
                    )
            if (before := line_of.setdefault(custom_id, number)) != number:
                findings.add(number, f"custom_id: {shown(custom_id)} is already in line {before}", kind="custom_id")
                continue
            yield Item(number, custom_id, (url, body))

    def translator(self, family: Family | None) -> Callable[[Request], dict[str, Any]]:
        """A request becomes a body of the family."""
        translate = translation(family)
        return lambda request: translate(*request)

    def named(self, fault: Fault, content: Request) -> Fault:
        """The name of the member in the request, if it is there under the same name."""
        path, (_, body) = fault.member.split(".")[1:], content
        if path and path[0] in body:
            return replace(fault, member=".".join(["body", *path]))
        return replace(fault, member=f"body.{path[-1]}") if path and path[-1] in body else fault


def _faults(line: dict[str, Any]) -> Iterator[str]:
    for member in sorted(line.keys() - _MEMBERS):
        yield f"{shown(member)}: not a member of a line of OpenAI's batch format"
    if not isinstance(line.get("custom_id"), str) or not line["custom_id"]:
        yield "custom_id: must be a string that is not empty"
    if line.get("method") != "POST":
        yield "method: must be POST"
    if line.get("url") == "/v1/responses":
        yield f"url: /v1/responses has no translation; write the requests for {CHAT}"
    elif line.get("url") not in _URLS:
        yield f"url: must be {' or '.join(_URLS)}"
    if not isinstance(line.get("body"), dict):
        yield "body: must be a JSON object"
