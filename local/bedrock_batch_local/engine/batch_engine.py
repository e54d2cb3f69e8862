"""The Bedrock batch service without a network: jobs, their rules, their clock and their bill.

All that this project assumes about Bedrock's behaviour is here and in the pure modules that this one uses. No HTTP, no
IAM, no S3, no threads, no wall clock: callers pass the clock and the workload.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bedrock_batch.statuses import JobStatus
from bedrock_batch_local.engine import change, errors, listing, models
from bedrock_batch_local.engine.availability import Availability
from bedrock_batch_local.engine.bill import Bill, Ledger
from bedrock_batch_local.engine.change import Change, Wait
from bedrock_batch_local.engine.clock import Clock, ManualClock
from bedrock_batch_local.engine.description import describe
from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.lifecycle import Lifecycle
from bedrock_batch_local.engine.pacing import Pacing
from bedrock_batch_local.engine.quirks import Quirks
from bedrock_batch_local.engine.registry import JobRegistry
from bedrock_batch_local.engine.scope import Scope
from bedrock_batch_local.engine.stops import Stops
from bedrock_batch_local.engine.validation import check_request
from bedrock_batch_local.engine.work_answers import Progress
from bedrock_batch_local.engine.workload import GivenWorkload, Workload

# Service quotas (general reference, Bedrock): live jobs per model, Region and account.
LIVE_JOBS_PER_BASE_MODEL = 100
LIVE_JOBS_PER_CUSTOM_MODEL = 3
# TagList of the service model.
TAGS_PER_JOB = 200

_ID_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def random_job_id() -> str:
    """Twelve characters of ``[a-z0-9]``, as in a job's ARN."""
    return "".join(secrets.choice(_ID_CHARACTERS) for _ in range(12))


class BatchEngine:
    """Jobs of any number of accounts and Regions.

    * ``clock``: default: a ``ManualClock``.
    * ``workload``: default: ``GivenWorkload()``, 120 good records.
    * ``pacing``: seconds per phase.
    * ``live_jobs_per_model``: quota per account and Region (default: 100).
    * ``new_job_id``: default: random.
    * ``quirks``: behaviour that AWS does not document (default: ``Quirks()``).

    Clients ask ``availability`` which calls the quirks let through.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        workload: Workload | None = None,
        *,
        pacing: Pacing | None = None,
        live_jobs_per_model: int = LIVE_JOBS_PER_BASE_MODEL,
        new_job_id: Callable[[], str] = random_job_id,
        quirks: Quirks | None = None,
    ) -> None:
        self.clock = clock or ManualClock()
        self._lifecycle = Lifecycle(pacing or Pacing(), workload or GivenWorkload())
        self._live_jobs_per_model = live_jobs_per_model
        self._new_job_id = new_job_id
        self._quirks = quirks or Quirks()
        self.availability = Availability(self.clock, self._quirks)
        self._jobs = JobRegistry(self._quirks)
        self._stops = Stops(self._quirks)
        self._ledger = Ledger()
        self._listeners: list[Callable[[Job], None]] = []
        self._sequence = 0

    def on_change(self, listener: Callable[[Job], None]) -> None:
        """Call ``listener`` with the job after each change of its status, the first one (Submitted) included."""
        self._listeners.append(listener)

    def create(self, scope: Scope, params: Mapping[str, Any]) -> str:
        """CreateModelInvocationJob: the ARN of the new job, or of the job with the same client token."""
        check_request("CreateModelInvocationJob", params)
        self.tick()
        if replayed := self._jobs.by_token(scope, params.get("clientRequestToken"), self.clock.now()):
            if self._quirks.changed_token_error and replayed.request != dict(params):
                raise errors.BatchApiError(self._quirks.changed_token_error, "The token was used with other parameters")
            return replayed.arn if self._quirks.replays_arn else ""
        if params["roleArn"].split(":")[4] not in ("", scope.account):
            raise errors.access_denied(errors.CROSS_ACCOUNT_ROLE)
        model = models.resolve(params["modelId"], scope)
        kept = self._jobs.kept(scope, self.clock.now())
        if any(job.name == params["jobName"] and (job.live or not self._quirks.frees_ended_names) for job in kept):
            raise errors.conflict(errors.NAME_IN_USE)
        self._check_quota(scope, model)
        return self._add(scope, params, model).arn

    def get(self, scope: Scope, identifier: str) -> dict[str, Any]:
        """GetModelInvocationJob: the response members, datetimes as ``datetime``."""
        check_request("GetModelInvocationJob", {"jobIdentifier": identifier})
        return self._described(self.find(scope, identifier))

    def list_jobs(self, scope: Scope, params: Mapping[str, Any]) -> dict[str, Any]:
        """ListModelInvocationJobs: newest first, unless ``sortOrder`` says otherwise."""
        check_request("ListModelInvocationJobs", params)
        self.tick()
        page, token = listing.select(self._jobs.listed(scope, self.clock.now()), params, self._quirks)
        answer: dict[str, Any] = {"invocationJobSummaries": [self._described(job) for job in page]}
        return answer | ({"nextToken": token} if token else {})

    def stop(self, scope: Scope, identifier: str) -> None:
        """StopModelInvocationJob: the job is Stopping now, unless the quirks ignore the call, and ends later."""
        check_request("StopModelInvocationJob", {"jobIdentifier": identifier})
        job = self.find(scope, identifier)
        if not self._stops.accept(job):
            return
        now = self.clock.now()
        progress = self._lifecycle.processed(job, now) if job.status is JobStatus.IN_PROGRESS else None
        self._ledger.stopped(scope.account, scope.region)
        self._apply(job, Change(JobStatus.STOPPING, now, progress=progress))

    def tag(self, scope: Scope, arn: str, tags: Sequence[Mapping[str, str]]) -> None:
        """TagResource: adds tags or overwrites their values."""
        check_request("TagResource", {"resourceARN": arn, "tags": tags})
        job = self._taggable(scope, arn)
        merged = job.tags | {tag["key"]: tag["value"] for tag in tags}
        if len(merged) > TAGS_PER_JOB:
            raise errors.too_many_tags(f"A resource can have at most {TAGS_PER_JOB} tags, got {len(merged)}")
        job.tags = merged

    def untag(self, scope: Scope, arn: str, keys: Sequence[str]) -> None:
        """UntagResource: removes tags. Unknown keys are ignored."""
        check_request("UntagResource", {"resourceARN": arn, "tagKeys": keys})
        job = self._taggable(scope, arn)
        job.tags = {key: value for key, value in job.tags.items() if key not in keys}

    def list_tags(self, scope: Scope, arn: str) -> list[dict[str, str]]:
        """ListTagsForResource: the tags as the API lists them."""
        check_request("ListTagsForResource", {"resourceARN": arn})
        job = self.find(scope, arn)
        if not job.live and not self._quirks.lists_ended_tags:
            raise errors.validation(f"The tags of a job that is {job.status} can not be read")
        return [{"key": key, "value": value} for key, value in job.tags.items()]

    def find(self, scope: Scope, identifier: str) -> Job:
        """The job with that id or ARN, brought up to date. ``ResourceNotFoundException`` if it is not visible."""
        self.tick()
        job_id = identifier.removeprefix(scope.job_arn_prefix)
        for job in self._jobs.readable(scope, self.clock.now()):
            if job.job_id == job_id:
                return job
        raise errors.not_found(f"The requested job could not be found: {identifier}")

    def _taggable(self, scope: Scope, arn: str) -> Job:
        job = self.find(scope, arn)
        if self._quirks.ended_refuses_tags and (not job.live or job.status is JobStatus.STOPPING):
            raise errors.validation(f"The tags of a job that is {job.status} can not be changed")
        return job

    def end(self, job: Job, status: JobStatus, message: str = "") -> None:
        """End a live job now. A job that has ended stays as it is."""
        self.tick()
        if job.live:
            self._apply(job, Change(status, self.clock.now(), message))

    def bill(self, account: str | None = None, region: str | None = None) -> Bill:
        """The numbers of jobs that were really started and stopped, in one account and Region or in all."""
        return self._ledger.bill(account, region)

    def tick(self) -> None:
        """Bring every job up to the clock. All other methods do this themselves."""
        now = self.clock.now()
        for job in self._jobs.live():
            while self._apply(job, self._lifecycle.next_change(job, now)):
                pass

    def next_due(self) -> float | None:
        """The planned time of the next transition of any job. ``None`` if all jobs have ended."""
        return min((self._lifecycle.due(job) for job in self._jobs.live()), default=None)

    def processed(self) -> list[tuple[Job, int]]:
        """The live jobs of all accounts, each with the number of its records that are processed now."""
        now = self.clock.now()
        return [(job, self._processed(job, now)) for job in self._jobs.live()]

    def told(self, moment: float) -> float:
        """A simulated moment as a schedule tells it, in seconds since the epoch.

        A scaled clock runs ahead of the wall clock, which no time of a job passes in the API. Nor does a schedule: a
        function that compares the two finds no job older than it is.
        """
        return min(moment, self.clock.wall())

    def _processed(self, job: Job, now: float) -> int:
        running = job.status is JobStatus.IN_PROGRESS
        return (self._lifecycle.processed(job, now) if running else job.progress).processed

    def _add(self, scope: Scope, params: Mapping[str, Any], model: models.ModelReference) -> Job:
        now = self.clock.now()
        self._sequence += 1
        job = Job(
            scope=scope,
            job_id=self._new_job_id(),
            request=dict(params),
            model=model,
            submitted_at=now,
            submitted_wall=self.clock.wall(),
            sequence=self._sequence,
            tags={tag["key"]: tag["value"] for tag in params.get("tags") or ()},
        )
        self._jobs.add(job)
        self._ledger.started(scope.account, scope.region)
        self._apply(job, Change(JobStatus.SUBMITTED, now))
        return job

    def _apply(self, job: Job, found: Change | Wait) -> bool:
        """Change the job and notify the listeners. Returns whether its status changed."""
        change.apply(job, found, self.clock.wall())
        if isinstance(found, Wait):
            return False
        if not job.live:
            self._ledger.processed(job.scope.account, job.scope.region, job.progress.processed)
        for listener in self._listeners:
            listener(job)
        return True

    def _check_quota(self, scope: Scope, model: models.ModelReference) -> None:
        allowed = LIVE_JOBS_PER_CUSTOM_MODEL if model.kind == "custom-model" else self._live_jobs_per_model
        live = sum(job.live and job.model.base == model.base for job in self._jobs.kept(scope, self.clock.now()))
        if live >= allowed:
            raise errors.quota_exceeded(
                f"The number of submitted and in-progress batch inference jobs for model {model.base} "
                f"has reached its quota of {allowed}"
            )

    def _described(self, job: Job) -> dict[str, Any]:
        return describe(job, self._progress(job), self._quirks)

    def _progress(self, job: Job) -> Progress:
        return self._lifecycle.counted(job, self.clock.now()) if job.status is JobStatus.IN_PROGRESS else job.progress
