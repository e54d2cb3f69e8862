"""The calls to Amazon Bedrock, each bounded and repeated where that is safe."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from botocore.exceptions import (
    ClientError,
    NoCredentialsError,
    ParamValidationError,
)

from model_invocation_job.deadline import Deadline
from model_invocation_job.identity import JOB_ARN, ResourceIdentity, RunIdentity
from model_invocation_job.retries import (
    IAM_PATIENCE_SECONDS,
    Backoff,
    UnreadableAnswerError,
    error_code,
    patiently,
)

# A clean-up must not hang for rights that were taken away before it.
CLEANUP_IAM_PATIENCE_SECONDS = 20.0
# How long every look for a job that may be new goes on: Get and List lag behind, List up to two minutes.
VISIBLE_SECONDS = 150.0
# Errors that the API declares for a request that it does not take; not those that say nothing of its effect.
_REFUSALS = frozenset(
    {"AccessDeniedException", "ResourceNotFoundException", "ServiceQuotaExceededException", "ValidationException"}
)
# Not a connection that failed: the request may have been on its way.
_NEVER_SENT = (ParamValidationError, NoCredentialsError)

Job = Mapping[str, Any]
_T = TypeVar("_T")


@dataclass
class Started:
    """What the calls of CreateModelInvocationJob in one event have done, as far as is known.

    `job_name` is that of the attempt, `job_arn` the job's once Bedrock has returned it. `is_uncertain` tells that a
    request may have had its effect without an answer that says so, `is_repeated` that Lambda may have delivered the
    event before, so that nothing here proves what that delivery did.
    """

    is_repeated: bool = False
    job_name: str = ""
    job_arn: str = ""
    is_uncertain: bool = False

    def fail(self, error: Exception) -> None:
        """Take note of a request that failed, unless the error proves that it had no effect."""
        metadata = error.response.get("ResponseMetadata", {}) if isinstance(error, ClientError) else {}
        # A client that repeats by itself shows the refusal of its repetition, which says nothing of the request before.
        is_refusal = error_code(error) in _REFUSALS and not metadata.get("RetryAttempts")
        self.is_uncertain = self.is_uncertain or not (is_refusal or isinstance(error, _NEVER_SENT))


class Jobs:
    """The model invocation jobs of this account and Region.

    A job is a mapping as ListModelInvocationJobs and GetModelInvocationJob show it. Each method raises `ClientError`,
    `BotoCoreError` or `UnreadableAnswerError` when patience has run out, or at once for an error that waiting cannot
    cure.
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

    def within(self, seconds: float) -> Self:
        """The same with less patience."""
        return type(self)(self._client, self._deadline.within(seconds))

    def of_resource(self, resource: ResourceIdentity) -> list[Job]:
        """Every job that was started for a resource, found by the part of its name, all pages."""
        return [job for job in self._list(nameContains=resource.part) if resource.made(job)]

    def of_run(self, run: RunIdentity) -> list[Job]:
        """Every job whose name is one of this run's, whoever has started it, all pages."""
        return [job for job in self._list(nameContains=run.tail) if run.attempt_of(job) is not None]

    def look(self, find: Callable[[], _T]) -> _T:
        """Ask until something is found that may be too new to be shown, bounded; what `find` returned last."""
        limit = self._deadline.within(VISIBLE_SECONDS)
        backoff = Backoff(first=1.0, longest=12.0)
        while not (found := find()) and limit.remaining() > 0:
            limit.sleep(backoff.next())
        return found

    def create(self, request: Mapping[str, Any]) -> str:
        """Send one request to start a job and return the job's ARN, empty if the answer has none."""
        try:
            answer = _answered(self._client.create_model_invocation_job(**request))
        except Exception as error:
            self.started.fail(error)
            raise
        job_arn = str(answer.get("jobArn") or "")
        if JOB_ARN.fullmatch(job_arn):
            self.started.job_arn = job_arn
            return job_arn
        self.started.is_uncertain = True
        return ""

    def get(self, job_arn: str) -> Job | None:
        """One job, `None` when the service does not know it."""

        def read() -> Job | None:
            try:
                job: Job = self._client.get_model_invocation_job(jobIdentifier=job_arn)
            except ClientError as error:
                if error_code(error) == "ResourceNotFoundException":
                    return None
                raise
            if "jobArn" not in job:
                raise UnreadableAnswerError
            return job

        return self._patiently(read)

    def stop(self, job_arn: str) -> None:
        """Ask once for a job to be stopped."""
        self._patiently(lambda: _answered(self._client.stop_model_invocation_job(jobIdentifier=job_arn)))

    def tag(self, job_arn: str, tags: Mapping[str, str]) -> None:
        """Add or change tags."""
        pairs = [{"key": key, "value": value} for key, value in tags.items()]
        self._patiently(lambda: _answered(self._client.tag_resource(resourceARN=job_arn, tags=pairs)))

    def untag(self, job_arn: str, keys: list[str]) -> None:
        """Take tags away."""
        self._patiently(lambda: _answered(self._client.untag_resource(resourceARN=job_arn, tagKeys=keys)))

    def _list(self, **filters: Any) -> Iterator[Job]:
        page: dict[str, Any] = {**filters, "maxResults": 1000}
        while True:
            answer = self._patiently(lambda: self._read_page(page))
            yield from answer.get("invocationJobSummaries", [])
            if not answer.get("nextToken"):
                return
            page["nextToken"] = answer["nextToken"]

    def _read_page(self, page: Mapping[str, Any]) -> Mapping[str, Any]:
        # An empty list could be taken for "nothing is there", and a job be paid for twice.
        return _answered(self._client.list_model_invocation_jobs(**page))

    def _patiently(self, call: Callable[[], _T]) -> _T:
        return patiently(call, deadline=self._deadline, iam_seconds=self._iam_seconds)


def _answered(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answer of a call, if it is one of AWS: what botocore makes of the page of a proxy has no request id.

    Raises:
        UnreadableAnswerError: it is not.
    """
    if not answer.get("ResponseMetadata", {"RequestId": "?"}).get("RequestId"):
        raise UnreadableAnswerError
    return answer
