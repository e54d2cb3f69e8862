"""Statements that a job needs in policies that its stack cannot change."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cdk_bedrock_batch._template import StackView


class PolicyKind(StrEnum):
    """The resource that a policy is attached to.

    Example::

        buckets = [each for each in job.required_policies if each.kind is PolicyKind.BUCKET_POLICY]
    """

    BUCKET_POLICY = "bucket policy"
    KEY_POLICY = "key policy"
    IDENTITY_POLICY = "identity-based policy"
    TRUST_POLICY = "trust policy"
    TOPIC_POLICY = "topic policy"


@dataclass(frozen=True, slots=True)
class RequiredPolicy:
    """Statements that somebody must add to the policy of a bucket, key, role or topic before the job can run.

    Values that are known only at deployment are written as `${AWS::AccountId}`, `${AWS::Region}` and the like.

    Example::

        for policy in job.required_policies:
            print(policy.kind, policy.resource, policy.to_json())
    """

    kind: PolicyKind
    resource: str
    """ARN of the bucket, key, role or topic."""
    statements: tuple[dict[str, Any], ...]

    @classmethod
    def _of(cls, view: StackView, kind: PolicyKind, resource: str, statements: Iterable[dict[str, Any]]) -> Self:
        """Replace the tokens in statements with readable text. Called by `ModelInvocationJob`."""
        return cls(kind, view.readable(resource), tuple(map(view.readable, statements)))

    def to_json(self) -> str:
        """The statements as a JSON list, for the `Statement` of the policy."""
        return json.dumps(list(self.statements), indent=2)
