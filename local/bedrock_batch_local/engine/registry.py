"""The jobs of all accounts and Regions: which are visible, and for how long."""

from __future__ import annotations

from collections.abc import Iterator

from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.quirks import Quirks
from bedrock_batch_local.engine.scope import Scope


class JobRegistry:
    """Keeps every job for good. The quirks decide when a job becomes visible, and until when it is."""

    def __init__(self, quirks: Quirks) -> None:
        self._token_memory = quirks.token_memory_seconds
        self._retention = float("inf") if quirks.retention_seconds is None else quirks.retention_seconds
        self._get_lag = quirks.get_lag_seconds
        self._list_lag = quirks.list_lag_seconds
        self._jobs: dict[Scope, dict[str, Job]] = {}

    def add(self, job: Job) -> None:
        self._jobs.setdefault(job.scope, {})[job.job_id] = job

    def live(self) -> list[Job]:
        """Jobs of all scopes that have not ended, oldest first."""
        found = [job for jobs in self._jobs.values() for job in jobs.values() if job.live]
        return sorted(found, key=lambda job: job.sequence)

    def kept(self, scope: Scope, now: float) -> Iterator[Job]:
        """Jobs that the service still knows: their names and quotas count, whether they can be read or not."""
        for job in self._jobs.get(scope, {}).values():
            if job.ended_at is None or now - job.ended_at <= self._retention:
                yield job

    def readable(self, scope: Scope, now: float) -> Iterator[Job]:
        """Jobs that Get shows, and that can be stopped and tagged."""
        return (job for job in self.kept(scope, now) if now - job.submitted_at >= self._get_lag)

    def listed(self, scope: Scope, now: float) -> Iterator[Job]:
        """Jobs that List shows."""
        return (job for job in self.kept(scope, now) if now - job.submitted_at >= self._list_lag)

    def by_token(self, scope: Scope, token: str | None, now: float) -> Job | None:
        """The job that was started with this client token."""
        for job in self._jobs.get(scope, {}).values():
            if token is not None and job.token == token and now - job.submitted_at <= self._token_memory:
                return job
        return None
