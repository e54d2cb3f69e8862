"""How many tokens and USD a job takes at most.

A text has a token for each `bytes_per_token` of its UTF-8 bytes, and each message some tokens around it. The factors
are below what English has in each tokenizer that `bench/tokens.py` measures, so the estimate is rather too high.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Final, Self

from bedrock_batch.cost.price import Price
from bedrock_batch.cost.size import InputSize
from bedrock_batch.families import FAMILIES, Family

# The role and the marks of a message, in the templates that are published.
_TOKENS_AROUND_A_TEXT: Final = 8
_FEWEST_BYTES: Final = min(family.bytes_per_token for family in FAMILIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a job takes at most, as far as its records tell.

    The input is estimated, the output is the sum of the records' own limits. Amazon Bedrock bills what was used, which
    is less as a rule.

    Example::

        if job.estimate is not None:  # its records are not in S3
            told = f"{job.estimate.records} records, {job.estimate.most_tokens} tokens, {job.estimate.usd} USD"
    """

    records: int
    """Number of records."""
    input_tokens: int
    """About how many tokens of input; those of media are missing."""
    most_output_tokens: int | None
    """The most tokens of output. None: some records have no limit."""
    usd: Decimal | None
    """The most that both cost. None: no price is known, some records have no limit, or some hold media."""
    records_without_limit: int = 0
    """Records that set no limit of output tokens, where no default of the model is documented."""
    records_with_media: int = 0
    """Records with images, documents, audio or video, whose tokens are not estimated."""
    has_known_form: bool = True
    """Whether the form of the records is known. Of other ones the limit of output tokens is a guess."""
    limit_member: str | None = None
    """The member that limits the output tokens of a record. None: the family of the model is not known."""

    @classmethod
    def of(
        cls, size: InputSize, *, bodies: Family | None, models: Iterable[Family | None], price: Price | None = None
    ) -> Self:
        """The estimate for records.

        :param bodies: the family of the records' bodies; None if it is not known.
        :param models: the family of each model that may read them. The one with the most tokens counts.
        :param price: of batch inference. Default: `usd` is None.
        """
        factors = [_FEWEST_BYTES if each is None else each.bytes_per_token for each in models]
        factor = min(factors, default=_FEWEST_BYTES)
        tokens = ceil(size.text_bytes / factor) + size.texts * _TOKENS_AROUND_A_TEXT
        most = None if size.without_limit else size.output_tokens
        has_all = most is not None and not size.with_media
        return cls(
            records=size.records,
            input_tokens=tokens,
            most_output_tokens=most,
            usd=price.usd(tokens, most or 0) if price is not None and has_all else None,
            records_without_limit=size.without_limit,
            records_with_media=size.with_media,
            has_known_form=bodies is not None,
            limit_member=None if bodies is None or bodies.answer_limit is None else bodies.answer_limit.member,
        )

    @property
    def most_tokens(self) -> int | None:
        """Tokens of input and output. None: some records have no limit."""
        return None if self.most_output_tokens is None else self.input_tokens + self.most_output_tokens
