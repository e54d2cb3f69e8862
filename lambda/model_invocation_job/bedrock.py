"""The calls to Amazon Bedrock, each bounded and repeated where that is safe."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError, NoCredentialsError, ParamValidationError

from model_invocation_job.deadline import Deadline
from model_invocation_job.identity import JOB_ARN, RunIdentity
from model_invocation_job.retries import Backoff, error_code, patiently

# Rights of a role made in the same deployment take effect within this time (Terraform's experience of years).
IAM_PATIENCE_SECONDS = 120.0
# A clean-up must not hang for rights that were taken away before it.
CLEANUP_IAM_PATIENCE_SECONDS = 20.0
# How long every look for a job that may be new goes on: Get and List lag behind, List up to two minutes.
VISIBLE_SECONDS = 150.0
# Errors that the API declares for a request that it does not take; not those that say nothing of its effect.
_REFUSALS = frozenset(
    {"AccessDeniedException", "ResourceNotFoundException", "ServiceQuotaExceededException", "ValidationException"}
)
# Not a connection that failed: it may be that of the SDK's repetition, after a request whose answer was lost.
_NEVER_SENT = (ParamValidationError, NoCredentialsError)

Job = Mapping[str, Any]


@dataclass
class Started:
    """What the calls of CreateModelInvocationJob in one event have done, as far as is known."""

    job_arn: str = ""
    is_uncertain: bool = False

    def fail(self, error: Exception) -> None:
        """Take note of a call that failed: it may have had its effect, unless the error proves that it had none."""
        self.is_uncertain = self.is_uncertain or not _proves_no_effect(error)


def _proves_no_effect(error: Exception) -> bool:
    """Whether no request left the function, or the only one sent was refused by an error that the API declares."""
    if isinstance(error, ClientError):
        # The SDK repeats by itself, and a refusal of its repetition says nothing of the request before.
        is_first = not error.response.get("ResponseMetadata", {}).get("RetryAttempts")
        return is_first and error_code(error) in _REFUSALS
    return isinstance(error, _NEVER_SENT)


class Jobs:
    """The model invocation jobs of this account and Region.

    A job is a mapping as ListModelInvocationJobs and GetModelInvocationJob show it. Each method raises `ClientError`
    or `BotoCoreError` when patience has run out, or at once for an error that waiting cannot cure.
    """

    def __init__(
        self,
        client: Any,
        deadline: Deadline,
        iam_seconds: float = IAM_PATIENCE_SECONDS,
        started: Started | None = None,
    ) -> None:
        """`client` is a boto3 `bedrock` client, `iam_seconds` how long missing IAM rights are waited for, `started`
        takes note of what is started.
        """
        self._client = client
        self.started = started or Started()
        self._deadline = deadline
        self._iam_seconds = iam_seconds

    def of_run(self, run: RunIdentity) -> list[Job]:
        """Every job whose name is one of this run's, found by name, all pages."""
        return [job for job in self._list(nameContains=run.key) if run.attempt_of(job["jobName"]) is not None]

    def made_for(self, run: RunIdentity) -> list[Job]:
        """As `of_run`, without those that somebody else has given such a name."""
        return [job for job in self.of_run(run) if run.resource.made(job)]

    def of_started_attempt(self, run: RunIdentity, attempt: int) -> list[Job]:
        """As `of_run`, for an attempt that is known to have a job: the list may lag behind, so bounded."""
        limit = self._deadline.within(VISIBLE_SECONDS)
        backoff = Backoff(first=1.0, longest=8.0)
        while True:
            jobs = self.of_run(run)
            if any(run.attempt_of(job["jobName"]) == attempt for job in jobs) or limit.remaining() <= 0:
                return jobs
            limit.sleep(backoff.next())

    def submitted_since(self, moment: datetime) -> list[Job]:
        """Every job that was submitted after a moment, all pages."""
        return list(self._list(submitTimeAfter=moment))

    def create(self, request: Mapping[str, Any], before_repeat: Callable[[], None]) -> str:
        """Start a job and return its ARN, empty if the answer has none; the token makes repeating safe.

        `before_repeat` is called after each wait for a missing right, and may raise to give up.
        """
        answer = patiently(
            lambda: self._create(request),
            deadline=self._deadline,
            iam_seconds=self._iam_seconds,
            before_repeat=before_repeat,
        )
        job_arn = str(answer.get("jobArn") or "")
        if JOB_ARN.fullmatch(job_arn):
            self.started.job_arn = job_arn
        else:
            self.started.is_uncertain = True
        return job_arn

    def get(self, job_arn: str) -> Job | None:
        """One job, `None` when the service does not know it."""
        try:
            job: Job = self._patiently("get_model_invocation_job", jobIdentifier=job_arn)
        except ClientError as error:
            if error_code(error) == "ResourceNotFoundException":
                return None
            raise
        return job

    def get_new(self, job_arn: str) -> Job | None:
        """One job that was started a moment ago: reading may lag behind, so it is asked for, bounded."""
        limit = self._deadline.within(VISIBLE_SECONDS)
        backoff = Backoff(first=1.0, longest=8.0)
        while (job := self.get(job_arn)) is None and limit.remaining() > 0:
            limit.sleep(backoff.next())
        return job

    def stop(self, job_arn: str) -> None:
        """Ask for a job that was seen alive to be stopped: only the list may know it yet, so bounded."""
        limit = self._deadline.within(VISIBLE_SECONDS)
        backoff = Backoff(first=1.0, longest=8.0)
        while True:
            try:
                self._patiently("stop_model_invocation_job", jobIdentifier=job_arn)
            except ClientError as error:
                if error_code(error) != "ResourceNotFoundException" or limit.remaining() <= 0:
                    raise
                limit.sleep(backoff.next())
            else:
                return

    def tag(self, job_arn: str, tags: Mapping[str, str]) -> None:
        """Add or change tags."""
        self._patiently(
            "tag_resource",
            resourceARN=job_arn,
            tags=[{"key": key, "value": value} for key, value in tags.items()],
        )

    def tags_of(self, job_arn: str) -> dict[str, str]:
        """A job's tags."""
        tags = self._patiently("list_tags_for_resource", resourceARN=job_arn).get("tags", [])
        return {tag["key"]: tag["value"] for tag in tags}

    def untag(self, job_arn: str, keys: list[str]) -> None:
        """Take tags away."""
        self._patiently("untag_resource", resourceARN=job_arn, tagKeys=keys)

    def _create(self, request: Mapping[str, Any]) -> Any:
        try:
            return self._client.create_model_invocation_job(**request)
        except Exception as error:
            self.started.fail(error)
            raise

    def _list(self, **filters: Any) -> Iterator[Job]:
        page: dict[str, Any] = {**filters, "maxResults": 1000}
        while True:
            answer = self._patiently("list_model_invocation_jobs", **page)
            yield from answer.get("invocationJobSummaries", [])
            if not answer.get("nextToken"):
                return
            page["nextToken"] = answer["nextToken"]

    def _patiently(self, operation: str, **arguments: Any) -> Any:
        return patiently(
            lambda: getattr(self._client, operation)(**arguments),
            deadline=self._deadline,
            iam_seconds=self._iam_seconds,
        )
