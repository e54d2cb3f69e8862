"""One option of a job file."""

from dataclasses import dataclass

from bedrock_batch.options.kinds import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A row of the table: what a key of a job file may be."""

    name: str
    kind: Kind
    sentence: str
    """What it is, as a sentence."""
    default: str = ""
    """What holds without the key. Empty if the key is required."""
    source: str
    """Where its limits come from: a member of an API, or this project."""
    sets: tuple[str, ...] = ()
    """The options of the library that it sets. Default: the one with its name."""
    beside: tuple[str, ...] = ()
    """The keys of the same mapping beside which it is allowed. Default: all."""

    @property
    def is_required(self) -> bool:
        """Whether the key must be there."""
        return not self.default

    @property
    def parameters(self) -> tuple[str, ...]:
        """The options of the library that it sets."""
        return self.sets or (self.name,)
