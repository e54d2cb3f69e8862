"""What Bedrock was asked for since a moment: starts, stops and tags."""

from collections.abc import Mapping

from bedrock_batch.run.identity import ResourceIdentity
from bedrock_batch_local.engine.job import Job
from lifecycle.lambda_service import Attempt
from lifecycle.request import Request
from lifecycle.universe import Universe

_TAGGING = ("tag_resource", "untag_resource")


class Bill:
    """Counts from when it is made. `tagged` are the resources for which tags of a job were changed."""

    def __init__(self, universe: Universe) -> None:
        self._universe = universe
        self._started = len(universe.record.jobs)
        self._stopped = len(universe.record.stops)
        self._requests = len(universe.requests)
        self._tags = self._all_tags()
        self.tagged: set[ResourceIdentity] = set()
        universe.interfere = self._note

    def started(self, resource: ResourceIdentity) -> list[str]:
        """The ARNs of the jobs that were started for a resource."""
        return [job.arn for job in self._jobs() if str(job.token).startswith(resource.mark)]

    @property
    def all_started(self) -> list[str]:
        """The ARNs of all jobs that were started."""
        return [job.arn for job in self._jobs()]

    @property
    def stopped(self) -> set[str]:
        """The ARNs of the jobs of which a Stop had an effect."""
        return {stop.job_arn for stop in self._universe.record.stops[self._stopped :]}

    @property
    def failed(self) -> dict[str, Request]:
        """The requests that failed, by logical id."""
        since = self._universe.requests[self._requests :]
        return {request.resource.logical_id: request for request in since if request.failed}

    def has_other_tags(self, job_arn: str) -> bool:
        """Whether the tags of a job were changed."""
        return self._tags.get(job_arn) != self._all_tags().get(job_arn)

    def _jobs(self) -> list[Job]:
        return list(self._universe.record.jobs.values())[self._started :]

    def _all_tags(self) -> Mapping[str, dict[str, str]]:
        return {arn: dict(job.tags) for arn, job in self._universe.record.jobs.items()}

    def _note(self, attempt: Attempt, _call: int, when: str) -> None:
        if when == "before" and attempt.calls[-1] in _TAGGING:
            self.tagged.add(attempt.request.resource)
