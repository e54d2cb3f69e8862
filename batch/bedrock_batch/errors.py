"""The base of every error of the functions and of what they share, and the one that reading a declaration raises."""


class BedrockBatchError(Exception):
    """Base of all."""


class InvalidPropertyError(BedrockBatchError):
    """A property cannot be used; the text names its path, what was found and what is allowed."""
