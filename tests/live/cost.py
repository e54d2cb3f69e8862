"""What a run may cost at most."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from live.records import LEAST, MAX_TOKENS, records

# Jobs that the questions start beside the declared ones; two deployments of these at most.
ASKED_JOBS = 18
_MILLION = 1_000_000


@dataclass(frozen=True)
class WorstCase:
    """Every job runs to its end, no token is shorter than a byte, and no answer shorter than it may be.

    `price` is USD for a million input tokens and for a million output tokens, as no model that is asked exceeds it.
    """

    declared_jobs: int
    price: tuple[float, float]

    @property
    def jobs(self) -> int:
        """Each declared job may be started twice."""
        return 2 * self.declared_jobs + ASKED_JOBS

    @property
    def tokens(self) -> tuple[int, int]:
        """Input and output tokens."""
        lines = [json.loads(line) for line in records(LEAST, "foundation").splitlines()]
        a_job = sum(len(json.dumps(line["modelInput"])) for line in lines)
        return self.jobs * a_job, self.jobs * LEAST * MAX_TOKENS

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
            f"This deploys five stacks, starts up to {self.jobs} batch inference jobs of {LEAST} short records, waits "
            f"until they have ended, and removes all of it.\n{named}\n"
            f"Worst case: {tokens_in:,} input and {tokens_out:,} output tokens, {self.usd:.2f} USD if no model costs "
            f"more than {price_in:g} and {price_out:g} USD a million (--usd-per-million). Most jobs are stopped at "
            "once, and a token has about four bytes, so a run mostly costs a tenth of that or less.\n"
            "Two KMS keys are made and deleted: some cents."
        )


def cost(tokens: tuple[int, int], price: tuple[float, float]) -> float:
    """USD for so many input and output tokens."""
    return sum(count * each for count, each in zip(tokens, price, strict=True)) / _MILLION
