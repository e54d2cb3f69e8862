"""Outages of operations and the rate limit, at Bedrock and at CloudFormation."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.model import OperationNotFoundError
from engine.jobs import client_of, create, get, names, refusal, request

from bedrock_batch_local import BatchEngine, InProcessClient, ManualClock, Outage, Quirks
from bedrock_batch_local.engine.faults import Faults
from handler.cloudformation import StackStates, StackView


def world(clock: ManualClock, *outages: Outage, rate: float | None = None) -> tuple[BatchEngine, InProcessClient]:
    engine = BatchEngine(clock, quirks=Quirks(outages=outages, calls_per_second=rate))
    return engine, client_of(engine)


def stacks(engine: BatchEngine, clock: ManualClock) -> StackStates:
    return StackStates({"S": StackView("CREATE_COMPLETE")}, Faults(clock), clock.advance, engine.availability)


def code(call: Callable[..., Any], **arguments: Any) -> str:
    """The code of the error that a call is answered with, nothing for a good answer."""
    try:
        call(**arguments)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


def test_an_operation_does_not_work_between_two_moments(clock: ManualClock) -> None:
    _, client = world(clock, Outage("GetModelInvocationJob", 10, 20, "InternalServerException"))
    arn, found = create(client), []
    for _ in range(5):
        found.append(code(client.get_model_invocation_job, jobIdentifier=arn))
        assert names(client) == ["nightly-1"]  # no outage of List
        clock.advance(5)

    assert found == ["", "", "InternalServerException", "InternalServerException", ""]


def test_a_call_in_an_outage_may_have_its_effect_all_the_same(clock: ManualClock) -> None:
    before = Outage("CreateModelInvocationJob", 0, 10, "ThrottlingException")
    after = Outage("CreateModelInvocationJob", 10, 20, "ThrottlingException", when="after")
    engine, client = world(clock, before, after)

    assert code(client.create_model_invocation_job, **request()) == "ThrottlingException"
    assert engine.bill().started == 0
    clock.advance(10)
    assert code(client.create_model_invocation_job, **request()) == "ThrottlingException"
    assert engine.bill().started == 1


def test_an_outage_may_last_and_its_times_count_from_the_making_of_the_engine(clock: ManualClock) -> None:
    clock.advance(1_000_000)
    _, client = world(clock, Outage("StopModelInvocationJob", 60, math.inf, "AccessDeniedException"))
    arn = create(client)
    assert code(client.stop_model_invocation_job, jobIdentifier=arn) == ""
    clock.advance(60)

    assert refusal(client.stop_model_invocation_job, jobIdentifier=arn) == (
        "AccessDeniedException",
        "User is not authorized to perform: bedrock:StopModelInvocationJob"
        " because no identity-based policy allows the bedrock:StopModelInvocationJob action",
    )
    clock.advance(10_000_000)
    assert code(client.stop_model_invocation_job, jobIdentifier=arn) == "AccessDeniedException"


@pytest.mark.parametrize("status", [200, 502])
def test_a_proxy_may_answer_in_place_of_the_service(clock: ManualClock, status: int) -> None:
    _, client = world(clock, Outage("GetModelInvocationJob", 0, 10, f"ProxyPage{status}"))
    arn = create(client)

    if status == 200:
        assert set(get(client, arn)) == {"ResponseMetadata", "message"}
    else:
        assert code(client.get_model_invocation_job, jobIdentifier=arn) == "502"
    clock.advance(10)
    assert get(client, arn)["status"] == "Submitted"


def test_describe_stacks_has_outages_before_and_after_its_effect(clock: ManualClock) -> None:
    outages = [
        Outage("DescribeStacks", 0, 10, "AccessDenied"),
        Outage("DescribeStacks", 10, 20, "InternalFailure", when="after"),
        Outage("DescribeStacks", 20, 30, "ProxyPage502"),
    ]
    cloudformation, found = stacks(world(clock, *outages)[0], clock), []
    for _ in range(4):
        found.append(code(cloudformation.describe_stacks, StackName="S"))
        clock.advance(10)

    assert found == ["AccessDenied", "InternalFailure", "502", ""]
    assert code(cloudformation.describe_stacks, StackName="T") == "ValidationError"


@pytest.mark.parametrize(
    ("error", "status"), [("AccessDenied", 403), ("InternalFailure", 500), ("ServiceUnavailable", 503)]
)
def test_an_error_that_only_cloudformation_has_comes_with_its_status(
    clock: ManualClock, error: str, status: int
) -> None:
    engine, _ = world(clock, Outage("DescribeStacks", 0, math.inf, error))
    with pytest.raises(ClientError) as raised:
        stacks(engine, clock).describe_stacks(StackName="S")

    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_a_stack_that_no_engine_speaks_for_is_always_told_of(clock: ManualClock) -> None:
    cloudformation = StackStates({"S": StackView("CREATE_COMPLETE")}, Faults(clock), clock.advance)

    assert cloudformation.describe_stacks(StackName="S")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"


@pytest.mark.parametrize("rate", [None, 2.0, 10.0])
def test_each_operation_takes_so_many_calls_a_second_of_all_callers(clock: ManualClock, rate: float | None) -> None:
    engine, client = world(clock, rate=rate)
    other = InProcessClient(engine, account="999999999999", region="us-east-1")
    found = []
    for _ in range(50):  # ten seconds, in which two callers ask five times a second
        found += [code(caller.list_model_invocation_jobs) for caller in (client, other)]
        clock.advance(0.2)

    assert found.count("") == {None: 100, 2.0: 17, 10.0: 50}[rate]
    assert set(found) == ({""} if rate is None else {"", "ThrottlingException"})


def test_calls_at_the_limit_get_through_and_operations_do_not_share_it(clock: ManualClock) -> None:
    _, client = world(clock, rate=10.0)
    arn = create(client)
    for _ in range(100):
        assert code(client.list_model_invocation_jobs) == ""
        assert code(client.get_model_invocation_job, jobIdentifier=arn) == ""
        clock.advance(0.1)


def test_describe_stacks_has_its_own_limit_and_its_own_word_for_it(clock: ManualClock) -> None:
    engine, client = world(clock, rate=1.0)
    names(client)
    found = [code(stacks(engine, clock).describe_stacks, StackName="S") for _ in range(2)]
    clock.advance(1)

    assert [*found, code(stacks(engine, clock).describe_stacks, StackName="S")] == ["", "Throttling", ""]


def test_fails_for_an_outage_that_could_strike_nothing() -> None:
    with pytest.raises(OperationNotFoundError):
        Outage("GetModelInvocation", 0, 10, "ThrottlingException")
    with pytest.raises(ValueError, match=r"^end must be later than begin \(10\), got 10$"):
        Outage("GetModelInvocationJob", 10, 10, "ThrottlingException")
