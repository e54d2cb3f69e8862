"""No secret leaves the handler: all that it reads holds some, and all that it says is searched."""

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from handler.flow import Flow
from handler.flows import FLOWS
from handler.world import OWN_STACK, World, build_world, properties
from model_invocation_job.invocation import Invocation

SIGNATURE, SECRET_KEY = "5ec7e7", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"
PROMPT = "Summarize the diagnosis of Jane Doe"
ADDRESS = (
    "https://cloudformation-custom-resource-response-useast1.s3.us-east-1.amazonaws.com/x"
    f"?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature={SIGNATURE}&X-Amz-Security-Token={SECRET_KEY}"
)
_FORBIDDEN = re.compile(
    rf"X-Amz-|Signature|\b(?:AKIA|ASIA)[A-Z0-9]{{16}}\b|{SIGNATURE}|{SECRET_KEY}|Jane Doe", re.IGNORECASE
)


def assert_clean(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    captured = capsys.readouterr()
    said = [*captured.out.splitlines(), *captured.err.splitlines(), *(body.decode() for body in world.bodies)]
    assert said
    assert [line for line in said if _FORBIDDEN.search(line)] == []


@pytest.mark.parametrize("name", FLOWS)
def test_no_way_through_the_handler_says_a_secret(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Events carry a prompt and credentials where only a careless line would print them."""

    def with_secrets(world: World) -> None:
        build = world.event

        def event(request_type: str, **members: Any) -> dict[str, Any]:
            made = build(request_type, **members)
            planted = {"Comment": PROMPT, "Credentials": {"aws_secret_access_key": SECRET_KEY}}
            job = made["ResourceProperties"]["Job"]
            if isinstance(job, dict):
                tags = [*(job["tags"] or []), {"key": "prompt", "value": PROMPT}, {"key": "key", "value": SECRET_KEY}]
                planted["ResourceProperties"] = made["ResourceProperties"] | {"Job": job | {"tags": tags}}
            return made | planted

        world.event = event  # type: ignore[method-assign]  # every event of the story gets the secrets
        FLOWS[name].tell(world)

    assert_clean(Flow(with_secrets, FLOWS[name].engine).run(), capsys)


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError(f"{ADDRESS} {PROMPT}"),
        OSError(f"PUT {ADDRESS} {SECRET_KEY}"),
        KeyError(PROMPT),
        ClientError({"Error": {"Code": "ValidationException", "Message": f"cannot read {ADDRESS}"}}, "Create"),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize(
    "operation", ["list_model_invocation_jobs", "create_model_invocation_job", "get_model_invocation_job"]
)
def test_an_exception_that_holds_secrets_is_told_without_them(
    error: Exception, operation: str, capsys: pytest.CaptureFixture[str]
) -> None:
    world = build_world()
    world.bedrock.fault(operation, error, times=1000)
    world.deliver(world.event("Create", ResponseURL=ADDRESS))

    assert_clean(world, capsys)


@pytest.mark.parametrize("member", ["RequestType", "StackId", "RequestId", "ResourceProperties", "ResponseURL"])
def test_an_event_that_cannot_be_read_is_refused_without_a_word_of_it(
    member: str, capsys: pytest.CaptureFixture[str]
) -> None:
    world = build_world()
    stolen = ADDRESS.replace("amazonaws.com", "example.org")
    value = {"ResourceProperties": PROMPT, "ResponseURL": stolen, "RequestType": PROMPT}.get(member, "")
    Invocation(world, OWN_STACK, world.clock).run(world.event("Create") | {member: value}, None)

    assert_clean(world, capsys)
    assert world.bedrock.calls == []


def test_a_message_of_the_engine_with_an_address_is_told_without_it(capsys: pytest.CaptureFixture[str]) -> None:
    world = build_world()
    get = world.bedrock.get_model_invocation_job
    failed = {"status": "Failed", "message": f"cannot read {ADDRESS}"}
    world.bedrock.get_model_invocation_job = lambda **kwargs: get(**kwargs) | failed  # type: ignore[method-assign]  # the job's own end
    answer = world.create(Gate="VALIDATED")

    assert answer["Status"] == "FAILED"
    assert_clean(world, capsys)


def test_the_search_finds_what_it_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    world = build_world()
    world.deliver(world.event("Create", ResourceProperties=properties()))
    print(f"careless: {ADDRESS}")

    with pytest.raises(AssertionError):
        assert_clean(world, capsys)
