"""What became of each record of a job: one row for each, from its input and its output."""

from bedrock_batch.results.collect import WITHOUT_OUTPUT, Files, Results, collect
from bedrock_batch.results.output_record import IsValid, row_of
from bedrock_batch.results.row import MEMBERS, Outcome, Row

__all__ = [
    "MEMBERS",
    "WITHOUT_OUTPUT",
    "Files",
    "IsValid",
    "Outcome",
    "Results",
    "Row",
    "collect",
    "row_of",
]
