"""What must never reach a log or an answer."""

import re

# CloudFormation's response address is as good as a password, and the texts of other parts may repeat it.
_SECRETS = re.compile(
    r"https?://\S*(?:X-Amz-|Signature|cloudformation-custom-resource-response)\S*"
    # As in an address or, with its value after a blank, as in a header.
    r"|X-Amz-[^\s:=]+(?:\s*[:=]\s*\S+)?",
    re.IGNORECASE,
)


def without_secrets(text: str) -> str:
    """The text without response addresses and parts of signatures."""
    return _SECRETS.sub("<removed>", text)
