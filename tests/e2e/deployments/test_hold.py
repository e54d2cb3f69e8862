"""Held jobs with the real CLI: how many jobs there are after each deployment, and what was paid."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bedrock_batch_local.cdk_cli import CdkCliError
from e2e.assembly import synthesize
from e2e.cloud import ACCOUNT, REGION, Cloud

HELD_ARN = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:model-invocation-job/held"


@dataclass
class Held:
    """One stack whose job is held and released in turn."""

    cloud: Cloud
    folder: Path
    paid_before: int
    _assemblies: list[Path] = field(default_factory=list)

    def deploy(self, records: Path, *, hold: bool) -> tuple[str, int, set[str]]:
        """The job's ARN, the jobs that were paid for so far, and those that are live."""
        folder = self.folder / f"{records.stem}-{hold}"
        if not folder.exists():
            synthesize(folder, "Held", records, hold=hold)
        self._assemblies.append(folder)
        return self.cloud.deploy(folder)["JobArn"], *self.bill()

    def bill(self) -> tuple[int, set[str]]:
        """The jobs that were paid for so far, and those that are live."""
        return self.cloud.started - self.paid_before, self.cloud.live("Held")

    def destroy(self) -> None:
        """Destroy the stack."""
        self.cloud.cli(self._assemblies[-1]).destroy()


@pytest.fixture(scope="module")
def held(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Held:
    return Held(cloud, tmp_path_factory.mktemp("held"), cloud.started)


@pytest.fixture(scope="module")
def first(held: Held, prompts: Path) -> str:
    """The job of the first release: held, deployed again, released."""
    assert held.deploy(prompts, hold=True) == (HELD_ARN, 0, set())
    assert held.deploy(prompts, hold=True) == (HELD_ARN, 0, set())
    job_arn, *_ = held.deploy(prompts, hold=False)
    return job_arn


def test_a_release_starts_the_one_job_of_a_held_declaration(held: Held, first: str) -> None:
    assert held.bill() == (1, {first})


@pytest.mark.soak
def test_other_records_are_held_beside_the_job_until_they_are_released(
    cloud: Cloud, held: Held, first: str, other_prompts: Path
) -> None:
    """The release of the next run stops the job. Nothing is live after the stack is destroyed."""
    assert held.deploy(other_prompts, hold=True) == (first, 1, {first})

    second, *counted = held.deploy(other_prompts, hold=False)
    assert counted == [2, {second}]
    assert cloud.job(first)["status"] in {"Stopping", "Stopped"}

    held.destroy()
    assert held.bill() == (2, set())


def test_the_cli_says_that_a_job_is_held_and_a_release_that_fails_leaves_it_held(
    cloud: Cloud, prompts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = cloud.started
    cloud.cli(synthesize(tmp_path / "held", "HeldFails", prompts, hold=True)).deploy("--all", "--strict", show=True)

    said = capsys.readouterr().out
    print(said)
    assert "INFO hold: this job does not start" in said
    assert "WARNING" not in said

    with pytest.raises(CdkCliError):
        cloud.deploy(synthesize(tmp_path / "released", "HeldFails", prompts, fails="after"))

    resources = cloud.client("cloudformation").list_stack_resources(StackName="HeldFails")["StackResourceSummaries"]
    (physical_id,) = (
        each["PhysicalResourceId"] for each in resources if each["ResourceType"] == "Custom::BedrockModelInvocationJob"
    )
    assert physical_id.startswith("held:")
    assert (cloud.started - before, cloud.live("HeldFails")) == (1, set())
