"""A deployment of a stack with three jobs over itself: what it costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from aws_cdk import Stack, Tags

from cdk_bedrock_batch import ModelInvocationJob
from e2e.assembly import Options, synthesize, synthesize_jobs
from e2e.cloud import Cloud


@dataclass(frozen=True)
class Update:
    """The outputs before and after, and how many jobs the update has started."""

    assembly: Path
    before: Mapping[str, str]
    after: Mapping[str, str]
    started: int


def tags_of_stack(value: str) -> Callable[[Stack, ModelInvocationJob], None]:
    """Tags that reach the jobs late: one of the stack, one by an aspect."""

    def change(stack: Stack, _job: ModelInvocationJob) -> None:
        stack.tags.set_tag("stack", value)
        Tags.of(stack).add("aspect", value, include_resource_types=["Custom::BedrockModelInvocationJob"])

    return change


@pytest.fixture(scope="module")
def update(cloud: Cloud, prompts: Path, other_prompts: Path, tmp_path_factory: pytest.TempPathFactory) -> Update:
    """The prompts of one job, the tags of another and of the stack are changed; a third is declared as before."""
    folder = tmp_path_factory.mktemp("updates")
    tagged: Options = {"prompts": prompts, "tags": {"team": "support", "old": "1"}, "change": tags_of_stack("before")}
    jobs: dict[str, Options] = {"Same": {"prompts": prompts}, "Changed": {"prompts": prompts}, "Tagged": tagged}
    before = cloud.deploy(synthesize_jobs(folder / "before", "Updated", jobs))
    started = cloud.started
    changes: dict[str, Options] = {
        "Changed": {"prompts": other_prompts},
        "Tagged": {"prompts": prompts, "tags": {"team": "sales"}, "change": tags_of_stack("after")},
    }
    assembly = synthesize_jobs(folder / "after", "Updated", {**jobs, **changes})
    return Update(assembly, before, cloud.deploy(assembly), cloud.started - started)


def test_the_same_declaration_keeps_its_job_in_an_update_of_its_stack(update: Update) -> None:
    job_arn, output_uri = update.before["SameJobArn"], update.before["SameOutputUri"]

    assert (update.after["SameJobArn"], update.after["SameOutputUri"]) == (job_arn, output_uri)
    assert output_uri.endswith(f"/{job_arn[-12:]}/")


def test_changed_prompts_start_one_job_and_stop_the_old_one(cloud: Cloud, update: Update) -> None:
    old, new = update.before["ChangedJobArn"], update.after["ChangedJobArn"]

    assert update.started == 1
    assert new != old
    assert cloud.job(old)["status"] in {"Stopping", "Stopped"}
    assert cloud.job(new)["status"] not in {"Stopping", "Stopped", "Failed"}


def test_changed_tags_are_changed_in_place(cloud: Cloud, update: Update) -> None:
    job_arn = update.before["TaggedJobArn"]

    assert update.after["TaggedJobArn"] == job_arn
    tags = tags_of(cloud, job_arn)
    assert tags["team"] == "sales"
    assert "old" not in tags


@pytest.mark.parametrize("name", ["Same", "Tagged", "Changed"])
def test_changed_tags_of_the_stack_are_changed_on_its_jobs(cloud: Cloud, update: Update, name: str) -> None:
    tags = tags_of(cloud, update.after[f"{name}JobArn"])

    assert (tags["stack"], tags["aspect"]) == ("after", "after")


def tags_of(cloud: Cloud, job_arn: str) -> dict[str, str]:
    tags = cloud.client("bedrock").list_tags_for_resource(resourceARN=job_arn)["tags"]
    return {tag["key"]: tag["value"] for tag in tags}


def test_the_same_stack_again_starts_nothing(cloud: Cloud, update: Update) -> None:
    started = cloud.started

    assert cloud.deploy(update.assembly) == update.after
    assert cloud.started == started


@pytest.mark.soak
def test_a_second_run_id_is_a_second_run(cloud: Cloud, prompts: Path, tmp_path: Path) -> None:
    first = cloud.deploy(synthesize(tmp_path / "first", "RunId", prompts))["JobArn"]
    started = cloud.started

    assert cloud.deploy(synthesize(tmp_path / "second", "RunId", prompts, run_id="2"))["JobArn"] != first
    assert cloud.started == started + 1
