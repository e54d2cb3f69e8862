"""A Create that is refused: waited for where that helps, failed at once where not, with the next step named."""

import pytest

from handler.hooks import CREATE, LIST, STOP, count
from handler.scenario import scenario
from handler.vocabulary import refusal
from handler.world import World
from lifecycle.scenarios.stage import A

ROLE_TEXT = "Could not assume provided IAM role"


@scenario(14)
def test_a_missing_pass_role_names_action_resource_and_service(world: World) -> None:
    """Create; PassRole AccessDenied for ever -> FAILED, Reason names action, resource, PassedToService."""
    role = A["Job"]["roleArn"]
    text = f"User: arn:aws:sts::1:assumed-role/h is not authorized to perform: iam:PassRole on resource: {role}"
    world.bedrock.fault(CREATE, refusal("AccessDeniedException", text), times=1000)

    answer = world.create()

    assert (answer["Status"], world.started) == ("FAILED", 0)
    assert all(part in answer["Reason"] for part in ("iam:PassRole", role, "iam:PassedToService"))


@scenario(15)
@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("AccessDeniedException", "You don't have access to the model with the specified model ID."),
        ("AccessDeniedException", "Your account is not authorized to invoke this API operation."),
        ("ValidationException", "Operation not allowed"),
    ],
)
def test_a_model_without_access_fails_at_once(world: World, code: str, text: str) -> None:
    """Create; model access not granted / account not allow-listed -> FAILED at once (no 120 s loop)."""
    world.bedrock.fault(CREATE, refusal(code, text), times=1000)

    answer = world.create()

    assert (answer["Status"], world.started, world.clock.slept) == ("FAILED", 0, [])
    assert text in answer["Reason"]


@scenario(17)
@pytest.mark.parametrize(("times", "status", "jobs"), [(6, "SUCCESS", 1), (1000, "FAILED", 0)])
def test_throttling_is_sat_out_within_the_budget(world: World, times: int, status: str, jobs: int) -> None:
    """Create; Throttling x6 then ok -> 1 job; throttling beyond budget -> FAILED, 0 jobs."""
    world.bedrock.fault(CREATE, "ThrottlingException", times=times)

    assert world.create()["Status"] == status
    assert world.started == jobs
    assert sum(world.clock.slept) < 600


@scenario(18)
def test_the_delete_after_a_create_that_never_started_looks_and_stops_nothing(world: World) -> None:
    """FAILED Create before start, Delete with `not-started:` id -> SUCCESS, List consulted, no Stop."""
    failed = world.create(Job={"timeoutDurationInHours": "12"})
    assert failed["PhysicalResourceId"].startswith("not-started:")
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"

    assert world.delete(failed["PhysicalResourceId"])["Status"] == "SUCCESS"
    assert (count(world, LIST), count(world, STOP), world.clock.slept) == (1, 0, [])
