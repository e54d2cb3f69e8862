"""The calls to Amazon Bedrock. Each has a time limit and is repeated where that is safe."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self, TypeVar

from bedrock_batch.job import Job
from bedrock_batch.run.identity import JOB_ARN, ResourceIdentity, RunIdentity
from model_invocation_job.core.errors import AwsError, UnreadableAnswerError
from model_invocation_job.core.limits import IAM_PATIENCE_SECONDS, VISIBLE_SECONDS
from model_invocation_job.core.progress import Progress
from model_invocation_job.io.aws_errors import called
from model_invocation_job.io.deadline import Deadline
from model_invocation_job.io.retries import patiently
from model_invocation_job.io.shown_job import job_of
from model_invocation_job.io.waiting import Wait

_T = TypeVar("_T")
_LIST = "ListModelInvocationJobs"


class Jobs:
    """The model invocation jobs of this account and Region.

    Each method raises `AwsError` when its time is over, or at once for an error that does not pass.
    """

    def __init__(
        self,
        client: Any,
        deadline: Deadline,
        progress: Progress,
        iam_seconds: float = IAM_PATIENCE_SECONDS,
    ) -> None:
        """Make the calls of one event.

        :param client: a boto3 `bedrock` client.
        :param progress: records each call and each start.
        :param iam_seconds: how long missing IAM rights are retried.
        """
        self._client = client
        self._deadline = deadline
        self._progress = progress
        self._iam_seconds = iam_seconds

    def within(self, seconds: float) -> Self:
        """The same with a shorter time for missing IAM rights."""
        return type(self)(self._client, self._deadline.within(seconds), self._progress, self._iam_seconds)

    def of_resource(self, resource: ResourceIdentity) -> list[Job]:
        """All jobs with the resource's part in their names, from all pages."""
        return [job for job in self._list(nameContains=resource.part) if resource.made(job)]

    def of_run(self, run: RunIdentity) -> list[Job]:
        """All jobs with this run's name, whoever started them, from all pages."""
        return [job for job in self._list(nameContains=run.tail) if run.attempt_of(job) is not None]

    def look(self, find: Callable[[], _T]) -> _T:
        """Repeat `find` for a limited time, until it returns something: what is new may not be shown yet."""
        limit = self._deadline.within(VISIBLE_SECONDS)
        wait = Wait("a new job may not be shown yet", longest=12.0)
        while not (found := find()) and wait.step(limit):
            pass
        return found

    def create(self, request: Mapping[str, Any]) -> str:
        """Send one request to start a job. Returns the job's ARN, empty if the response has none."""
        try:
            answer = self._call("CreateModelInvocationJob", self._client.create_model_invocation_job, request)
        except Exception as error:
            self._progress.start_failed(error)
            raise
        job_arn = str(answer.get("jobArn") or "")
        if JOB_ARN.fullmatch(job_arn):
            self._progress.job_arn = job_arn
            return job_arn
        self._progress.is_uncertain = True
        return ""

    def get(self, job_arn: str) -> Job | None:
        """One job, `None` when the service does not know it."""
        operation, arguments = "GetModelInvocationJob", {"jobIdentifier": job_arn}
        get = self._client.get_model_invocation_job
        try:
            return self._patiently(lambda: job_of(operation, self._call(operation, get, arguments)))
        except AwsError as error:
            if error.code == "ResourceNotFoundException":
                return None
            raise

    def stop(self, job_arn: str) -> None:
        """Request that a job stops. Errors that pass are retried, a refusal is raised at once."""
        self._repeat("StopModelInvocationJob", self._client.stop_model_invocation_job, {"jobIdentifier": job_arn})

    def tag(self, job_arn: str, tags: Mapping[str, str]) -> None:
        """Add or change tags."""
        pairs = [{"key": key, "value": value} for key, value in tags.items()]
        self._repeat("TagResource", self._client.tag_resource, {"resourceARN": job_arn, "tags": pairs})

    def untag(self, job_arn: str, keys: list[str]) -> None:
        """Remove tags."""
        self._repeat("UntagResource", self._client.untag_resource, {"resourceARN": job_arn, "tagKeys": keys})

    def _list(self, **filters: Any) -> Iterator[Job]:
        page: dict[str, Any] = {**filters, "maxResults": 1000}
        while True:
            # A proxy's empty page could look like an empty list, and a second job would start.
            jobs, next_token = self._patiently(lambda: self._read_page(page))
            yield from jobs
            if not next_token:
                return
            page["nextToken"] = next_token

    def _read_page(self, page: Mapping[str, Any]) -> tuple[list[Job], str]:
        answer = self._call(_LIST, self._client.list_model_invocation_jobs, page)
        jobs = [job_of(_LIST, shown) for shown in answer.get("invocationJobSummaries", [])]
        return jobs, str(answer.get("nextToken") or "")

    def _repeat(self, operation: str, method: Callable[..., Any], arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._patiently(lambda: self._call(operation, method, arguments))

    def _call(self, operation: str, method: Callable[..., Any], arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        self._progress.step = operation
        answer: Mapping[str, Any] = called(operation, lambda: method(**arguments))
        # A proxy's page, as botocore parses it, has neither a request id nor a job.
        if not (answer.get("jobArn") or answer.get("ResponseMetadata", {"RequestId": "?"}).get("RequestId")):
            raise UnreadableAnswerError(operation)
        return answer

    def _patiently(self, call: Callable[[], _T]) -> _T:
        return patiently(call, deadline=self._deadline, iam_seconds=self._iam_seconds)
