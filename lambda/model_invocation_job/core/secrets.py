"""Removes secrets from logs and responses."""

import re

# CloudFormation's response address is a secret like a password. Texts of other components may repeat it.
_SECRETS = re.compile(
    r"https?://\S*(?:X-Amz-|Signature|cloudformation-custom-resource-response)\S*"
    # As in an address, or as in a header, where a blank comes before the value.
    r"|X-Amz-[^\s:=]+(?:\s*[:=]\s*\S+)?",
    re.IGNORECASE,
)


def without_secrets(text: str) -> str:
    """The text without response addresses and parts of signatures."""
    return _SECRETS.sub("<removed>", text)
