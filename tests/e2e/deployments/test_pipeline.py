"""A pipeline without a terminal: records are edited and deployed with the CLI's default approval."""

import re
from pathlib import Path

import pytest

from bedrock_batch_local.cdk_cli import CdkCliError
from bedrock_batch_local.embedded import EmbeddedAws
from e2e.assembly import synthesize
from e2e.cloud import ACCOUNT, REGION, Cloud
from e2e.prompts import many, write_prompts

STACK = "Edited"


@pytest.fixture(scope="module")
def first(cloud: Cloud, prompts: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The job of a deployed stack, which the tests change."""
    return cloud.deploy(synthesize(tmp_path_factory.mktemp("pipeline") / "first", STACK, prompts))["JobArn"]


def edited(tmp_path: Path, topic: str) -> Path:
    """The records of an edit."""
    return write_prompts(tmp_path / topic / "prompts.jsonl", many(120, topic))


@pytest.mark.parametrize("edits", [1, pytest.param(3, marks=pytest.mark.soak)])
def test_prompt_edits_are_deployed_without_a_question(cloud: Cloud, first: str, tmp_path: Path, edits: int) -> None:
    started, jobs = cloud.started, {first}
    for number in range(edits):
        prompts = edited(tmp_path, f"edit {number} of {edits}")
        cli = cloud.cli(synthesize(tmp_path / f"out-{number}", STACK, prompts))
        diff = cli.diff(STACK)
        assert "IAM" not in diff
        assert re.findall(r"\[.\] (\w+::\S+)", diff) == ["Custom::BedrockModelInvocationJob"]
        (outputs,) = cli.deploy(asks=True).values()
        jobs.add(outputs["JobArn"])

    assert (len(jobs), cloud.started) == (edits + 1, started + edits)


def test_a_change_of_rights_is_asked_about(cloud: Cloud, first: str, prompts: Path, tmp_path: Path) -> None:
    """Else the test above would show nothing."""
    started = cloud.started
    other = synthesize(tmp_path / "other", STACK, prompts, model="amazon.nova-lite-v1:0")

    with pytest.raises(CdkCliError, match="terminal"):
        cloud.cli(other).deploy(asks=True)
    assert cloud.started == started
    assert cloud.job(first)["status"] != "Failed"


@pytest.mark.soak
def test_a_copy_that_answers_after_ninety_seconds_is_one_job(prompts: Path, tmp_path: Path) -> None:
    with EmbeddedAws.start(copy_seconds=90.0) as aws:
        cloud = Cloud(aws, tmp_path)
        cloud.cli(tmp_path / "bootstrap").bootstrap(ACCOUNT, REGION)
        job_arn = cloud.deploy(synthesize(tmp_path / "out", "Slow", prompts))["JobArn"]

        assert cloud.started == 1
        assert cloud.job(job_arn)["status"] != "Failed"
