"""What is known of the end of a run, put together from the job, its run file and its manifest."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from bedrock_batch.job import Job
from bedrock_batch.manifest import ManifestField, folder_of
from bedrock_batch.outcome.judge import judge
from bedrock_batch.outcome.names import RunOutcome
from bedrock_batch.outcome.records import Records, is_count
from bedrock_batch.outcome.rule import OutcomeRule, rule_in
from bedrock_batch.statuses import DEAD

# Both leave room for the rest of an event, which has at most 256 KB. CloudFormation and Bedrock allow no more tags than
# this, except tags of nothing but escaped characters.
_MOST_BYTES_OF_TAGS: Final = 100_000
_LONGEST_TEXT: Final = 500
_MOST_TOPICS: Final = 10

UNREADABLE_RULE: Final = "the rule in the run file cannot be read: the default rule holds"


@dataclass(frozen=True, kw_only=True)
class Report:
    """How a run went, and what else a reader of its end wants to know. What is not known is `None`.

    * `job`: as Bedrock shows it, with a status that is an end.
    * `tokens`: of input and of output.
    * `tags`: as declared.
    * `notes`: sentences on what is not known, or not told.
    """

    job: Job
    stack_id: str
    logical_id: str | None = None
    run_id: str | None = None
    rule: OutcomeRule = field(default_factory=OutcomeRule)
    records: Records | None = None
    tokens: tuple[int, int] | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        job: Job,
        stack_id: str,
        run_file: Mapping[str, Any] | None,
        manifest: Mapping[str, Any] | None,
        notes: tuple[str, ...] = (),
    ) -> Self:
        """Put together what was read. A member of another form counts as absent, with a note.

        :param run_file: `None` if it cannot be read; then the default rule holds.
        :param manifest: `None` if there is none, or it cannot be read.
        :param notes: what a reader should know besides.
        """
        written = run_file or {}
        try:
            rule = rule_in(written) or OutcomeRule()
        except ValueError:
            rule, notes = OutcomeRule(), (*notes, UNREADABLE_RULE)
        records = Records.of_counts(manifest or {}) or Records.of_counts(job.counts)
        if records is None and job.status not in DEAD:
            notes = (*notes, "nothing counted the records")
        declared = written.get("tags")
        tags = _fitting(declared.items()) if isinstance(declared, Mapping) else {}
        if tags != (declared or {}):
            notes = (*notes, "some tags are left out: they are no texts, or together too long for an event")
        return cls(
            job=job,
            stack_id=stack_id,
            logical_id=_text_in(written, "logicalResourceId"),
            run_id=_text_in(written, "runId"),
            rule=replace(rule, notify=tuple(each[:_LONGEST_TEXT] for each in rule.notify[:_MOST_TOPICS])),
            records=records,
            tokens=_tokens_in(manifest or {}),
            tags=tags,
            notes=notes,
        )

    @property
    def outcome(self) -> RunOutcome:
        """How the run went as a whole."""
        return judge(self.job.status, self.records, self.rule)

    @property
    def stack_name(self) -> str:
        """The name in `arn:aws:cloudformation:<region>:<account>:stack/<name>/<id>`."""
        return self.stack_id.partition(":stack/")[2].partition("/")[0]

    @property
    def output_uri(self) -> str | None:
        """The folder of the job, with its final slash."""
        return folder_of(self.job.output_uri, self.job.id).uri if self.job.output_uri else None

    @property
    def seconds(self) -> int | None:
        """From submission to end."""
        start, end = self.job.submitted_at, self.job.ended_at
        return None if start is None or end is None else max(0, round((end - start).total_seconds()))


def _tokens_in(manifest: Mapping[str, Any]) -> tuple[int, int] | None:
    read, written = manifest.get(ManifestField.INPUT_TOKENS), manifest.get(ManifestField.OUTPUT_TOKENS)
    return (read, written) if is_count(read) and is_count(written) else None


def _text_in(run_file: Mapping[str, Any], member: str) -> str | None:
    found = run_file.get(member)
    return found[:_LONGEST_TEXT] if isinstance(found, str) else None


def _fitting(tags: Iterable[tuple[Any, Any]]) -> dict[str, str]:
    """The tags that are texts and fit into an event, from the first one on."""
    found, left = {}, _MOST_BYTES_OF_TAGS
    for key, value in tags:
        if isinstance(value, str) and (left := left - len(json.dumps({key: value}))) >= 0:
            found[key] = value
    return found
