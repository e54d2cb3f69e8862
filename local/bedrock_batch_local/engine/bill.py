"""The bill: how many jobs were really started and stopped. Tests about money check it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True)
class Bill:
    """``started`` counts jobs, not requests: a repeated token adds nothing. ``records`` counts processed records."""

    started: int = 0
    stopped: int = 0
    records: int = 0


class Ledger:
    """Counts what costs money, per account and Region."""

    def __init__(self) -> None:
        self._started: Counter[tuple[str, str]] = Counter()
        self._stopped: Counter[tuple[str, str]] = Counter()
        self._records: Counter[tuple[str, str]] = Counter()

    def started(self, account: str, region: str) -> None:
        self._started[account, region] += 1

    def stopped(self, account: str, region: str) -> None:
        self._stopped[account, region] += 1

    def processed(self, account: str, region: str, records: int) -> None:
        self._records[account, region] += records

    def bill(self, account: str | None = None, region: str | None = None) -> Bill:
        """The bill of one account and Region; default: of all."""

        def total(counter: Counter[tuple[str, str]]) -> int:
            return sum(
                count
                for (of_account, of_region), count in counter.items()
                if account in (None, of_account) and region in (None, of_region)
            )

        return Bill(total(self._started), total(self._stopped), total(self._records))
