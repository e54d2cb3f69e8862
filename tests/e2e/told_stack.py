"""A stack that a test deploys in several variants, and what its queue was told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from e2e.outcome_cloud import OutcomeCloud, told
from e2e.outcome_stack import Telling, synthesize_telling


class ToldStack:
    """A stack of the outcome cloud that a test deploys in several variants."""

    def __init__(self, cloud: OutcomeCloud, folder: Path, name: str) -> None:
        self.cloud, self.name = cloud, name
        self._folder = folder
        self._outputs: Mapping[str, str] = {}
        self._variants = 0

    def deploy(self, jobs: Mapping[str, Telling], *, fails: bool = False) -> Mapping[str, str]:
        """Deploy the stack with these jobs; its outputs."""
        self._variants += 1
        self.assembly = synthesize_telling(self._folder / str(self._variants), self.name, jobs, fails=fails)
        self._outputs = self.cloud.deploy(self.assembly)
        return self._outputs

    def told(self) -> dict[tuple[str, str], int]:
        """How often the queue was told each job and outcome, since it was last asked."""
        return told(self.cloud.events(self._outputs["QueueUrl"]))

    def rule_of(self, job_arn: str) -> Any:
        """The rule of the outcome in a job's run file."""
        job = self.cloud.job(job_arn)
        folder = job["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"]
        return self.cloud.read(f"{folder}run/{job['jobName']}.json").get("outcome")

    def resources(self) -> dict[str, str]:
        """The physical ids of what there is, by their logical ids."""
        pages = self.cloud.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self.name)
        found = [each for page in pages for each in page["StackResourceSummaries"]]
        there = [each for each in found if each["ResourceStatus"] != "DELETE_COMPLETE"]
        return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in there}
