"""The base of all errors of the functions and of this package, and the error of a bad property."""


class BedrockBatchError(Exception):
    """Base of all errors."""


class InvalidPropertyError(BedrockBatchError):
    """A property cannot be used. The text names its path, what was found and what is allowed."""
