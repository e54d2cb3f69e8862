"""What the CDK CLI's other verbs and options do to a job: how many jobs there are after each, and what was paid."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from bedrock_batch_local.cdk_cli import CdkCliError
from e2e.assembly import synthesize, synthesize_jobs
from e2e.cloud import Cloud

_JOB = "Custom::BedrockModelInvocationJob"
_DEPLOY = ("deploy", "--require-approval", "never")


@dataclass(frozen=True)
class Verbs:
    """A deployed stack, its job, and the same stack with other records, which are not deployed."""

    cloud: Cloud
    deployed: Path
    edited: Path
    job_arn: str
    paid_before: int

    def bill(self) -> tuple[int, set[str]]:
        """The jobs that were paid for so far, and those that are live."""
        return self.cloud.started - self.paid_before, self.cloud.live("Verbs")


@pytest.fixture(scope="module")
def verbs(cloud: Cloud, prompts: Path, other_prompts: Path, tmp_path_factory: pytest.TempPathFactory) -> Verbs:
    folder, paid_before = tmp_path_factory.mktemp("verbs"), cloud.started
    deployed = synthesize(folder / "deployed", "Verbs", prompts)
    job_arn = cloud.deploy(deployed)["JobArn"]
    return Verbs(cloud, deployed, synthesize(folder / "edited", "Verbs", other_prompts), job_arn, paid_before)


def test_drift_does_not_check_a_job(verbs: Verbs) -> None:
    said = verbs.cloud.cli(verbs.deployed).run("drift", "--verbose", "--fail")

    unchecked = said.partition("Unchecked Resources")[2]
    assert _JOB in unchecked
    assert "No drift detected" in unchecked
    assert verbs.bill() == (1, {verbs.job_arn})


@pytest.mark.parametrize(
    "command",
    [
        ("deploy", "--force", "--require-approval", "never"),
        ("deploy", "--import-existing-resources", "--require-approval", "never"),
    ],
)
def test_the_same_declaration_starts_nothing_with_any_option(verbs: Verbs, command: tuple[str, ...]) -> None:
    verbs.cloud.cli(verbs.deployed).run(*command)

    assert verbs.bill() == (1, {verbs.job_arn})


@pytest.mark.parametrize(
    "command",
    [
        ("publish-assets", "--unstable=publish-assets"),
        (*_DEPLOY, "--hotswap"),
        (*_DEPLOY, "--method=prepare-change-set"),
    ],
)
def test_edited_records_are_uploaded_and_start_nothing(verbs: Verbs, command: tuple[str, ...]) -> None:
    verbs.cloud.cli(verbs.edited).run(*command)

    assert verbs.bill() == (1, {verbs.job_arn})


@pytest.mark.soak
@pytest.mark.parametrize("options", [("--hotswap-fallback",), ("--express",), ("--method=direct",)])
def test_other_ways_to_deploy_start_the_one_job_that_is_due(
    cloud: Cloud, prompts: Path, other_prompts: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    """As a plain deployment does, and the plain deployment after it starts nothing."""
    old, started = cloud.deploy(synthesize(tmp_path / "old", "Ways", prompts))["JobArn"], cloud.started
    edited = synthesize(tmp_path / "edited", "Ways", other_prompts)

    cloud.cli(edited).run(*_DEPLOY, *options)

    assert cloud.started == started + 1
    (live,) = cloud.live("Ways")
    assert live != old
    assert cloud.deploy(edited)["JobArn"] == live
    cloud.cli(edited).run("destroy", "--force", *(options if options == ("--express",) else ()))
    assert (cloud.started, cloud.live("Ways")) == (started + 1, set())


@pytest.mark.soak
def test_an_executed_change_set_starts_the_one_job(
    cloud: Cloud, prompts: Path, other_prompts: Path, tmp_path: Path
) -> None:
    old, started = cloud.deploy(synthesize(tmp_path / "old", "Prepared", prompts))["JobArn"], cloud.started
    edited = synthesize(tmp_path / "edited", "Prepared", other_prompts)
    cloud.cli(edited).run(*_DEPLOY, "--method=prepare-change-set")
    assert (cloud.started, cloud.live("Prepared")) == (started, {old})

    cloud.cli(edited).run("deploy", "Prepared", "--method=execute-change-set")

    assert cloud.started == started + 1
    (live,) = cloud.live("Prepared")
    assert cloud.deploy(edited)["JobArn"] == live
    assert cloud.started == started + 1


@pytest.mark.soak
def test_a_job_cannot_be_renamed_by_a_refactoring(
    cloud: Cloud, prompts: Path, other_prompts: Path, tmp_path: Path
) -> None:
    """Its id is a part of its properties. A deployment of the new name starts one job and stops that of the old."""
    other = {"prompts": other_prompts}
    cloud.deploy(synthesize_jobs(tmp_path / "old", "Renamed", {"Old": {"prompts": prompts}, "Other": other}))
    renamed = synthesize_jobs(tmp_path / "new", "Renamed", {"New": {"prompts": prompts}, "Other": other})
    started, live = cloud.started, cloud.live("Renamed")

    said = cloud.cli(renamed).run("refactor", "--unstable=refactor", "--force")

    assert "cannot add, remove or update resources" in said
    assert (cloud.started, cloud.live("Renamed")) == (started, live)

    outputs = cloud.deploy(renamed)
    assert cloud.started == started + 1
    assert cloud.live("Renamed") == {outputs["NewJobArn"], outputs["OtherJobArn"]}


@pytest.mark.soak
def test_an_orphaned_job_keeps_running_and_is_taken_back_by_a_deployment(
    cloud: Cloud, prompts: Path, tmp_path: Path
) -> None:
    """Without a second bill. It cannot be imported, although the CLI proposes that."""
    assembly = synthesize(tmp_path / "out", "Orphaned", prompts)
    cli, job_arn, started = cloud.cli(assembly), cloud.deploy(assembly)["JobArn"], cloud.started

    cli.run("orphan", "--unstable=orphan", "Orphaned/Job", "--yes")

    resources = cloud.client("cloudformation").list_stack_resources(StackName="Orphaned")["StackResourceSummaries"]
    assert _JOB not in {each["ResourceType"] for each in resources}
    (logical_id,) = (key for key, each in _resources(assembly, "Orphaned").items() if each["Type"] == _JOB)
    with pytest.raises(CdkCliError, match=f"{logical_id}: importing"):
        cli.run("import", "--force", "--resource-mapping-inline", json.dumps({logical_id: {"JobArn": job_arn}}))
    assert (cloud.started, cloud.live("Orphaned")) == (started, {job_arn})

    assert cloud.deploy(assembly)["JobArn"] == job_arn
    assert cloud.started == started
    cli.destroy()
    assert (cloud.started, cloud.live("Orphaned")) == (started, set())


@pytest.mark.soak
def test_other_records_leave_an_orphaned_job_running(
    cloud: Cloud, prompts: Path, other_prompts: Path, tmp_path: Path
) -> None:
    """It is no job of the stack any more, so nothing stops it."""
    assembly = synthesize(tmp_path / "out", "LeftAlone", prompts)
    orphan = cloud.deploy(assembly)["JobArn"]
    cloud.cli(assembly).run("orphan", "--unstable=orphan", "LeftAlone/Job", "--yes")
    edited = synthesize(tmp_path / "edited", "LeftAlone", other_prompts)

    declared = cloud.deploy(edited)["JobArn"]
    assert cloud.live("LeftAlone") == {orphan, declared}
    cloud.cli(edited).destroy()
    assert cloud.live("LeftAlone") == {orphan}
    cloud.client("bedrock").stop_model_invocation_job(jobIdentifier=orphan)


def _resources(assembly: Path, stack: str) -> dict[str, dict[str, str]]:
    template = json.loads((assembly / f"{stack}.template.json").read_text("utf-8"))
    return dict(template["Resources"])
