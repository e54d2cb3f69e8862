"""An ARN of Amazon Bedrock. Each part may be a token, whose value is known only at deployment."""

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
    """The fields of an ARN of Amazon Bedrock that vary. Each may be a token or contain tokens."""

    partition: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Parse a text that starts with `arn:`. None if it is not an ARN of Amazon Bedrock.

        No known part may be a wildcard or contain a character that ARNs of Amazon Bedrock do not have.
        """
        # A token may contain colons.
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
        """Whether the ARN has an account, which may be a token."""
        return bool(self.account)

    def names(self, resource_type: str, resource_id: re.Pattern[str]) -> bool:
        """Whether the ARN is of this resource type, and its id has this form. An id with tokens may have any form."""
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
