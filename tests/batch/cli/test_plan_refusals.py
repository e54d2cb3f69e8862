"""`plan` against deployed stacks: each way in which AWS may refuse, and whose rights are used."""

from __future__ import annotations

import json
from typing import Any

import pytest
from batch.cli.fake_aws import refusal
from batch.cli.planned_account import Account
from batch.cli.planned_app import Planned, Project

_OPERATIONS = (
    "get_caller_identity",
    "describe_stacks",
    "list_stack_resources",
    "get_template",
    "list_model_invocation_jobs",
    "get_model_invocation_job",
)


@pytest.mark.parametrize("operation", _OPERATIONS)
@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("AccessDeniedException", 403),
        ("ThrottlingException", 429),
        ("InternalServerException", 500),
        ("ServiceUnavailable", 503),
        ("ExpiredToken", 400),
    ],
)
@pytest.mark.usefixtures("project")
def test_a_refusal_is_one_sentence(account: Account, plan: Planned, operation: str, code: str, status: int) -> None:
    if operation == "get_model_invocation_job":
        account.answers = {"list_model_invocation_jobs": {"invocationJobSummaries": []}}
    account.answers[operation] = refusal(code, "not now", status)

    exit_code, _, found = plan()
    assert exit_code == 5
    assert found["error"]["message"].endswith(f": {code}: not now")


@pytest.mark.parametrize(
    ("operation", "shown"),
    [
        ("describe_stacks", {}),
        ("list_stack_resources", {}),
        ("get_template", {}),
        ("get_template", {"TemplateBody": "Resources: {}"}),
        ("list_model_invocation_jobs", {}),
    ],
)
@pytest.mark.usefixtures("project")
def test_a_response_without_what_it_must_have_is_told(
    account: Account, plan: Planned, operation: str, shown: dict[str, Any]
) -> None:
    account.answers = {operation: shown}

    code, _, found = plan()
    assert code == 5
    assert "is not one of AWS" in found["error"]["message"] or "is not JSON" in found["error"]["message"]


def test_the_lookup_role_is_tried_and_another_account_needs_it(
    account: Account, project: Project, plan: Planned
) -> None:
    role = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/look-${AWS::Region}"
    out = project.synth("out")
    manifest = json.loads((out / "manifest.json").read_text())
    stack = manifest["artifacts"]["Stack"]
    stack["properties"]["lookupRole"] = {"arn": role}

    def plan_at(place: str) -> tuple[int, str]:
        stack["environment"] = place
        (out / "manifest.json").write_text(json.dumps(manifest))
        code, _, found = plan("--app", str(out))
        return code, found.get("error", {}).get("message", "")

    assumed: list[str] = []

    def assume(**arguments: str) -> dict[str, Any]:
        assumed.append(arguments["RoleArn"])
        names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
        return {"Credentials": dict.fromkeys(names, "x")}

    account.answers = {"assume_role": assume}
    assert plan_at("aws://444455556666/eu-central-1") == (0, "")
    assert plan_at("aws://unknown-account/unknown-region") == (0, "")
    assert assumed == [
        "arn:aws:iam::444455556666:role/look-eu-central-1",
        "arn:aws:iam::111122223333:role/look-eu-west-1",
    ]

    account.answers = {"assume_role": refusal("AccessDenied", status=403)}
    assert plan_at("aws://111122223333/eu-west-1") == (0, "")
    code, text = plan_at("aws://444455556666/eu-west-1")
    assert code == 5
    assert text.startswith("the stack Stack is in the account 444455556666, the credentials are of 111122223333")
