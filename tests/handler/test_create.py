"""Create: one intended run is one paid job, whatever is delivered how often."""

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ParamValidationError, ReadTimeoutError

from handler.world import ACCOUNT, REGION, World, build_world, properties


def test_answers_with_the_started_job(world: World) -> None:
    answer = world.create()

    assert answer["Status"] == "SUCCESS"
    assert answer["PhysicalResourceId"].startswith(f"arn:aws:bedrock:{REGION}:{ACCOUNT}:model-invocation-job/")
    assert answer["Data"]["JobId"] == answer["PhysicalResourceId"][-12:]
    assert answer["Data"]["JobName"].startswith("tickets-")
    assert world.started == 1
    assert world.live() == [answer["PhysicalResourceId"]]


def test_sends_every_argument_of_the_api(world: World) -> None:
    vpc = {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]}
    answer = world.create(Job={"vpcConfig": vpc})

    job = world.bedrock.get_model_invocation_job(jobIdentifier=answer["PhysicalResourceId"])
    assert job["modelInvocationType"] == "Converse"
    assert job["timeoutDurationInHours"] == 48
    assert job["vpcConfig"] == vpc
    assert job["inputDataConfig"] == properties()["Job"]["inputDataConfig"]
    assert job["outputDataConfig"] == properties()["Job"]["outputDataConfig"]
    assert job["roleArn"] == properties()["Job"]["roleArn"]
    tags = world.bedrock.list_tags_for_resource(resourceARN=job["jobArn"])["tags"]
    assert tags == [{"key": "team", "value": "support"}]


def test_makes_at_most_four_calls(world: World) -> None:
    world.create()

    assert sorted(world.calls()) == [
        "create_model_invocation_job",
        "describe_stacks",
        "get_model_invocation_job",
        "list_model_invocation_jobs",
    ]
    assert len(world.answers) == 1


def test_the_same_event_again_starts_nothing_and_says_the_same(world: World) -> None:
    event = world.event("Create")
    first = world.deliver(event)
    world.clock.sleep(70)

    assert world.deliver(event) == first
    assert world.started == 1


def test_an_event_delivered_again_after_its_job_failed_says_the_same(world: World) -> None:
    event = world.event("Create")
    first = world.deliver(event)
    world.bedrock.stop_model_invocation_job(jobIdentifier=first["PhysicalResourceId"])
    world.clock.sleep(120)

    assert world.deliver(event) == first
    assert world.started == 1


@pytest.mark.parametrize("error", [ReadTimeoutError(endpoint_url="x"), "InternalServerException"])
def test_a_reply_lost_after_the_effect_is_not_a_second_job(world: World, error: Exception | str) -> None:
    world.bedrock.fault("create_model_invocation_job", error, when="after")

    assert world.create()["PhysicalResourceId"] == world.live()[0]
    assert world.started == 1


def test_a_job_of_the_killed_first_delivery_is_adopted_without_token_memory() -> None:
    world = build_world(token_memory_seconds=0.0)
    event = world.event("Create")
    world.bedrock.fault("get_model_invocation_job", RuntimeError("killed"))
    world.deliver(event)
    world.clock.sleep(70)

    assert world.deliver(event)["Status"] == "SUCCESS"
    assert world.started == 1


def test_waits_until_a_new_job_can_be_read() -> None:
    world = build_world(visibility_lag_seconds=20.0)

    assert world.create()["Status"] == "SUCCESS"
    assert world.started == 1


def test_waits_for_a_role_that_cannot_be_assumed_yet(world: World) -> None:
    world.bedrock.fault("create_model_invocation_job", _role_not_assumable(), times=9)

    assert world.create()["Status"] == "SUCCESS"
    assert world.started == 1


def test_fails_with_the_trust_policy_named_when_the_role_stays_out_of_reach(world: World) -> None:
    world.bedrock.fault("create_model_invocation_job", _role_not_assumable(), times=1000)

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


def test_a_name_that_the_twin_of_this_event_has_just_taken_leads_to_its_job(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = build_world(token_memory_seconds=0.0)
    event = world.event("Create")
    first = world.deliver(event)
    listed: Iterator[dict[str, object]] = iter([{"invocationJobSummaries": []}])
    list_jobs = world.bedrock.list_model_invocation_jobs
    monkeypatch.setattr(
        world.bedrock, "list_model_invocation_jobs", lambda **page: next(listed, None) or list_jobs(**page)
    )

    assert world.deliver(event) == first
    assert world.started == 1


def test_the_right_to_look_at_the_stack_is_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def not_yet(**_: object) -> dict[str, object]:
        if len(world.clock.slept) < 3:
            message = "User: x is not authorized to perform: cloudformation:DescribeStacks on resource: y"
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": message}}, "DescribeStacks")
        return {"Stacks": [{"StackStatus": "ROLLBACK_IN_PROGRESS"}]}

    monkeypatch.setattr(world.cloudformation, "describe_stacks", not_yet)

    assert world.create()["Status"] == "FAILED"
    assert world.live() == []


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


def test_a_stack_that_turned_around_meanwhile_gets_its_job_stopped_at_once(world: World) -> None:
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"

    answer = world.create()

    assert answer["Status"] == "FAILED"
    assert "began to roll back" in answer["Reason"]
    assert answer["PhysicalResourceId"].startswith("arn:aws:bedrock:")
    assert world.live() == []


def test_a_late_event_of_a_stack_that_turned_around_starts_nothing(world: World) -> None:
    world.cloudformation.status = "DELETE_IN_PROGRESS"

    answer = world.deliver(world.event("Create", issued_ago=60))

    assert answer["Status"] == "FAILED"
    assert world.started == 0


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_COMPLETE", "CREATE_FAILED", "UPDATE_ROLLBACK_COMPLETE"])
def test_a_late_event_of_a_stack_that_is_done_without_it_starts_nothing(world: World, status: str) -> None:
    world.cloudformation.status = status

    assert world.deliver(world.event("Create", issued_ago=60))["Status"] == "FAILED"
    assert world.started == 0


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "CREATE_FAILED", "UPDATE_FAILED"])
def test_an_event_delivered_again_after_the_stack_is_done_says_the_same(world: World, status: str) -> None:
    event = world.event("Create")
    first = world.deliver(event)
    world.cloudformation.status = status
    world.clock.sleep(60)

    assert world.deliver(event) == first
    assert world.live() == [first["PhysicalResourceId"]]


def test_a_token_that_brings_back_a_dead_job_which_the_list_does_not_show_leads_to_the_next_attempt(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = world.create()["PhysicalResourceId"]
    world.bedrock.stop_model_invocation_job(jobIdentifier=dead)
    world.clock.sleep(3600)
    monkeypatch.setattr(world.bedrock, "list_model_invocation_jobs", lambda **_: {"invocationJobSummaries": []})

    answer = world.create()

    assert answer["Status"] == "SUCCESS"
    assert answer["PhysicalResourceId"] != dead
    assert world.started == 2


def test_an_event_of_hours_ago_starts_nothing(world: World) -> None:
    answer = world.deliver(world.event("Create", issued_ago=3 * 3600))

    assert answer["Status"] == "FAILED"
    assert "came too late" in answer["Reason"]
    assert world.bedrock.calls == []


def test_a_stack_state_that_cannot_be_read_does_not_stop_a_job(world: World) -> None:
    world.cloudformation.fails_with = "AccessDenied"

    assert world.create()["Status"] == "SUCCESS"
    assert len(world.live()) == 1


def test_a_retry_after_a_dead_job_is_a_new_attempt(world: World) -> None:
    dead = world.create()["PhysicalResourceId"]
    world.bedrock.stop_model_invocation_job(jobIdentifier=dead)
    world.clock.sleep(3600)

    retried = world.create()

    assert retried["PhysicalResourceId"] != dead
    assert retried["Data"]["JobName"].endswith("-2")
    assert world.live() == [retried["PhysicalResourceId"]]


def test_a_job_that_delivered_is_adopted_by_the_same_run(world: World) -> None:
    done = world.create()["PhysicalResourceId"]
    world.service_clock.advance(24 * 3600)
    assert world.status(done) == "Completed"

    assert world.create()["PhysicalResourceId"] == done
    assert world.started == 1


def test_two_resources_and_two_stacks_with_the_same_declaration_are_different_runs(world: World) -> None:
    world.create()
    world.deliver(world.event("Create", LogicalResourceId="Other"))
    world.deliver(world.event("Create", StackId=world.event("Create")["StackId"][:-1] + "6"))

    assert world.started == len(world.live()) == 3


def test_a_foreign_job_of_the_same_name_is_neither_adopted_nor_stopped(world: World) -> None:
    name = world.create()["Data"]["JobName"]
    other = build_world()
    _start_by_hand(other, jobName=name, clientRequestToken="somebodyElse")

    answer = other.create()

    assert answer["Status"] == "FAILED"
    assert "was not started by this stack" in answer["Reason"]
    assert len(other.live()) == other.started == 1


def test_a_job_with_our_token_that_differs_is_refused_by_the_differing_member(world: World) -> None:
    ours = world.create()
    request = next(arguments for method, arguments in world.bedrock.calls if method == "create_model_invocation_job")
    other = build_world()
    _start_by_hand(other, jobName=ours["Data"]["JobName"], clientRequestToken=request["clientRequestToken"])

    answer = other.create()

    assert answer["Status"] == "FAILED"
    assert "differs in outputDataConfig.s3Uri" in answer["Reason"]
    assert len(other.live()) == other.started == 1


def test_no_time_left_starts_nothing(world: World) -> None:
    answer = world.deliver(world.event("Create"), remaining_milliseconds=40_000)

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
    ],
)
def test_fails_with_the_path_of_a_property_that_cannot_be_used(
    world: World, changes: dict[str, object], text: str
) -> None:
    answer = world.create(**changes)

    assert answer["Status"] == "FAILED"
    assert text in answer["Reason"]
    assert world.bedrock.calls == []


def test_a_model_that_needs_a_profile_leads_to_the_advice_to_use_one(world: World) -> None:
    answer = world.create(Job={"modelId": "anthropic.claude-haiku-4-5-20251001-v1:0"})

    assert answer["Status"] == "FAILED"
    assert "whose id has a prefix such as us., eu. or global." in answer["Reason"]


def test_an_sdk_without_the_invocation_type_is_named(world: World) -> None:
    world.bedrock.fault("create_model_invocation_job", ParamValidationError(report="Unknown parameter"))

    assert "Use a newer Lambda runtime" in world.create()["Reason"]


def _role_not_assumable() -> ClientError:
    error = {"Code": "ValidationException", "Message": "Could not assume provided IAM role"}
    refusal: ClientError = ClientError({"Error": error}, "CreateModelInvocationJob")
    return refusal


def _start_by_hand(world: World, **members: str) -> None:
    job = properties()["Job"]
    world.bedrock.create_model_invocation_job(
        roleArn=job["roleArn"],
        modelId=job["modelId"],
        modelInvocationType="Converse",
        inputDataConfig=job["inputDataConfig"],
        outputDataConfig={"s3OutputDataConfig": {"s3Uri": "s3://elsewhere/"}},
        **members,
    )
