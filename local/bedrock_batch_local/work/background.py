"""The workload of the server: each job's blocking work runs in background threads, which the engine polls."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.work_answers import Delivery, Outcome, Progress, Validation
from bedrock_batch_local.work.batch_work import BatchWork

logger = logging.getLogger(__name__)

_Answer = TypeVar("_Answer", Validation, Outcome, Delivery)
# A job mostly waits for S3 or for a model, so there may be more threads than processors.
_THREADS = 16


class BackgroundWorkload:
    """Starts a job's work at the first question about it, and returns ``None`` until it is done."""

    def __init__(self, work_of: Callable[[Job], BatchWork]) -> None:
        self._work_of = work_of
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="batch-work")
        self._works: dict[str, BatchWork] = {}
        self._futures: dict[tuple[str, str], Future[Any]] = {}

    @property
    def busy(self) -> bool:
        """Whether any work is under way."""
        return any(not future.done() for future in self._futures.values())

    def validate(self, job: Job) -> Validation | None:
        return self._answer(job, "validate", self._work(job).validate, Validation(failure="Internal error"))

    def run(self, job: Job) -> Outcome | None:
        return self._answer(job, "run", self._work(job).run, Outcome(failure="Internal error"))

    def progress(self, job: Job, planned: int) -> Progress:
        return self._work(job).progress(planned)

    def deliver(self, job: Job, records: int) -> Delivery | None:
        work = self._work(job)
        return self._answer(job, "deliver", lambda: work.deliver(records), Delivery(failure="Internal error"))

    def tokens(self, job: Job, records: int) -> tuple[int, int]:
        """Input and output tokens of the first records of a job. 0 before and after its work."""
        work = self._works.get(job.arn)
        return work.tokens(records) if work else (0, 0)

    def forget(self, job: Job) -> None:
        """Free the resources of an ended job. Call this when its status changes."""
        if job.live:
            return
        for key in [key for key in self._futures if key[0] == job.arn]:
            del self._futures[key]
        if work := self._works.pop(job.arn, None):
            work.close()

    def close(self) -> None:
        """Stop all work. Work in progress ends with its current record."""
        for work in self._works.values():
            work.close()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _work(self, job: Job) -> BatchWork:
        if job.arn not in self._works:
            self._works[job.arn] = self._work_of(job)
        return self._works[job.arn]

    def _answer(self, job: Job, verb: str, work: Callable[[], _Answer], if_broken: _Answer) -> _Answer | None:
        key = (job.arn, verb)
        if key not in self._futures:
            self._futures[key] = self._pool.submit(work)
        future: Future[_Answer] = self._futures[key]
        if not future.done():
            return None
        if error := future.exception():
            logger.error("job %s could not %s", job.arn, verb, exc_info=error)
            return if_broken
        return future.result()
