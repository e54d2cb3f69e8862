"""What is known of a job: Bedrock's response, the outcomes of its records, its tokens and its run file."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bedrock_batch.cli.aws import Aws, one_line
from bedrock_batch.cli.failure import Failure
from bedrock_batch.cli.files import JobFiles
from bedrock_batch.cli.found_job import FoundJob
from bedrock_batch.cli.outcomes import GOOD, by_counts, counts_of, declared_rule, told
from bedrock_batch.cli.rows import rows_of
from bedrock_batch.manifest import ManifestField
from bedrock_batch.outcome import OutcomeRule
from bedrock_batch.outcome.judge import allowed, compared, is_by_limits, judge
from bedrock_batch.outcome.names import RunOutcome
from bedrock_batch.outcome.records import Records, is_count
from bedrock_batch.results import Outcome

_TIMES = {"submitted": "submitTime", "ended": "endTime", "expires": "jobExpirationTime"}


@dataclass
class Facts:
    """A job, and what its status alone does not say."""

    job: FoundJob
    outcomes: Counter[Outcome] | None = None
    """None while the job runs, and if they cannot be read."""
    manifest: Mapping[str, Any] = field(default_factory=dict)
    run_file: Mapping[str, Any] = field(default_factory=dict)
    rule: OutcomeRule | None = None
    """As declared; None: the default rule holds."""
    notes: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> RunOutcome | None:
        """Of the whole job; None while it runs."""
        if not self.job.has_ended:
            return None
        return judge(self.job.status, self.records, self.rule or OutcomeRule())

    @property
    def records(self) -> Records | None:
        """The counts of the outcomes."""
        return None if self.outcomes is None else counts_of(self.outcomes)

    @property
    def is_good(self) -> bool:
        """Whether the job has ended, and has the results that its rule asks for."""
        return self.outcome == GOOD

    def tokens(self, member: ManifestField) -> int | None:
        """A count of tokens."""
        found = self.manifest.get(member)
        return found if is_count(found) else None

    def members(self) -> dict[str, Any]:
        """The JSON object of the job: Bedrock's response, and more."""
        return {
            **self.job.shown,
            "logicalResourceId": self.job.logical_id,
            "outputFolder": self.job.output_folder,
            "outcome": self.outcome,
            "rule": (self.rule or OutcomeRule()).limits(),
            "outcomes": None if self.outcomes is None else {each: self.outcomes[each] for each in Outcome},
            "inputTokenCount": self.tokens(ManifestField.INPUT_TOKENS),
            "outputTokenCount": self.tokens(ManifestField.OUTPUT_TOKENS),
            "runFile": dict(self.run_file) or None,
            "notes": self.notes,
        }

    def lines(self) -> Iterator[str]:
        """The same for people."""
        job = self.job
        yield f"{job.label}: {job.status}" + (f", {self.outcome}" if self.outcome else "")
        if self.outcomes is not None:
            yield f"  {told(self.outcomes)}"
        elif not job.has_ended:
            yield f"  {progress_of(job)}"
        if self.rule is not None and (is_by_limits(job.status) or not job.has_ended):
            yield f"  rule: {compared(self.records, self.rule) if self.records else allowed(self.rule)}"
        tokens = [self.tokens(each) for each in (ManifestField.INPUT_TOKENS, ManifestField.OUTPUT_TOKENS)]
        if None not in tokens:
            yield f"  tokens: {tokens[0]:,} in, {tokens[1]:,} out"
        if job.message:
            yield f"  message: {job.message}"
        yield f"  job: {job.arn}"
        yield f"  model: {job.model_id}"
        for name, member in _TIMES.items():
            # An ended job no longer expires.
            if (moment := job.moment(member)) and not (name == "expires" and job.has_ended):
                yield f"  {name}: {_shown(moment)}"
        yield f"  output: {job.output_folder}"
        if isinstance(tags := self.run_file.get("tags"), dict) and tags:
            yield f"  tags: {', '.join(one_line(f'{name}={value}') for name, value in tags.items())}"
        yield from (f"  note: {note}" for note in self.notes)


def facts_of(aws: Aws, job: FoundJob) -> Facts:
    """Read what is known of a job. What cannot be read is a note.

    The outcomes are those of Bedrock's counts. The records themselves are read only if nothing counted them.
    """
    facts = Facts(job)
    files = JobFiles(aws, job)
    try:
        facts.run_file = files.run_file() or {}
        facts.rule = declared_rule(facts.run_file, facts.notes)
        if job.has_ended:
            facts.manifest = files.manifest() or {}
    except Failure as failure:
        facts.notes.append(str(failure))
    if job.has_ended:
        facts.outcomes = by_counts(job.status, facts.manifest) or by_counts(job.status, job.shown)
        if facts.outcomes is None:
            _read_rows(aws, facts)
    return facts


def progress_of(job: FoundJob) -> str:
    """How far a job is, by Bedrock's counts."""
    done, total, errors = (job.count(f"{name}RecordCount") for name in ("processed", "total", "error"))
    if not total:
        return "no records counted" if job.has_ended else "no records counted yet"
    return f"{done or 0:,} of {total:,} records processed" + (f", {errors:,} with an error" if errors else "")


def _read_rows(aws: Aws, facts: Facts) -> None:
    try:
        with rows_of(aws, facts.job) as results:
            facts.outcomes = results.outcomes
            facts.notes += results.notes
    except Failure as failure:
        facts.notes.append(f"the outcomes of the records are not known: {failure}")


def _shown(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="seconds")
