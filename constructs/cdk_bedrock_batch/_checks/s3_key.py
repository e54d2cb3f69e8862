"""Checks S3 keys, prefixes and bucket owners."""

from bedrock_batch import limits
from cdk_bedrock_batch._checks.text import check_text


def folder_key(option: str, prefix: str) -> str:
    """Check a prefix and end it with a slash. The empty prefix is the whole bucket.

    :raises ValueError: the prefix has a character that `s3Uri` does not allow, or is too long.
    """
    if not prefix:
        return prefix
    folder = f"{prefix.removesuffix('/')}/"
    check_key(option, folder)
    return folder


def check_key(option: str, key: str) -> None:
    """Check the characters and the length of an S3 key or prefix.

    :raises ValueError: the key is not allowed; the error names the option and what is allowed.
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
