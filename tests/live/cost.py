"""What a run may cost at most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from live.names import TOPICS
from live.records import LEAST, MAX_TOKENS, records

# Jobs that the questions start beside the declared ones; these are started twice at most.
ASKED_JOBS = 18
# The records with features are longer than the others, by so much at most.
FEATURES_BYTES = 2000
_MILLION = 1_000_000


@dataclass(frozen=True)
class WorstCase:
    """Every job runs to its end, no token is shorter than a byte, and no answer is shorter than it may be.

    `declared_records` are the records of each job that is declared. `price` is USD for a million input tokens and for
    a million output tokens, as no model that is asked exceeds it.
    """

    declared_records: tuple[int, ...]
    price: tuple[float, float]

    @property
    def jobs(self) -> int:
        """Each declared job may be started twice."""
        return 2 * len(self.declared_records) + ASKED_JOBS

    @property
    def tokens(self) -> tuple[int, int]:
        """Input and output tokens."""
        a_record = max(len(line) for line in records(LEAST, max(TOPICS, key=len)).splitlines())
        count = 2 * sum(self.declared_records) + ASKED_JOBS * LEAST
        return count * a_record + FEATURES_BYTES, count * MAX_TOKENS

    @property
    def usd(self) -> float:
        """All jobs together."""
        return cost(self.tokens, self.price)

    def text(self, models: Mapping[str, str]) -> str:
        """What a person is asked to agree to."""
        tokens_in, tokens_out = self.tokens
        price_in, price_out = self.price
        named = "\n".join(f"  {name:<11} {model}" for name, model in models.items())
        return (
            f"This deploys five stacks, starts up to {self.jobs} batch inference jobs of 100 or 200 short records, "
            f"waits until they have ended, and removes what it made. The function's code and the templates stay in the "
            f"bucket of the CDK's assets.\n{named}\n"
            f"Worst case: {tokens_in:,} input and {tokens_out:,} output tokens, {self.usd:.2f} USD if no model costs "
            f"more than {price_in:g} and {price_out:g} USD a million (--usd-per-million). Most jobs are stopped at "
            "once, and a token has about four bytes: expect a tenth of that.\n"
            "Two KMS keys are made and deleted, for some cents."
        )


def cost(tokens: tuple[int, int], price: tuple[float, float]) -> float:
    """USD for so many input and output tokens."""
    return sum(count * each for count, each in zip(tokens, price, strict=True)) / _MILLION
