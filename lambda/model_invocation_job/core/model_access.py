"""What the model of a third party needs once, before its first job in an account."""

import re

# "Model use case details have not been submitted for this account." and "Model access is denied due to IAM user or
# service role is not authorized to perform the required AWS Marketplace actions (aws-marketplace:ViewSubscriptions,
# aws-marketplace:Subscribe) to enable access to this model." The name of a bucket or a key may contain such words.
_ASKS_A_PERSON = re.compile(r"(?<![/\w-])(?:use case details|aws-marketplace:|Marketplace(?![/\w-]))")
_HOW_TO_GET_ACCESS = (
    "A person must subscribe to the model once in this account: open it in the model catalog of the Amazon"
    " Bedrock console, or invoke it once, with the rights aws-marketplace:Subscribe and"
    " aws-marketplace:ViewSubscriptions. A model of Anthropic also needs the use case form, once. Then deploy again;"
    " raise run_id if the job failed after its deployment"
)


def how_to_get_access(message: str) -> str:
    """The next step if Bedrock's message says that the account has no access to a model yet. Otherwise empty."""
    return _HOW_TO_GET_ACCESS if _ASKS_A_PERSON.search(message) else ""
