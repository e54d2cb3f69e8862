"""Keys, prefixes and owners of S3 as a user writes them."""

from bedrock_batch import limits
from cdk_bedrock_batch._checks.text import check_text


def folder_key(option: str, prefix: str) -> str:
    """Check a prefix and give it the final slash that makes it a folder; the empty prefix is the whole bucket.

    :raises ValueError: the prefix holds a character that `s3Uri` must not hold, or is too long.
    """
    if not prefix:
        return prefix
    folder = f"{prefix.removesuffix('/')}/"
    check_key(option, folder)
    return folder


def check_key(option: str, key: str) -> None:
    """Check the characters and the length of an S3 key or prefix.

    :raises ValueError: naming the option and what may be in it.
    """
    check_text(
        option,
        key,
        limits.S3_KEY_PATH,
        "a path of letters, digits and -!_'(). with single slashes",
    )
    if len(key) > limits.S3_KEY_LENGTH:
        raise ValueError(f"{option} must be at most {limits.S3_KEY_LENGTH} characters long, got {len(key)}")


def check_account(option: str, account: str) -> None:
    """Check an account id.

    :raises ValueError: it is not twelve digits.
    """
    check_text(option, account, limits.ACCOUNT_ID, "an account id of 12 digits")
