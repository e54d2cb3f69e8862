"""Environments side by side in one account, with the real CLI: deployed, changed, held, released, destroyed, paid."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from cdk_bedrock_batch import declare_job_files
from e2e.cloud import ACCOUNT, REGION, Cloud
from e2e.prompts import many, write_prompts

ENVIRONMENTS = f"""
environments:
  dev: {{account: "{ACCOUNT}", region: {REGION}, storage: {{removal_policy: destroy}}}}
  prod: {{account: "{ACCOUNT}", region: {REGION}, storage: {{removal_policy: destroy}}, hold: <hold>}}
  nightly: {{account: "{ACCOUNT}", region: {REGION}, storage: {{removal_policy: destroy}}, run_id: required}}
"""
DEV, PROD, NIGHTLY = (f"BedrockBatchJobs-{name}" for name in ("dev", "prod", "nightly"))


@dataclass
class Repository:
    """A folder of jobs whose environments are deployed."""

    cloud: Cloud
    folder: Path
    paid_before: int
    _syntheses: int = 0
    _last: dict[str, Path] = field(default_factory=dict)

    def write(self, topic: str, *, hold: bool = False) -> None:
        """Write the files, with records about a topic."""
        jobs = self.folder / "jobs"
        write_prompts(jobs / "records.jsonl", many(5_000, topic))
        job = "name: triage\ninvocation_type: Converse\nmodel: us.amazon.nova-lite-v1:0\ninput: records.jsonl\n"
        (jobs / "triage.yaml").write_text(job)
        (jobs / "environments.yaml").write_text(ENVIRONMENTS.replace("<hold>", str(hold).lower()))

    def deploy(self, environment: str, run_id: str | None = None) -> str:
        """Deploy an environment. What its resource is: the ARN of a job, or that of a held one."""
        self._syntheses += 1
        app = cdk.App(outdir=str(self.folder / f"out-{self._syntheses}"), analytics_reporting=False)
        (stack,) = declare_job_files(app, self.folder / "jobs", environment=environment, run_id=run_id)
        self._last[environment] = Path(app.synth().directory)
        self.cloud.cli(self._last[environment]).deploy()
        return self.resources(stack.stack_name)["Custom::BedrockModelInvocationJob"]

    def destroy(self, environment: str) -> None:
        """Destroy the stack of an environment."""
        self.cloud.cli(self._last[environment]).destroy()

    def resources(self, stack: str) -> dict[str, str]:
        """The physical ids of a stack's resources by their types; the last one of each."""
        found = self.cloud.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
        return {each["ResourceType"]: each["PhysicalResourceId"] for each in found}

    def buckets(self, stack: str) -> set[str]:
        """The buckets of a stack."""
        found: list[dict[str, Any]] = self.cloud.client("cloudformation").describe_stack_resources(StackName=stack)[
            "StackResources"
        ]
        return {each["PhysicalResourceId"] for each in found if each["ResourceType"] == "AWS::S3::Bucket"}

    @property
    def paid(self) -> int:
        """Jobs that were paid for so far."""
        return self.cloud.started - self.paid_before


@pytest.fixture
def repository(cloud: Cloud, tmp_path: Path) -> Repository:
    return Repository(cloud, tmp_path, cloud.started)


def test_two_environments_lie_side_by_side(cloud: Cloud, repository: Repository) -> None:
    repository.write("first")
    dev, prod = repository.deploy("dev"), repository.deploy("prod")
    assert (repository.paid, cloud.live(DEV), cloud.live(PROD)) == (2, {dev}, {prod})
    assert repository.buckets(DEV) & repository.buckets(PROD) == set()

    repository.destroy("dev")
    assert (repository.paid, cloud.live(DEV), cloud.live(PROD)) == (2, set(), {prod})
    repository.destroy("prod")


@pytest.mark.soak
def test_two_environments_are_deployed_changed_held_released_and_destroyed_apart(
    cloud: Cloud, repository: Repository
) -> None:
    repository.write("first")
    dev, prod = repository.deploy("dev"), repository.deploy("prod")
    assert (repository.paid, cloud.live(DEV), cloud.live(PROD)) == (2, {dev}, {prod})
    assert repository.buckets(DEV) & repository.buckets(PROD) == set()

    repository.write("second", hold=True)
    other_dev, same_prod = repository.deploy("dev"), repository.deploy("prod")
    assert same_prod == prod
    assert (repository.paid, cloud.live(DEV), cloud.live(PROD)) == (3, {other_dev}, {prod})

    repository.write("second")
    other_prod = repository.deploy("prod").partition("#")[0]
    assert (repository.paid, cloud.live(DEV), cloud.live(PROD)) == (4, {other_dev}, {other_prod})

    repository.destroy("dev")
    assert (repository.paid, cloud.live(DEV), cloud.live(PROD)) == (4, set(), {other_prod})
    repository.destroy("prod")
    assert (repository.paid, cloud.live(PROD)) == (4, set())


@pytest.mark.soak
def test_each_night_is_a_run_of_its_own_and_an_ordinary_deployment_touches_none(
    cloud: Cloud, repository: Repository
) -> None:
    repository.write("nightly")
    first = repository.deploy("nightly", "2026-11-26")
    assert repository.deploy("nightly", "2026-11-26") == first
    assert (repository.paid, cloud.live(NIGHTLY)) == (1, {first})

    with pytest.raises(ValueError, match="a deployment must name its run"):
        repository.deploy("nightly")
    dev = repository.deploy("dev")
    assert (repository.paid, cloud.live(NIGHTLY), cloud.live(DEV)) == (2, {first}, {dev})

    second = repository.deploy("nightly", "2026-11-27")
    assert (repository.paid, cloud.live(NIGHTLY), cloud.live(DEV)) == (3, {second}, {dev})
    for name in ("nightly", "dev"):
        repository.destroy(name)
    assert (repository.paid, cloud.live(NIGHTLY), cloud.live(DEV)) == (3, set(), set())
