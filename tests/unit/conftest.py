"""What the tests of the construct library share: a stack, records, a short way to declare a job, snapshots."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

# CDK checks each template against CloudFormation's rules, which takes seconds; test_app.py does it once, for the app.
os.environ.setdefault("CDK_VALIDATION", "false")

from aws_cdk import App, Stack
from aws_cdk.assertions import Template

from cdk_bedrock_batch import BatchModel, JobInput, ModelInvocationJob, Outcome
from unit.templates import as_text, is_service_role

_SNAPSHOTS = Path(__file__).parent / "snapshots"
_ASSET_HASH = re.compile(r"[0-9a-f]{64}")


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def stack(app: App) -> Stack:
    return Stack(app, "Stack")


@pytest.fixture(scope="session")
def prompts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One hundred records, the fewest that a batch may have."""
    path = tmp_path_factory.mktemp("prompts") / "prompts.jsonl"
    bodies = ({"messages": [{"role": "user", "content": [{"text": f"{number}"}]}]} for number in range(100))
    records = ({"recordId": f"record-{number:03}", "modelInput": body} for number, body in enumerate(bodies))
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


@pytest.fixture
def declare(stack: Stack, prompts: Path) -> Callable[..., ModelInvocationJob]:
    """Declare a job in `stack` with any options; a foundation model over `prompts` unless they say otherwise."""

    def job(construct_id: str = "Job", **options: Any) -> ModelInvocationJob:
        options.setdefault("model", BatchModel.from_model_id("amazon.nova-lite-v1:0"))
        options.setdefault("input", JobInput.from_file(prompts))
        return ModelInvocationJob(options.pop("scope", stack), construct_id, **options)

    return job


@pytest.fixture
def told(declare: Callable[..., ModelInvocationJob]) -> Callable[..., ModelInvocationJob]:
    """Declare a job whose outcomes are told, with any options."""

    def job(construct_id: str = "Job", **options: Any) -> ModelInvocationJob:
        return declare(construct_id, **{"outcome": Outcome(), **options})

    return job


@pytest.fixture
def job_properties(stack: Stack) -> Callable[[], dict[str, Any]]:
    """The properties of the only job in `stack`."""

    def properties() -> dict[str, Any]:
        jobs = Template.from_stack(stack).find_resources("Custom::BedrockModelInvocationJob")
        (job,) = jobs.values()
        found: dict[str, Any] = as_text(job["Properties"])
        return found

    return properties


@pytest.fixture
def service_role(stack: Stack) -> Callable[[], dict[str, Any]]:
    """The properties of the only service role in `stack`."""

    def properties() -> dict[str, Any]:
        roles = Template.from_stack(stack).find_resources("AWS::IAM::Role")
        (role,) = (role for role in roles.values() if is_service_role(role))
        found: dict[str, Any] = as_text(role["Properties"])
        return found

    return properties


@pytest.fixture
def statements(service_role: Callable[[], dict[str, Any]]) -> Callable[[str], list[dict[str, Any]]]:
    """The statements of the only service role in `stack` that allow an action."""

    def allowing(action: str) -> list[dict[str, Any]]:
        (policy,) = service_role()["Policies"]
        return [
            statement
            for statement in policy["PolicyDocument"]["Statement"]
            if action in (statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]])
        ]

    return allowing


@pytest.fixture
def matches_snapshot(request: pytest.FixtureRequest) -> Callable[[Stack], None]:
    """Compare a template, without its asset hashes, to the one that was kept under the test's name.

    Run with UPDATE_SNAPSHOTS=1 to keep today's; read the difference before you commit it.
    """
    path = _SNAPSHOTS / f"{request.node.name}.json"

    def compare(stack: Stack) -> None:
        template = Template.from_stack(stack).to_json()
        found = _ASSET_HASH.sub("<hash>", json.dumps(template, indent=1, sort_keys=True)) + "\n"
        if os.environ.get("UPDATE_SNAPSHOTS") == "1":
            path.parent.mkdir(exist_ok=True)
            path.write_text(found, encoding="utf-8")
        assert path.is_file(), f"no snapshot {path.name}: run once with UPDATE_SNAPSHOTS=1"
        assert found == path.read_text(encoding="utf-8")

    return compare
