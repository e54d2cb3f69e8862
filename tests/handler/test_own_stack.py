"""The function serves one stack: events of others and addresses that are not CloudFormation's are refused."""

from typing import Any

import pytest

from handler.runtime import Context
from handler.world import ACCOUNT, OWN_STACK, REGION, STACK_ID, World, properties
from model_invocation_job.core.errors import ForeignEventError
from model_invocation_job.core.own_stack import OwnStack
from model_invocation_job.invocation import Invocation

NAME = "cloudformation-custom-resource-response-"
QUERY = "arn?X-Amz-Signature=5ec7e7"
UUID = STACK_ID.rsplit("/", 1)[-1]
# What whoever may invoke the function could put into an event to reach beyond the stack.
FORGED: dict[str, Any] = {
    "no stack": None,
    "an empty name": "",
    "a number": 1,
    "a list that holds it": [STACK_ID],
    "the stack's name alone": "Reports",
    "another stack": STACK_ID.replace("Reports", "Billing"),
    "the stack before it was deleted and made anew": STACK_ID.replace(UUID, UUID[::-1]),
    "another account": STACK_ID.replace(ACCOUNT, "444455556666"),
    "another Region": STACK_ID.replace(REGION, "eu-west-1"),
    "another partition": STACK_ID.replace("arn:aws:", "arn:aws-cn:"),
    "a pattern": STACK_ID.replace("Reports", "*"),
    "more than its name": f"{STACK_ID} ",
}
ADDRESSES = {
    "a foreign host": f"https://example.org/{QUERY}",
    "a foreign bucket": f"https://evil.s3.{REGION}.amazonaws.com/{QUERY}",
    "a bucket with nearly that name": f"https://{NAME}useast1x.s3.{REGION}.amazonaws.com/{QUERY}",
    "a bucket of another Region": f"https://{NAME}euwest1.s3.eu-west-1.amazonaws.com/{QUERY}",
    "a bucket of another Region by a name of this one": f"https://{NAME}euwest1.s3.{REGION}.amazonaws.com/{QUERY}",
    "the bucket in another Region": f"https://{NAME}useast1.s3.eu-west-1.amazonaws.com/{QUERY}",
    "another partition": f"https://{NAME}useast1.s3.{REGION}.amazonaws.com.cn/{QUERY}",
    "a longer name": f"https://{NAME}useast1.s3.{REGION}.amazonaws.com.example.org/{QUERY}",
    "a dot at the end": f"https://{NAME}useast1.s3.{REGION}.amazonaws.com./{QUERY}",
    "an access point": f"https://{NAME}useast1.s3-accesspoint.{REGION}.amazonaws.com/{QUERY}",
    "a user": f"https://{NAME}useast1.s3.{REGION}.amazonaws.com@example.org/{QUERY}",
    "a user of the right host": f"https://user@{NAME}useast1.s3.{REGION}.amazonaws.com/{QUERY}",
    "another port": f"https://{NAME}useast1.s3.{REGION}.amazonaws.com:444/{QUERY}",
    "a port that is none": f"https://{NAME}useast1.s3.{REGION}.amazonaws.com:99999/{QUERY}",
    "no TLS": f"http://{NAME}useast1.s3.{REGION}.amazonaws.com/{QUERY}",
    "loopback": f"http://localhost:1/{QUERY}",
    "instance metadata": f"http://169.254.169.254/latest/meta-data?{QUERY}",
    "another scheme": f"ftp://{NAME}useast1.s3.{REGION}.amazonaws.com/{QUERY}",
    "a backslash": f"https://example.org\\@{NAME}useast1.s3.{REGION}.amazonaws.com/{QUERY}",
    "half an address": f"https://[{QUERY}",
    "a path of another alphabet": f"https://{NAME}useast1.s3.{REGION}.amazonaws.com/\u00e9?{QUERY}",
    "a path with a blank": f"https://{NAME}useast1.s3.{REGION}.amazonaws.com/a b?{QUERY}",
    "a path with a line break": f"https://{NAME}useast1.s3.{REGION}.amazonaws.com/a\r\nHost: b?{QUERY}",
    "a path": f"/{QUERY}",
}


@pytest.fixture
def with_a_job(world: World) -> World:
    world.create()
    return world


def run(world: World, event: dict[str, Any]) -> None:
    def no_delivery(*_: Any) -> None:
        pytest.fail("an answer was sent")

    Invocation(world, OWN_STACK, world.clock, no_delivery).run(event, Context())


@pytest.mark.parametrize("request_type", ["Create", "Update", "Delete"])
@pytest.mark.parametrize("kind", FORGED)
def test_an_event_of_no_stack_or_of_another_does_nothing(with_a_job: World, kind: str, request_type: str) -> None:
    """Scenario 91."""
    job_arn, calls = with_a_job.answers[0]["PhysicalResourceId"], with_a_job.calls()
    old = {"PhysicalResourceId": job_arn, "OldResourceProperties": properties(RunId="0")}
    event = with_a_job.event(request_type, StackId=FORGED[kind], **old)

    run(with_a_job, event)

    assert with_a_job.calls() == calls
    assert with_a_job.live() == [job_arn]


@pytest.mark.parametrize("event", [None, [], "StackId", 1, {}, [{"StackId": STACK_ID}]], ids=ascii)
def test_what_is_no_event_does_nothing(world: World, event: Any, capsys: pytest.CaptureFixture[str]) -> None:
    run(world, event)

    assert world.calls() == []
    assert "event refused" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ADDRESSES)
def test_an_event_with_another_address_does_nothing_and_names_its_host(
    world: World, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(world, world.event("Create", ResponseURL=ADDRESSES[kind]))

    printed = capsys.readouterr().out
    assert world.calls() == []
    assert "event refused" in printed
    assert "5ec7e7" not in printed
    if "foreign" in kind:
        assert ADDRESSES[kind].split("/")[2] in printed


def test_a_refused_host_is_cut_and_cannot_break_the_log(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    run(world, world.event("Create", ResponseURL=f"https://{'a' * 5000}\u2028/x"))

    (line,) = capsys.readouterr().out.splitlines()
    assert len(line) < 600


@pytest.mark.parametrize(
    ("region", "suffix", "host"),
    [
        ("us-east-1", "amazonaws.com", f"{NAME}useast1.s3.amazonaws.com"),
        ("us-east-1", "amazonaws.com", f"{NAME}useast1.s3.us-east-1.amazonaws.com"),
        ("us-east-1", "amazonaws.com", f"{NAME}useast1.s3.us-east-1.amazonaws.com:443"),
        ("eu-west-1", "amazonaws.com", f"{NAME}euwest1.s3-eu-west-1.amazonaws.com"),
        ("eu-west-1", "amazonaws.com", f"{NAME}EUWEST1.s3.eu-west-1.AMAZONAWS.com"),
        ("cn-north-1", "amazonaws.com.cn", f"{NAME}cnnorth1.s3.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", "amazonaws.com", f"{NAME}usgovwest1.s3.us-gov-west-1.amazonaws.com"),
        ("us-iso-east-1", "c2s.ic.gov", f"{NAME}usisoeast1.s3.us-iso-east-1.c2s.ic.gov"),
        ("eusc-de-east-1", "amazonaws.eu", f"{NAME}euscdeeast1.s3.eusc-de-east-1.amazonaws.eu"),
    ],
)
def test_the_response_bucket_of_the_own_region_is_answered_in_each_partition(
    region: str, suffix: str, host: str
) -> None:
    OwnStack(STACK_ID.replace(REGION, region), suffix).check_address(f"https://{host}/{QUERY}")


def test_the_global_endpoint_is_that_of_one_region_alone() -> None:
    other = OwnStack(STACK_ID.replace(REGION, "eu-west-1"), "amazonaws.com")

    with pytest.raises(ForeignEventError, match="its host is"):
        other.check_address(f"https://{NAME}euwest1.s3.amazonaws.com/{QUERY}")


@pytest.mark.parametrize(
    ("address", "is_taken"),
    [
        ("http://127.0.0.1:4566/x", True),
        ("http://localhost:4566/x", True),
        ("http://127.0.0.1:4567/x", False),
        ("http://user@127.0.0.1:4566/x", False),
        ("ftp://127.0.0.1:4566/x", False),
        ("https://127.0.0.1:4566/x", False),
        ("http://127.0.0.2:4566/x", False),
    ],
)
def test_the_embedded_aws_is_answered_where_the_sdk_finds_it(address: str, is_taken: bool) -> None:
    own = OwnStack(STACK_ID, "amazonaws.com", "http://127.0.0.1:4566")

    if is_taken:
        own.check_address(address)
    else:
        with pytest.raises(ForeignEventError):
            own.check_address(address)


_ENVIRONMENT = {"STACK_ID": STACK_ID, "URL_SUFFIX": "amazonaws.com"}


def test_the_environment_tells_the_own_stack() -> None:
    assert OwnStack.of_environment(_ENVIRONMENT) == OWN_STACK


def test_the_environment_tells_where_the_sdk_is_pointed_to() -> None:
    endpoint = "http://127.0.0.1:4566"

    assert OwnStack.of_environment(_ENVIRONMENT | {"AWS_ENDPOINT_URL": endpoint}).endpoint_url == endpoint


@pytest.mark.parametrize("missing", ["STACK_ID", "URL_SUFFIX"])
def test_a_function_that_was_not_told_its_stack_serves_nobody(missing: str) -> None:
    with pytest.raises(KeyError):
        OwnStack.of_environment({name: value for name, value in _ENVIRONMENT.items() if name != missing})
