"""A Create of which nothing comes: told with the reason and the next step, and nothing is left running."""

from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, ParamValidationError

from handler.hooks import CREATE, GET, STOP, count, sent
from handler.scenario import scenario
from handler.test_answer import an_event
from handler.vocabulary import NO_JOB, NOT_ASSUMABLE, by_hand
from handler.world import World, build_world, properties
from model_invocation_job.core.errors import AwsError
from model_invocation_job.core.failure import answer_of_failure
from model_invocation_job.core.progress import Progress

ELSEWHERE = {"s3OutputDataConfig": {"s3Uri": "s3://elsewhere/"}}


@scenario(13)
def test_fails_with_the_trust_policy_named_when_the_role_stays_out_of_reach(world: World) -> None:
    """Role not assumable for 10 min -> FAILED in < ServiceTimeout, 0 jobs, Reason names role, trust, next step."""
    world.bedrock.fault("create_model_invocation_job", NOT_ASSUMABLE, times=1000)

    answer = world.create()

    assert answer["Status"] == "FAILED"
    assert "Check that it trusts bedrock.amazonaws.com, with aws:SourceAccount and aws:SourceArn" in answer["Reason"]
    assert properties()["Job"]["roleArn"] in answer["Reason"]
    assert answer["PhysicalResourceId"].startswith("not-started:")
    assert sum(world.clock.slept) < 900
    assert world.started == 0


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


@pytest.mark.parametrize(
    ("code", "is_repeated"),
    [
        ("ThrottlingException", True),
        ("InternalServerException", True),
        ("ResourceNotFoundException", False),
        ("AccessDeniedException", False),
        ("ValidationException", False),
        ("ConflictException", False),
        ("ServiceQuotaExceededException", False),
    ],
)
def test_every_declared_error_of_create_is_repeated_only_where_that_helps(
    world: World, code: str, is_repeated: bool
) -> None:
    world.bedrock.fault("create_model_invocation_job", code, times=3)

    answer = world.create()

    assert (answer["Status"] == "SUCCESS") is is_repeated
    assert world.started == (1 if is_repeated else 0)
    assert is_repeated or answer["Reason"].startswith(f"CreateModelInvocationJob: {code}")


def test_a_network_that_fails_for_ever_is_answered_in_time(world: World) -> None:
    world.bedrock.fault("list_model_invocation_jobs", ConnectTimeoutError(endpoint_url="x"), times=1000)

    answer = world.create()

    assert answer["Status"] == "FAILED"
    assert "nothing is started twice" in answer["Reason"]
    assert sum(world.clock.slept) < 600


@scenario(45)
@pytest.mark.parametrize("list_lag", [0.0, 60.0], ids=["listed", "not listed yet"])
def test_a_foreign_job_with_our_name_is_left_alone(world: World, list_lag: float) -> None:
    """Someone else's job has our jobName but another token -> FAILED, neither adopted nor stopped."""
    world.create()
    other = build_world(list_lag_seconds=list_lag, get_lag_seconds=0.0)
    theirs = by_hand(other, jobName=sent(world)["jobName"], clientRequestToken="somebodyElse")

    failed = other.create()
    assert failed["Status"] == "FAILED"
    assert failed["PhysicalResourceId"].startswith("not-started:")
    other.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    other.clock.sleep(60)
    assert other.delete(failed["PhysicalResourceId"])["Status"] == "SUCCESS"
    assert (other.started, other.live()) == (1, [theirs])


@scenario(46)
@pytest.mark.parametrize(
    ("member", "value", "shown"),
    [
        ("modelId", "us.amazon.nova-lite-v1:0", "modelId"),
        ("outputDataConfig", {"s3OutputDataConfig": {"s3Uri": "s3://elsewhere/"}}, "outputDataConfig.s3Uri"),
        ("modelInvocationType", "InvokeModel", "modelInvocationType"),
    ],
)
def test_a_job_with_our_token_that_is_something_else_is_refused(
    world: World, member: str, value: object, shown: str
) -> None:
    """Token match but different modelId/input -> FAILED, names the difference."""
    world.create()
    ours = sent(world)
    other = build_world()
    by_hand(other, **{"jobName": ours["jobName"], "clientRequestToken": ours["clientRequestToken"]} | {member: value})

    failed = other.create()

    assert (failed["Status"], other.started) == ("FAILED", 1)
    assert f"differs in {shown}" in failed["Reason"]


def test_a_start_is_allowed_while_half_a_minute_is_left_beside_the_reserve(world: World) -> None:
    assert world.deliver(world.event("Create"), remaining_milliseconds=55_000)["Status"] == "SUCCESS"


@pytest.mark.parametrize("remaining", [54_999, 40_000])
def test_no_time_left_starts_nothing(world: World, remaining: int) -> None:
    answer = world.deliver(world.event("Create"), remaining_milliseconds=remaining)

    assert answer["Status"] == "FAILED"
    assert "nothing was started" in answer["Reason"]
    assert world.started == 0


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"Job": {"timeoutDurationInHours": "1e2"}},
            "Job.timeoutDurationInHours must be a whole number between 24 and",
        ),
        ({"Job": {"timeoutDurationInHours": "٢٤"}}, "Job.timeoutDurationInHours must be a whole number between 24 and"),
        ({"Job": {"timeoutDurationInHours": "0"}}, "Job.timeoutDurationInHours must be a whole number between 24 and"),
        ({"Job": {"modelInvocationType": "converse"}}, "Job.modelInvocationType must be one of InvokeModel, Converse"),
        ({"Job": {"roleArn": ""}}, "Job.roleArn is missing"),
        ({"Job": {"vpcConfig": {"subnetIds": []}}}, "Job.vpcConfig.subnetIds must be a list of strings"),
        ({"Job": {"tags": {"a": "b"}}}, "Job.tags must be a list"),
        ({"Job": {"inputDataConfig": "s3://x"}}, "Job.inputDataConfig must be an object"),
        ({"Job": {"modelId": ["x"]}}, "Job.modelId must be a string"),
        ({"InputDigest": "A" * 64}, "InputDigest must match"),
        ({"JobNamePrefix": "-x"}, "JobNamePrefix must match"),
        ({"RunId": None}, "RunId is missing"),
        ({"InputRevision": "x"}, "InputRevision must match"),
        ({"Gate": "DONE"}, "Gate must be one of SUBMITTED, VALIDATED, got 'DONE'"),
        ({"OnRemoval": "KEEP"}, "OnRemoval must be one of STOP, LEAVE_RUNNING, got 'KEEP'"),
        ({"Job": {"tags": [{"key": "a"}, "b"]}}, "Job.tags[1] must be an object"),
        ({"Job": {"tags": [{"key": "a"}, {"value": "b"}]}}, "Job.tags[1].key is missing"),
        ({"JobNamePrefix": "x" * 23}, "JobNamePrefix must match"),
        ({"AdoptJobArn": NO_JOB}, "property AdoptJobArn is not known to this version of the library"),
        ({"Zebra": "1", "Ape": "2"}, "property Ape is not known to this version of the library"),
        ({"Job": {"jobName": "x"}}, "property Job.jobName is not known to this version of the library"),
        (
            {"Job": {"inputDataConfig": {"s3InputDataConfig": {"s3Uri": "s3://a/b", "zone": "x"}}}},
            "property Job.inputDataConfig.s3InputDataConfig.zone is not known to this version of the library",
        ),
        ({"Job": {"outputDataConfig": {"x": ""}}}, "property Job.outputDataConfig.x is not known to this version"),
        ({"Job": {"vpcConfig": {"x": ""}}}, "property Job.vpcConfig.x is not known to this version of the library"),
        ({"Job": {"tags": [{"key": "a"}, {"x": ""}]}}, "property Job.tags[1].x is not known to this version"),
        ({"x" * 200: ""}, f"property {'x' * 100} is not known to this version of the library"),
    ],
)
def test_fails_with_the_path_of_a_property_that_cannot_be_used(
    world: World, changes: dict[str, object], text: str
) -> None:
    answer = world.create(**changes)

    assert answer["Status"] == "FAILED"
    assert text in answer["Reason"]
    assert answer["Reason"].endswith(". Nothing was started.")
    assert world.bedrock.calls == []


def test_a_model_that_needs_a_profile_leads_to_the_advice_to_use_one(world: World) -> None:
    answer = world.create(Job={"modelId": "anthropic.claude-haiku-4-5-20251001-v1:0"})

    assert answer["Status"] == "FAILED"
    assert "whose id has a prefix such as us., eu. or global." in answer["Reason"]


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


def test_a_new_job_that_cannot_be_read_is_named_so_that_a_delete_can_stop_it(world: World) -> None:
    world.bedrock.fault("get_model_invocation_job", "AccessDeniedException", times=1000)
    answer = world.create()

    assert answer["Status"] == "FAILED"
    assert answer["PhysicalResourceId"] == world.live()[0]
    assert answer["Reason"] == (
        f"{world.live()[0]} was accepted by Bedrock but cannot be read; it may be running and billing."
    )


def test_a_role_that_is_not_declared_is_told_as_unknown() -> None:
    error = AwsError(
        "CreateModelInvocationJob",
        "ValidationException",
        "Could not assume provided IAM role",
        is_answer=True,
    )
    assert answer_of_failure(an_event(), error, Progress(), "x").reason.startswith(
        "CreateModelInvocationJob: ValidationException: Could not assume provided IAM role"
        " The service role is unknown. Check that it trusts"
    )


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
