"""What no ordinary story of a stack meets: rare answers of the services, and the last lines before the network."""

import http.client
import importlib
import random
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from handler.flows import NO_JOB, OTHER_RUN, by_hand, created, operator_stops
from handler.test_answer import an_event
from handler.world import REGION, STACK_ID, Context, World, build_world, properties
from model_invocation_job import clients, delivery
from model_invocation_job.answer import Answer, Status
from model_invocation_job.bedrock import Jobs
from model_invocation_job.deadline import Deadline, SystemClock
from model_invocation_job.decisions import Adopt, Start, decide
from model_invocation_job.delivery import DeliveryError, RefusedDeliveryError, deliver
from model_invocation_job.event import MalformedEventError, ResourceEvent
from model_invocation_job.identity import ResourceIdentity, RunIdentity
from model_invocation_job.invocation import Invocation, _Outbox
from model_invocation_job.retries import Backoff, error_code, error_message
from model_invocation_job.spec import tags_of
from model_invocation_job.stack import Direction

RUN = RunIdentity(ResourceIdentity(STACK_ID, "TicketsE1"), {"runId": "1"})
ADDRESS = "https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com:444/a"


class Wire:
    """Stands for a connection: answers with one status after another, or breaks."""

    def __init__(self, *outcomes: int | Exception) -> None:
        self.outcomes = list(outcomes)
        self.made: list[tuple[Any, ...]] = []
        self.sent: list[tuple[Any, ...]] = []
        self.status = 0

    def __call__(self, host: str, port: int | None, **options: Any) -> "Wire":
        self.made.append((host, port, options))
        return self

    def request(self, *arguments: Any) -> None:
        self.sent.append(arguments)

    def getresponse(self) -> "Wire":
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        self.status = outcome
        return self

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    wire = Wire()
    monkeypatch.setattr(http.client, "HTTPSConnection", wire)
    return wire


def test_an_answer_goes_out_over_tls_that_is_checked_and_within_ten_seconds(wire: Wire) -> None:
    wire.outcomes = [200]
    deliver(ADDRESS, b"{}", lambda _: None)
    ((host, port, options),) = wire.made

    assert (host, port, options["timeout"]) == (ADDRESS.split("/")[2].split(":", maxsplit=1)[0], 444, 10)
    assert options["context"].verify_mode is ssl.CERT_REQUIRED
    assert wire.sent == [("PUT", "/a", b"{}", {"Content-Type": "", "Content-Length": "2"})]


def test_a_connection_on_loopback_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire(200)
    monkeypatch.setattr(http.client, "HTTPConnection", wire)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    deliver("http://localhost:4566/a?b", b"{}", lambda _: None)

    assert wire.made == [("localhost", 4566, {"timeout": 10})]
    assert wire.sent[0][1] == "/a?b"


def test_a_broken_connection_is_tried_again_with_waits_that_double(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)
    wire.outcomes = [*[OSError("x")] * 4, http.client.BadStatusLine("x")]
    waits: list[float] = []
    with pytest.raises(DeliveryError, match=r"^CloudFormation could not be told: BadStatusLine$"):
        deliver(ADDRESS, b"{}", waits.append)

    assert waits == [0.5, 1.0, 2.0, 4.0]


@pytest.mark.parametrize("status", [400, 403, 499])
def test_a_refusal_is_told_by_its_status(wire: Wire, status: int) -> None:
    wire.outcomes = [status]
    with pytest.raises(RefusedDeliveryError, match=f"^CloudFormation refuses the answer: HTTP {status}$"):
        deliver(ADDRESS, b"{}", lambda _: None)


@pytest.mark.parametrize("status", [300, 399, 500])
def test_anything_but_success_and_refusal_is_tried_again(wire: Wire, status: int) -> None:
    wire.outcomes = [status] * 5
    with pytest.raises(DeliveryError, match=f"^CloudFormation could not be told: HTTP {status}$"):
        deliver(ADDRESS, b"{}", lambda _: None)

    assert len(wire.sent) == 5


def test_an_answer_of_the_watchdog_that_is_not_delivered_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    def fails(_: bytes) -> None:
        raise DeliveryError("HTTP 500")

    _Outbox(an_event(), fails).send_late(Answer(Status.FAILED, "id"))

    assert capsys.readouterr().out == '{"message": "answer not delivered", "reason": "HTTP 500"}\n'


def test_the_entry_point_hands_the_event_to_an_invocation_with_real_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    index = importlib.import_module("model_invocation_job.index")
    seen: list[Any] = []

    class Spy(Invocation):
        def run(self, raw_event: Any, context: Any) -> None:
            seen.extend([self._clients, raw_event, context])

    monkeypatch.setattr(index, "Invocation", Spy)
    event: dict[str, Any] = {"RequestType": "Create"}
    context = Context()
    index.handler(event, context)

    assert isinstance(seen[0], clients.AwsClients)
    assert seen[1] is event
    assert seen[2] is context


def test_the_clients_are_bounded_and_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": REGION}.items():
        monkeypatch.setenv(name, value)
    aws = clients.AwsClients()

    assert aws.bedrock is aws.bedrock
    for client, service in ((aws.bedrock, "bedrock"), (aws.cloudformation, "cloudformation")):
        assert client.meta.service_model.service_name == service
        assert (client.meta.config.connect_timeout, client.meta.config.read_timeout) == (5, 20)


def test_the_time_of_day_has_its_zone() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("query", "issued"),
    [
        ("X-Amz-Date=20261123T120000Z", datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("Expires=7200", datetime.fromtimestamp(0, UTC)),
        ("Expires=soon", None),
        ("X-Amz-Date=today", None),
        ("Expires=" + "9" * 30, None),
        ("", None),
    ],
)
def test_the_time_of_a_request_is_read_from_its_signature(query: str, issued: datetime | None) -> None:
    event = build_world().event("Create", ResponseURL=f"{ADDRESS}?{query}")

    assert ResourceEvent.parse(event).issued_at == issued


def test_a_listing_is_read_page_after_page(world: World) -> None:
    pages: Iterator[dict[str, Any]] = iter(
        [
            {"nextToken": "second"},
            {"invocationJobSummaries": [{"jobName": RUN.name("x", 7)}, {"jobName": f"{RUN.key}-by-hand"}]},
        ]
    )
    asked: list[dict[str, Any]] = []

    def page(**kwargs: Any) -> dict[str, Any]:
        asked.append(dict(kwargs))
        return next(pages)

    world.bedrock.list_model_invocation_jobs = page  # type: ignore[method-assign]  # two pages without a thousand jobs
    jobs = Jobs(world.bedrock, Deadline(world.clock, 60)).of_run(RUN)

    assert [RUN.attempt_of(job["jobName"]) for job in jobs] == [7]
    assert [one.get("nextToken") for one in asked] == [None, "second"]
    assert {(one["nameContains"], one["maxResults"]) for one in asked} == {(RUN.key, 1000)}


def test_a_job_with_another_name_counts_for_nothing() -> None:
    jobs = [{"jobArn": "x", "jobName": "somebody-elses", "status": "InProgress"}]

    assert decide(RUN, jobs, Direction.FORWARD, None) == Start(1)


@pytest.mark.parametrize(("seconds", "is_adopted"), [(-5, True), (-5.001, False), (0, True)])
def test_a_dead_job_is_of_this_request_up_to_five_seconds_before_it(seconds: float, *, is_adopted: bool) -> None:
    issued = datetime(2026, 11, 23, tzinfo=UTC)
    job = {
        "jobArn": "x",
        "jobName": RUN.name("x", 1),
        "status": "Failed",
        "submitTime": issued + timedelta(seconds=seconds),
    }

    assert isinstance(decide(RUN, [job], Direction.FORWARD, issued), Adopt) is is_adopted


def test_of_several_dead_attempts_the_newest_is_shown_by_a_stack_that_unwinds() -> None:
    old = datetime(2026, 1, 1, tzinfo=UTC)
    jobs = [
        {"jobArn": str(number), "jobName": RUN.name("x", number), "status": "Failed", "submitTime": old}
        for number in (2, 10, 1)
    ]
    decision = decide(RUN, jobs, Direction.UNWINDING, old + timedelta(days=1))

    assert isinstance(decision, Adopt)
    assert decision.job["jobArn"] == "10"


def test_a_job_without_a_name_is_nobodys() -> None:
    resource = ResourceIdentity(STACK_ID, "TicketsE1")

    assert not resource.made({})
    assert not resource.is_local("not-started:0123456789abcdef")
    assert RUN.attempt_of("x") is None


def test_tags_that_cannot_be_read_count_as_none() -> None:
    assert tags_of({"Job": "?"}) == {}
    assert tags_of({"Job": {"tags": [{"key": "a"}]}}) == {"a": ""}


def test_an_error_without_a_body_has_empty_words() -> None:
    bare: ClientError = ClientError({"Error": {}}, "X")
    bare.response = {}

    assert (error_code(bare), error_message(bare)) == ("", "")
    bare.response = {"Error": {}}
    assert (error_code(bare), error_message(bare)) == ("", "")


def test_waits_are_drawn_between_half_and_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[float, float]] = []
    monkeypatch.setattr(random, "uniform", lambda low, high: drawn.append((low, high)) or high)  # type: ignore[func-returns-value]  # append and go on
    backoff = Backoff(first=1.0, longest=3.0)

    assert [backoff.next(), backoff.next(), backoff.next(), backoff.next()] == [1.0, 2.0, 3.0, 3.0]
    assert drawn == [(0.5, 1.0)] * 4


def test_a_job_without_tags_has_none(world: World) -> None:
    world.bedrock.list_tags_for_resource = lambda **_: {}  # type: ignore[method-assign]  # a member left out

    assert Jobs(world.bedrock, Deadline(world.clock, 60)).tags_of(NO_JOB) == {}


def test_a_token_that_always_brings_back_dead_jobs_ends_after_five_tries(world: World) -> None:
    dead = created(world)
    operator_stops(world, dead)
    world.bedrock.create_model_invocation_job = lambda **_: {"jobArn": dead}  # type: ignore[method-assign]  # every token is an old one
    world.bedrock.list_model_invocation_jobs = lambda **_: {"invocationJobSummaries": []}  # type: ignore[method-assign]  # a list that lags
    answer = world.create()

    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == ("Bedrock answers every attempt at this run with a job that ended before; raise run_id.")


@pytest.mark.parametrize("is_listed", [True, False])
def test_a_reply_without_an_arn_leads_to_the_job_by_its_name(world: World, *, is_listed: bool) -> None:
    start = world.bedrock.create_model_invocation_job
    world.bedrock.create_model_invocation_job = lambda **kwargs: start(**kwargs) | {"jobArn": ""}  # type: ignore[method-assign]  # a reply that says nothing
    if not is_listed:
        world.bedrock.list_model_invocation_jobs = lambda **_: {"invocationJobSummaries": []}  # type: ignore[method-assign]  # a list that lags
    answer = world.create()

    assert world.started == 1
    if is_listed:
        assert answer["PhysicalResourceId"] == world.live()[0]
    else:
        assert answer["Reason"] == "Bedrock accepted the request but shows no job for it."


@pytest.mark.parametrize("is_listed", [True, False])
def test_a_name_in_use_by_the_same_event_delivered_twice_leads_to_its_job(world: World, *, is_listed: bool) -> None:
    first = created(world)
    looks: list[dict[str, Any]] = []
    look = world.bedrock.list_model_invocation_jobs

    def lagging(**page: Any) -> dict[str, Any]:
        looks.append(page)
        return look(**page) if is_listed and len(looks) > 3 else {"invocationJobSummaries": []}

    world.bedrock.list_model_invocation_jobs = lagging  # type: ignore[method-assign]  # a list that lags, or never shows it
    error = {"Code": "ConflictException", "Message": "The name is currently in use by another job."}
    world.bedrock.fault("create_model_invocation_job", ClientError({"Error": error}, "CreateModelInvocationJob"))
    answer = world.create()

    assert answer["PhysicalResourceId"] == first if is_listed else answer["Status"] == "FAILED"
    assert is_listed or "ConflictException" in answer["Reason"]


def test_a_rollback_returns_to_the_newest_attempt_at_a_run(world: World) -> None:
    first = created(world)
    operator_stops(world, first)
    second = created(world)
    world.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    restored = world.update(second, properties(**OTHER_RUN), properties())

    assert restored["PhysicalResourceId"] == second
    assert restored["Data"]["JobName"].endswith("-2")


def test_an_update_that_finds_the_recorded_job_itself_needs_no_second_look_at_the_stack(world: World) -> None:
    """What an older version declared cannot be read, so the run is looked for, and is there already."""
    arn = created(world)
    world.cloudformation.status = "UPDATE_IN_PROGRESS"
    looks = len(world.cloudformation.calls)
    answer = world.update(arn, {"Job": "?"}, properties())

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", arn)
    assert len(world.cloudformation.calls) == looks + 1
    assert world.started == 1


def test_an_update_of_an_id_that_is_no_job_keeps_it(world: World) -> None:
    answer = world.update("not-started:0123456789abcdef", properties(), properties())

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "not-started:0123456789abcdef")
    assert answer["Data"]["JobName"] == "tickets-7f06200f437e3161-1"
    assert world.bedrock.calls == []


def test_a_create_of_a_stack_that_unwinds_stops_what_an_earlier_delivery_started(world: World) -> None:
    event = world.event("Create")
    arn = world.deliver(event)["PhysicalResourceId"]
    world.cloudformation.status = "ROLLBACK_IN_PROGRESS"
    world.clock.sleep(60)
    answer = world.deliver(event)

    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == "the stack is rolling back or being deleted, so nothing was started."
    assert world.status(arn) == "Stopping"


def test_a_stopped_job_that_cannot_be_read_any_more_counts_as_ended(world: World) -> None:
    arn = created(world)
    stop = world.bedrock.stop_model_invocation_job

    def stop_and_fail(**kwargs: Any) -> dict[str, Any]:
        answer = stop(**kwargs)
        world.bedrock.fault("get_model_invocation_job", "AccessDeniedException", times=1000)
        return answer

    world.bedrock.stop_model_invocation_job = stop_and_fail  # type: ignore[method-assign]  # rights that go meanwhile

    assert world.delete(arn)["Status"] == "SUCCESS"


def test_a_failed_job_without_a_message_is_told_as_such(world: World) -> None:
    get = world.bedrock.get_model_invocation_job

    def failed(**kwargs: Any) -> dict[str, Any]:
        job = {name: value for name, value in get(**kwargs).items() if name != "message"}
        return job | {"status": "Failed"}

    world.bedrock.get_model_invocation_job = failed  # type: ignore[method-assign]  # the job's own end

    assert world.create(Gate="VALIDATED")["Reason"].endswith(" failed: Bedrock gives no reason.")


def test_a_job_that_differs_in_two_members_is_refused_by_both(world: World) -> None:
    elsewhere = {"s3OutputDataConfig": {"s3Uri": "s3://elsewhere/"}}
    arn = by_hand(world, modelId="amazon.nova-lite-v1:0", outputDataConfig=elsewhere)

    assert "differs in modelId, outputDataConfig.s3Uri, so it" in world.create(AdoptJobArn=arn)["Reason"]


@pytest.mark.parametrize("subnets", [["subnet-1", ""], ["subnet-1", {"Ref": "x"}], [], "subnet-1"])
def test_a_list_with_anything_but_filled_strings_is_refused(world: World, subnets: Any) -> None:
    answer = world.create(Job={"vpcConfig": {"subnetIds": subnets, "securityGroupIds": ["sg-1"]}})

    assert "property Job.vpcConfig.subnetIds must be a list of strings with at least one item" in answer["Reason"]


def test_the_watchdogs_answer_is_whole_sentences() -> None:
    from model_invocation_job.invocation import _out_of_time  # noqa: PLC0415 - private, for this one text

    assert _out_of_time(an_event()).reason == (
        "AWS did not answer in time. A job may have been accepted meanwhile;"
        " the clean-up that follows finds it by its name and stops it."
    )


def test_a_member_of_the_wrong_type_is_named() -> None:
    with pytest.raises(MalformedEventError, match=r"^OldResourceProperties is not an object$"):
        ResourceEvent.parse(build_world().event("Update", OldResourceProperties="x"))


def test_nothing_but_cloudformations_own_bucket_is_answered() -> None:
    with pytest.raises(RefusedDeliveryError, match=r"^ResponseURL does not name CloudFormation's response bucket$"):
        delivery.check_address("https://example.org/x")
