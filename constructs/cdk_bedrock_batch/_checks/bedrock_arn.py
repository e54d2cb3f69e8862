"""The ARN of something of Amazon Bedrock's, in which tokens may stand for what only a deployment tells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self

from bedrock_batch import limits
from cdk_bedrock_batch._checks.text import TOKEN, is_token, literal_pieces

_FIELDS: Final = 6
_PART: Final = re.compile(r"[a-z0-9-]*")
_DIGITS: Final = re.compile(r"[0-9]*")


@dataclass(frozen=True, slots=True)
class Arn:
    """The fields of an ARN that are not the same for all of the service; each may be a token, or hold some."""

    partition: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read a text that starts with `arn:`, None if it is no ARN of the service.

        No part of it that is known now is a wildcard or holds another character than the service's ARNs do.
        """
        # A token may hold colons of its own.
        masked = TOKEN.sub(lambda token: "-" * len(token[0]), text)
        ends = [0]
        for field in masked.split(":", _FIELDS - 1):
            ends.append(ends[-1] + len(field) + 1)
        if len(ends) != _FIELDS + 1:
            return None
        fields = [text[start : end - 1] for start, end in pairwise(ends)]
        head, partition, service, region, account, resource = fields
        arn = cls(partition, region, account, resource)
        return arn if (head, service) == ("arn", "bedrock") and arn._is_sound else None

    @property
    def _is_sound(self) -> bool:
        return (
            _matches(self.partition, limits.PARTITION, _PART)
            and _matches(self.region, limits.ARN_REGION, _PART)
            and (not self.account or _matches(self.account, limits.ACCOUNT_ID, _DIGITS))
            and all(limits.MODEL_CHARACTERS.fullmatch(piece) for piece in literal_pieces(self.resource))
        )

    @property
    def has_account(self) -> bool:
        """Whether it names an account, known or not."""
        return bool(self.account)

    def names(self, resource_type: str, resource_id: re.Pattern[str]) -> bool:
        """Whether it names a resource of a type, by an id of a form; an id that holds tokens may be of any."""
        found_type, _, found_id = self.resource.partition("/")
        is_open = TOKEN.search(found_id) is not None
        return found_type == resource_type and (is_open or resource_id.fullmatch(found_id) is not None)


def _matches(field: str, whole: re.Pattern[str], part: re.Pattern[str]) -> bool:
    if is_token(field):
        return True
    pieces = literal_pieces(field)
    if len(pieces) == 1:
        return whole.fullmatch(field) is not None
    return all(part.fullmatch(piece) for piece in pieces)
