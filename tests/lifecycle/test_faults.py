"""The faults that the engine can be told to have."""

import pytest
from botocore.exceptions import ClientError

from bedrock_batch.statuses import JobStatus
from bedrock_batch_local.engine.batch_engine import BatchEngine
from bedrock_batch_local.engine.client import InProcessClient
from bedrock_batch_local.engine.clock import ManualClock
from bedrock_batch_local.engine.faults import Fault, pass_role_denied, role_not_assumable
from bedrock_batch_local.engine.quirks import Quirks
from handler.world import ACCOUNT, REGION, build_world


class _DeathError(BaseException):
    """What no `except Exception` catches."""


def test_a_fault_after_the_effect_leaves_the_job_behind() -> None:
    world = build_world()
    world.bedrock.fault("CreateModelInvocationJob", _DeathError(), "after")
    with pytest.raises(_DeathError):
        world.create()
    assert world.started == 1


def test_a_fault_before_the_effect_leaves_nothing_behind() -> None:
    world = build_world()
    world.bedrock.fault("CreateModelInvocationJob", _DeathError())
    with pytest.raises(_DeathError):
        world.create()
    assert world.started == 0


def test_a_delay_moves_the_clock_and_what_happens_meanwhile_happens() -> None:
    world = build_world()
    job_arn = world.create()["PhysicalResourceId"]
    job = next(iter(world.engine._jobs.live()))
    fault = Fault(delay_seconds=30.0, meanwhile=lambda: world.engine.end(job, JobStatus.FAILED, "out of luck"))
    world.bedrock.faults.add("GetModelInvocationJob", fault)
    before = world.service_clock.now()
    found = world.bedrock.get_model_invocation_job(jobIdentifier=job_arn)
    assert (found["status"], found["message"]) == ("Failed", "out of luck")
    assert world.service_clock.now() == before + 30.0


@pytest.mark.parametrize("make", [pass_role_denied, role_not_assumable])
def test_rights_become_effective_at_their_moment(make: object) -> None:
    world = build_world()
    assert callable(make)
    world.bedrock.faults.add("CreateModelInvocationJob", make("arn:role", world.service_clock.now() + 45.0))
    assert world.create()["Status"] == "SUCCESS"
    assert sum(world.clock.slept) >= 45.0


def test_get_and_list_lag_apart() -> None:
    clock = ManualClock()
    engine = BatchEngine(clock, quirks=Quirks(get_lag_seconds=5.0, list_lag_seconds=10.0))
    world = build_world()
    world.create()
    request = next(arguments for method, arguments in world.bedrock.calls if method.startswith("create"))
    client = InProcessClient(engine, account=ACCOUNT, region=REGION)
    job_arn = client.create_model_invocation_job(**request)["jobArn"]
    with pytest.raises(ClientError, match="could not be found"):
        client.get_model_invocation_job(jobIdentifier=job_arn)
    clock.advance(5.0)
    assert client.get_model_invocation_job(jobIdentifier=job_arn)["jobArn"] == job_arn
    assert client.list_model_invocation_jobs()["invocationJobSummaries"] == []
    clock.advance(5.0)
    assert len(client.list_model_invocation_jobs()["invocationJobSummaries"]) == 1


def test_a_service_that_keeps_tokens_and_arns_to_itself_starts_one_job_all_the_same() -> None:
    world = build_world(shows_token=False, replays_arn=False)
    world.bedrock.fault("CreateModelInvocationJob", "InternalServerException", "after")
    answer = world.create()
    assert (answer["Status"], world.started) == ("SUCCESS", 1)
    assert "clientRequestToken" not in world.bedrock.get_model_invocation_job(
        jobIdentifier=answer["PhysicalResourceId"]
    )
