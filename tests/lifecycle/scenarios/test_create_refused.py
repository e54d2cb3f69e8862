"""A Create that is refused: waited for where that helps, failed at once where not, with the next step named."""

from typing import Any

import pytest
from botocore.exceptions import ParamValidationError

from handler.world import World, build_world
from lifecycle.scenarios.requests import by_hand, refusal
from lifecycle.scenarios.scenario import scenario
from lifecycle.scenarios.stage import CREATE, GET, LIST, STOP, A, count

ROLE_TEXT = "Could not assume provided IAM role"


@scenario(12)
def test_a_role_that_takes_effect_late_is_waited_for(world: World) -> None:
    """Create; role not assumable for 45 s (ValidationException) -> retried, 1 job."""
    world.bedrock.fault(CREATE, refusal("ValidationException", ROLE_TEXT), times=9)

    assert world.create()["Status"] == "SUCCESS"
    assert world.started == 1


@scenario(13)
def test_a_role_that_stays_out_of_reach_fails_with_role_trust_and_next_step(world: World) -> None:
    """Role not assumable for 10 min -> FAILED in < ServiceTimeout, 0 jobs, Reason names role, trust, next step."""
    world.bedrock.fault(CREATE, refusal("ValidationException", ROLE_TEXT), times=1000)

    answer = world.create()

    assert (answer["Status"], world.started) == ("FAILED", 0)
    assert sum(world.clock.slept) < 900
    assert A["Job"]["roleArn"] in answer["Reason"]
    assert "trusts bedrock.amazonaws.com" in answer["Reason"]
    assert "aws:SourceAccount and aws:SourceArn" in answer["Reason"]


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


@scenario(16)
def test_the_quota_fails_at_once_and_leaves_nothing_to_stop() -> None:
    """ServiceQuotaExceeded -> FAILED at once with quota name; 0 jobs; following Delete SUCCESS without Stop call."""
    world = build_world(live_jobs_per_model=1)
    somebody = by_hand(world)

    answer = world.create()
    assert (answer["Status"], world.clock.slept) == ("FAILED", [])
    assert "in-progress and submitted batch inference jobs" in answer["Reason"]

    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    assert world.delete(answer["PhysicalResourceId"])["Status"] == "SUCCESS"
    assert (count(world, STOP), world.live()) == (0, [somebody])


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


@scenario(19)
@pytest.mark.parametrize("error", ["AccessDeniedException", "ResourceNotFoundException"])
def test_a_create_that_fails_after_its_start_names_the_job_and_its_delete_stops_it(world: World, error: str) -> None:
    """FAILED Create after start (not readable) -> own job stopped or ARN in failed answer; Delete -> 0 live."""
    world.bedrock.fault(GET, error, times=1000)

    failed = world.create()
    assert (failed["Status"], world.started) == ("FAILED", 1)
    for job_arn in world.live():
        assert job_arn in failed["PhysicalResourceId"] + failed["Reason"]

    world.bedrock.faults.clear()
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    assert world.delete(failed["PhysicalResourceId"])["Status"] == "SUCCESS"
    assert world.live() == []


@scenario(53)
@pytest.mark.parametrize(("kind", "status"), [("Converse", "FAILED"), ("InvokeModel", "SUCCESS")])
def test_an_old_sdk_is_named_unless_the_default_is_enough(
    world: World, monkeypatch: pytest.MonkeyPatch, kind: str, status: str
) -> None:
    """Old runtime SDK without modelInvocationType -> FAILED "SDK too old", or omitted when default; no crash."""
    start = world.bedrock.create_model_invocation_job

    def old_sdk(**arguments: Any) -> dict[str, Any]:
        if "modelInvocationType" in arguments:
            raise ParamValidationError(report="Unknown parameter in input: modelInvocationType")
        return start(**arguments)

    monkeypatch.setattr(world.bedrock, CREATE, old_sdk)

    answer = world.create(Job={"modelInvocationType": kind})

    assert answer["Status"] == status
    assert world.started == (status == "SUCCESS")
    assert status == "SUCCESS" or "Use a newer Lambda runtime" in answer["Reason"]
