"""The metrics of ``AWS/Bedrock/Batch``: one data point a minute for each model, while jobs of it are live."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bedrock_batch_local.emulator import metrics
from bedrock_batch_local.engine.batch_engine import BatchEngine
from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.scope import Scope

NAMESPACE = "AWS/Bedrock/Batch"
_MINUTE = 60.0

Tokens = tuple[int, int]


@dataclass
class _Model:
    """A model in one account and Region: its records that wait, and the tokens since the last data point."""

    pending: int = 0
    input_tokens: int = 0
    output_tokens: int = 0


class BatchMetrics:
    """Follows the jobs of an engine. ``tokens_of`` gives the tokens of a job's first records, input and output.

    A data point has the time at which its minute begins. The last one of a model follows the end of its last job.
    """

    def __init__(self, engine: BatchEngine, tokens_of: Callable[[Job, int], Tokens]) -> None:
        self._engine = engine
        self._tokens_of = tokens_of
        self._models: dict[tuple[Scope, str], _Model] = {}
        self._counted: dict[str, Tokens] = {}
        self._since = 0.0

    def __call__(self, job: Job) -> None:
        """Count what a job has processed before it ends and its work is forgotten."""
        self._count(job, job.progress.processed)
        if not job.live:
            self._counted.pop(job.arn, None)

    def next_due(self, now: float) -> float | None:
        return (now // _MINUTE + 1) * _MINUTE if self._models else None

    def tick(self, now: float) -> None:
        minute = now // _MINUTE * _MINUTE
        if not self._models:
            self._since = minute
        if minute <= self._since:
            return
        minutes, self._since = (minute - self._since) / _MINUTE, minute
        live = set()
        for model in self._models.values():
            model.pending = 0
        for job, processed in self._engine.processed():
            live.add(_key(job))
            self._count(job, processed)
            self._models[_key(job)].pending += job.total - processed
        for (scope, model_id), model in self._models.items():
            values = {
                "NumberOfRecordsPendingProcessing": float(model.pending),
                "NumberOfInputTokensProcessedPerMinute": model.input_tokens / minutes,
                "NumberOfOutputTokensProcessedPerMinute": model.output_tokens / minutes,
            }
            metrics.put(
                scope.account,
                scope.region,
                namespace=NAMESPACE,
                values=values,
                dimensions={"ModelId": model_id},
                time=minute - _MINUTE,
            )
        self._models = {key: _Model() for key in self._models if key in live}

    def busy(self) -> bool:
        return False

    def _count(self, job: Job, processed: int) -> None:
        before, now = self._counted.get(job.arn, (0, 0)), self._tokens_of(job, processed)
        self._counted[job.arn] = now
        model = self._models.setdefault(_key(job), _Model())
        model.input_tokens += max(0, now[0] - before[0])
        model.output_tokens += max(0, now[1] - before[1])


def _key(job: Job) -> tuple[Scope, str]:
    """The value of the dimension is not documented. This is the id of the model or profile, as callers write it."""
    return job.scope, job.model.arn.partition("/")[2]
