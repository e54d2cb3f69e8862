"""The calls to Amazon Bedrock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from batch_outcome.core.errors import AwsError
from batch_outcome.io.calls import called, unreadable
from bedrock_batch.job import Job

_GET = "GetModelInvocationJob"
_LIST = "ListModelInvocationJobs"


@dataclass(frozen=True)
class Jobs:
    """The model invocation jobs of this account and Region. `client` is a boto3 `bedrock` client.

    Each method raises `AwsError`.
    """

    client: Any

    def get(self, job_arn: str) -> Job | None:
        """One job, `None` if the service does not know it."""
        try:
            shown = called(_GET, lambda: self.client.get_model_invocation_job(jobIdentifier=job_arn))
        except AwsError as error:
            if error.code == "ResourceNotFoundException":
                return None
            raise
        job = Job.of(shown)
        if not (job.arn and job.output_uri):
            raise unreadable(_GET)
        return job

    def whole(self, listed: Job) -> Job | None:
        """A listed job with its output location. `None` if the list does not show it, nor does the service the job."""
        return listed if listed.output_uri else self.get(listed.arn)

    def listed(self, name_part: str, since: datetime) -> Iterator[Job]:
        """The jobs with a part in their names that were submitted after a moment, from all pages."""
        page: dict[str, Any] = {"nameContains": name_part, "submitTimeAfter": since, "maxResults": 1000}
        while True:
            answer = called(_LIST, lambda: self.client.list_model_invocation_jobs(**page))
            yield from (Job.of(shown) for shown in answer.get("invocationJobSummaries", []))
            if not answer.get("nextToken"):
                return
            page["nextToken"] = answer["nextToken"]
