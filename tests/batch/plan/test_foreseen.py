"""What one request will do, where a plan and the handler could differ."""

import pytest
from batch.plan.jobs import job, on_record, properties

from bedrock_batch.plan.foreseen import foresee
from bedrock_batch.plan.planned import Action

ANY, OTHER = properties(), properties(RunId="2")


@pytest.mark.parametrize(("status", "is_stopped"), [("InProgress", True), ("Queued", True), ("Stopping", False)])
def test_a_job_that_is_stopping_is_not_stopped_once_more(status: str, is_stopped: bool) -> None:
    recorded = job(1, ANY, status)

    assert foresee(on_record(ANY, recorded), OTHER).stops == (recorded if is_stopped else None)
    assert foresee(on_record(ANY, recorded), None).action == (Action.STOPS if is_stopped else Action.NOTHING)


def test_a_held_run_is_not_refused_for_a_role_that_is_not_known() -> None:
    recorded = job(1, ANY)

    foreseen = foresee(on_record({}, recorded), OTHER | {"Hold": "true"})

    assert (foreseen.action, foreseen.is_held) == (Action.NOTHING, True)


@pytest.mark.parametrize(("tags", "action"), [([{"key": "team", "value": "a"}], Action.TAGS), ([], Action.KEEPS)])
def test_a_job_that_is_declared_again_after_a_held_run_gets_its_tags(
    tags: list[dict[str, str]], action: Action
) -> None:
    tagged = properties(Job={"tags": tags})
    held = tagged | {"RunId": "2", "Hold": "true"}

    assert foresee(on_record(held, job(1, ANY)), tagged).action is action
