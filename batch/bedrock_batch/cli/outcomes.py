"""The outcomes of records, and how the whole went by the rule that was declared for it."""

from collections import Counter
from collections.abc import Mapping

from bedrock_batch.outcome import OutcomeRule, rule_in
from bedrock_batch.outcome.names import RunOutcome
from bedrock_batch.outcome.records import Records, of_records
from bedrock_batch.outcome.report import UNREADABLE_RULE
from bedrock_batch.results import WITHOUT_OUTPUT, Outcome
from bedrock_batch.statuses import JobStatus

GOOD = RunOutcome.GOOD


def by_counts(status: str, counts: Mapping[str, object]) -> Counter[Outcome] | None:
    """The outcomes by the counts of Bedrock or of a manifest; None if they are not there, or do not add up.

    :param status: of a job that has ended.
    :param counts: `totalRecordCount`, `successRecordCount`, `errorRecordCount`, and perhaps `processedRecordCount`,
        which is the sum of both.
    """
    records = Records.of_counts(counts)
    if records is None:
        return None
    found = Counter({Outcome.SUCCESS: records.success, Outcome.ERROR: records.error})
    found[WITHOUT_OUTPUT[JobStatus(status)]] += records.missing
    return +found


def counts_of(outcomes: Mapping[Outcome, int]) -> Records:
    """The counts that a rule is about. An output that is invalid is an error, though Bedrock counts a success."""
    total, success = sum(outcomes.values()), outcomes.get(Outcome.SUCCESS, 0)
    error = outcomes.get(Outcome.ERROR, 0) + outcomes.get(Outcome.INVALID_OUTPUT, 0)
    return Records(total, success, error, total - success - error)


def declared_rule(run_file: Mapping[str, object], notes: list[str]) -> OutcomeRule | None:
    """The rule in a run file; None if it has none. If it cannot be read, it is the default rule, and a note says so."""
    try:
        return rule_in(run_file)
    except ValueError:
        notes.append(UNREADABLE_RULE)
        return OutcomeRule()


def told(outcomes: Mapping[Outcome, int]) -> str:
    """`120 records: 118 success, 2 error`."""
    parts = [f"{outcomes[each]:,} {each}" for each in Outcome if outcomes.get(each)]
    return of_records(sum(outcomes.values())) + (f": {', '.join(parts)}" if parts else "")
