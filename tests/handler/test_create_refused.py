"""A Create of which nothing comes: told with the reason and the next step, and nothing is left running."""

import pytest
from botocore.exceptions import ConnectTimeoutError, ParamValidationError

from handler.stories import NO_JOB, NOT_ASSUMABLE, by_hand
from handler.test_answer import an_event
from handler.world import World, build_world
from model_invocation_job.core.errors import AwsError
from model_invocation_job.core.failure import answer_of_failure
from model_invocation_job.core.progress import Progress

ELSEWHERE = {"s3OutputDataConfig": {"s3Uri": "s3://elsewhere/"}}


def test_fails_with_the_trust_policy_named_when_the_role_stays_out_of_reach(world: World) -> None:
    world.bedrock.fault("create_model_invocation_job", NOT_ASSUMABLE, times=1000)

    answer = world.create()

    assert answer["Status"] == "FAILED"
    assert "Check that it trusts bedrock.amazonaws.com" in answer["Reason"]
    assert answer["PhysicalResourceId"].startswith("not-started:")
    assert sum(world.clock.slept) < 900
    assert world.started == 0


def test_fails_at_once_on_the_quota_and_names_the_next_step(world: World) -> None:
    world.bedrock.fault("create_model_invocation_job", "ServiceQuotaExceededException")

    answer = world.create()

    assert answer["Status"] == "FAILED"
    assert "ask for a higher quota" in answer["Reason"]
    assert world.clock.slept == []


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


def test_a_foreign_job_of_the_same_name_is_neither_adopted_nor_stopped(world: World) -> None:
    name = world.create()["Data"]["JobName"]
    other = build_world()
    by_hand(other, outputDataConfig=ELSEWHERE, jobName=name, clientRequestToken="somebodyElse")

    answer = other.create()

    assert answer["Status"] == "FAILED"
    assert "was not started by this stack" in answer["Reason"]
    assert len(other.live()) == other.started == 1


def test_a_job_with_our_token_that_differs_is_refused_by_the_differing_member(world: World) -> None:
    ours = world.create()
    request = next(arguments for method, arguments in world.bedrock.calls if method == "create_model_invocation_job")
    other = build_world()
    by_hand(
        other,
        outputDataConfig=ELSEWHERE,
        jobName=ours["Data"]["JobName"],
        clientRequestToken=request["clientRequestToken"],
    )

    answer = other.create()

    assert answer["Status"] == "FAILED"
    assert "differs in outputDataConfig.s3Uri" in answer["Reason"]
    assert len(other.live()) == other.started == 1


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


def test_an_sdk_without_the_invocation_type_is_named(world: World) -> None:
    world.bedrock.fault("create_model_invocation_job", ParamValidationError(report="Unknown parameter"))

    assert "Use a newer Lambda runtime" in world.create()["Reason"]


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
