"""The length of a deployed policy. IAM refuses a policy that is too long, minutes into a deployment."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from bedrock_batch import limits
from cdk_bedrock_batch._iam.statement import actions_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdk_bedrock_batch._iam.statement import Statement
    from cdk_bedrock_batch._template import StackView

# The longest value of each. Everything else is an ARN, or the name or id of a resource.
_LENGTHS: Final = {
    "${AWS::AccountId}": 12,
    "${AWS::Partition}": len("aws-us-gov"),
    "${AWS::Region}": len("ap-northeast-1"),
    "${AWS::StackId}": 240,
    "${AWS::URLSuffix}": len("amazonaws.com.cn"),
}
_ARN: Final = 210
# For the statements about a bucket or a key, which contain no other ARN.
_ARN_OF: Final = {
    "s3": len("arn:aws-us-gov:s3:::") + 63,
    "kms": len("arn:aws-us-gov:kms:ap-northeast-1:111122223333:key/") + 36,
}
_NAME: Final = 63
_PLACEHOLDER: Final = re.compile(r"\$\{[^}]+\}")


def deployed_length(text: str, arn: int = _ARN) -> int:
    """The greatest length of a text with placeholders. `arn` is the length of an ARN."""

    def length(placeholder: str) -> int:
        return _LENGTHS.get(placeholder, arn if placeholder.endswith("Arn}") else _NAME)

    return len(_PLACEHOLDER.sub(lambda found: "x" * length(found[0]), text))


def inline_policy_length(view: StackView, statements: Sequence[Statement]) -> int:
    """The greatest number of characters of an inline policy. IAM does not count white space."""
    return len('{"Version":"2012-10-17","Statement":[]}') + sum(
        len(",") + _statement_length(view, statement) for statement in statements
    )


def _statement_length(view: StackView, statement: Statement) -> int:
    text = json.dumps(view.readable(statement), separators=(",", ":"))
    return deployed_length(text, _ARN_OF.get(actions_of(statement)[0].partition(":")[0], _ARN))


def check_inline_policy(view: StackView, what: str, statements: Sequence[Statement], advice: str) -> None:
    """Check that a role's whole inline policy fits.

    :raises ValueError: it may be too long; the error says what to do.
    """
    length = inline_policy_length(view, statements)
    if length > limits.INLINE_POLICIES_LENGTH:
        raise ValueError(
            f"the policy of {what} may have {limits.INLINE_POLICIES_LENGTH} characters, and would have up to "
            f"{length}; {advice}"
        )
