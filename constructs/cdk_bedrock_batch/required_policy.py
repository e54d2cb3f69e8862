"""Policies that a job needs and that its stack cannot write: of another account, or of something imported."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cdk_bedrock_batch._template import StackView


class PolicyKind(StrEnum):
    """What a policy is attached to, in IAM's words."""

    BUCKET_POLICY = "bucket policy"
    KEY_POLICY = "key policy"
    IDENTITY_POLICY = "identity-based policy"
    TRUST_POLICY = "trust policy"


@dataclass(frozen=True, slots=True)
class RequiredPolicy:
    """Statements that somebody else has to add to the policy of one bucket, key or role before the job can run.

    What is known only at deployment stands in them as `${AWS::AccountId}`, `${AWS::Region}` and the like.
    """

    kind: PolicyKind
    resource: str
    """ARN of the bucket, key or role."""
    statements: tuple[dict[str, Any], ...]

    @classmethod
    def _of(cls, view: StackView, kind: PolicyKind, resource: str, statements: Iterable[dict[str, Any]]) -> Self:
        """Write statements down as a stack will mean them; called by `ModelInvocationJob`."""
        return cls(kind, view.readable(resource), tuple(map(view.readable, statements)))

    def to_json(self) -> str:
        """The statements as a JSON list, ready to be put into the policy's `Statement`."""
        return json.dumps(list(self.statements), indent=2)
