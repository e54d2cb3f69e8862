"""`plan` against deployed stacks: what AWS may show of them, and each way in which it may refuse."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from batch.cli.fake_aws import Paginator, refusal
from batch.cli.planned_app import JOB, Planned, Project
from botocore.exceptions import NoCredentialsError

from bedrock_batch.cli.aws import Aws
from bedrock_batch.run.declaration import JobSpec
from bedrock_batch.run.identity import ResourceIdentity, RunIdentity

STACK_ID = "arn:aws:cloudformation:eu-west-1:111122223333:stack/Stack/0a1b2c3d-0000-1111-2222-333344445555"
JOB_ARN = "arn:aws:bedrock:eu-west-1:111122223333:model-invocation-job/abcdefabcdef"
LOGICAL_ID = "Job0A1B2C3D"
DEPLOYED = "the deployed stacks of account 111122223333 in eu-west-1"


def run_named(run_id: str, attempt: int = 1) -> dict[str, str]:
    """Name and token of a job of the stack."""
    spec = JobSpec.parse({**JOB, "RunId": run_id})
    run = RunIdentity(ResourceIdentity(STACK_ID, LOGICAL_ID), spec.defining())
    return {"jobName": run.name("job", attempt), "clientRequestToken": run.token(attempt)}


@dataclass
class Account:
    """What AWS answers. What is an exception is raised."""

    status: Any = "CREATE_COMPLETE"
    run_id: str = "1"
    resource_status: str = "CREATE_COMPLETE"
    physical_id: str = JOB_ARN
    job_status: str = "InProgress"
    answers: dict[str, Any] = field(default_factory=dict)
    """By operation, instead of all else."""
    listed: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def client(self, _service: str, **_: object) -> Account:
        return self

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def answer(**arguments: Any) -> Any:
            self.asked.append(operation)
            found = self.answers.get(operation, getattr(self, f"_{operation}", None))
            found = found(**arguments) if callable(found) else found
            if isinstance(found, Exception):
                raise found
            return found

        return answer

    def get_paginator(self, operation: str) -> Paginator:
        return Paginator(lambda **arguments: iter([getattr(self, operation)(**arguments)]))

    def _get_caller_identity(self) -> dict[str, str]:
        return {"Account": "111122223333", "Arn": "arn:aws:iam::111122223333:user/a"}

    def _describe_stacks(self, **_: object) -> dict[str, Any]:
        return {"Stacks": [{"StackId": STACK_ID, "StackStatus": self.status}]}

    def _get_template(self, **_: object) -> dict[str, Any]:
        job = {"Type": "Custom::BedrockModelInvocationJob", "Properties": {**JOB, "RunId": self.run_id}}
        return {"TemplateBody": {"Resources": {LOGICAL_ID: job}}}

    def _list_stack_resources(self, **_: object) -> dict[str, Any]:
        resource = {
            "LogicalResourceId": LOGICAL_ID,
            "ResourceType": "Custom::BedrockModelInvocationJob",
            "PhysicalResourceId": self.physical_id,
            "ResourceStatus": self.resource_status,
        }
        return {"StackResourceSummaries": [resource]}

    def _job(self) -> dict[str, Any]:
        submitted = datetime(2026, 1, 1, tzinfo=UTC)
        return {"jobArn": JOB_ARN, "status": self.job_status, "submitTime": submitted, **run_named(self.run_id)}

    def _list_model_invocation_jobs(self, **_: object) -> dict[str, Any]:
        return {"invocationJobSummaries": [*self.listed, self._job()]}

    def _get_model_invocation_job(self, **_: object) -> dict[str, Any]:
        return self._job()


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    found = Account()
    monkeypatch.setattr(Aws, "client", found.client)
    monkeypatch.setattr(Aws, "region_name", "eu-west-1")
    return found


@pytest.mark.usefixtures("account")
def test_the_job_on_record_is_shown(project: Project, plan: Planned) -> None:
    assert plan()[:2] == (0, {"Stack": "nothing"})

    project.write({"Stack": "2"})
    code, actions, found = plan()
    assert (code, actions, found["base"]) == (10, {"Stack": "replaces"}, DEPLOYED)
    assert [(job["jobArn"], job["status"]) for job in found["jobs"]] == [(JOB_ARN, "InProgress")]


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "REVIEW_IN_PROGRESS", "DELETE_COMPLETE"])
@pytest.mark.usefixtures("project")
def test_a_stack_that_the_cdk_makes_anew_has_no_job(account: Account, plan: Planned, status: str) -> None:
    account.status = status

    assert plan()[:2] == (10, {"Stack": "starts"})


@pytest.mark.usefixtures("project")
def test_a_stack_that_is_not_there_has_no_job(account: Account, plan: Planned) -> None:
    gone = refusal("ValidationError", "Stack with id Stack does not exist")
    account.answers = {"describe_stacks": gone}

    assert plan()[:2] == (10, {"Stack": "starts"})


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        ("UPDATE_IN_PROGRESS", "plan again when it has ended"),
        ("UPDATE_ROLLBACK_IN_PROGRESS", "plan again when it has ended"),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "plan again when it has ended"),
        ("A_NEW_WORD_IN_PROGRESS", "plan again when it has ended"),
        ("UPDATE_ROLLBACK_FAILED", "nothing can be deployed to it"),
        ("DELETE_FAILED", "nothing can be deployed to it"),
    ],
)
@pytest.mark.usefixtures("project")
def test_a_stack_in_an_operation_has_no_plan(account: Account, plan: Planned, status: str, hint: str) -> None:
    account.status = status

    code, _, found = plan()
    assert code == 4
    assert found["error"]["message"] == f"the stack Stack is {status}: {hint}"


@pytest.mark.parametrize("job_status", ["Completed", "Failed", "Stopped", "Expired", "PartiallyCompleted", "ANewWord"])
def test_whatever_became_of_the_job_a_new_run_replaces_it(
    account: Account, project: Project, plan: Planned, job_status: str
) -> None:
    account.job_status = job_status
    assert plan()[:2] == (0, {"Stack": "nothing"})

    project.write({"Stack": "2"})
    assert plan()[:2] == (10, {"Stack": "replaces"})


def test_a_run_of_before_is_taken_again_if_it_gave_output(account: Account, project: Project, plan: Planned) -> None:
    project.write({"Stack": "2"})
    earlier = {"jobArn": JOB_ARN.replace("abcdefabcdef", "fedcbafedcba"), "status": "Completed", **run_named("2")}
    account.listed = [earlier]
    code, actions, found = plan()
    assert (code, actions) == (0, {"Stack": "stops"})
    assert found["jobs"][0]["notes"][0].startswith(
        f"An earlier job of the same run is taken again: {earlier['jobArn']}"
    )

    account.job_status = "Completed"
    assert plan()[:2] == (0, {"Stack": "keeps"})
    account.listed = [{**earlier, "status": "Failed"}]
    assert plan()[:2] == (10, {"Stack": "replaces"})
    account.listed = [{**earlier, "clientRequestToken": "another"}]
    assert plan()[:2] == (0, {"Stack": "refused"})


def test_a_job_that_bedrock_has_forgotten_ends_no_plan(account: Account, project: Project, plan: Planned) -> None:
    gone = refusal("ResourceNotFoundException", "Could not find job", 404)
    account.answers = {"list_model_invocation_jobs": {"invocationJobSummaries": []}, "get_model_invocation_job": gone}
    assert plan()[:2] == (0, {"Stack": "nothing"})

    project.write({"Stack": "2"})
    assert plan()[:2] == (10, {"Stack": "replaces"})


@pytest.mark.usefixtures("project")
def test_a_job_that_the_list_does_not_show_yet_is_read(account: Account, plan: Planned) -> None:
    account.answers = {"list_model_invocation_jobs": {"invocationJobSummaries": []}}

    assert plan()[2]["jobs"][0]["status"] == "InProgress"
    assert "get_model_invocation_job" in account.asked


@pytest.mark.usefixtures("project")
def test_a_create_that_failed_without_a_rollback_is_sent_again(account: Account, plan: Planned) -> None:
    account.status, account.resource_status, account.physical_id = "CREATE_FAILED", "CREATE_FAILED", "not-started:0"
    account.answers = {"list_model_invocation_jobs": {"invocationJobSummaries": []}}

    assert plan()[:2] == (10, {"Stack": "starts"})


def _with_parameter(kind: str, **rest: Any) -> dict[str, Any]:
    """A template whose job reads its run id from a parameter."""
    job = {"Type": "Custom::BedrockModelInvocationJob", "Properties": {**JOB, "RunId": {"Ref": "Run"}}}
    return {"Resources": {LOGICAL_ID: job}, "Parameters": {"Run": {"Type": kind, **rest}}}


def test_an_ssm_parameter_has_the_value_that_the_deployment_will_read(
    account: Account, project: Project, plan: Planned
) -> None:
    out = project.synth("out")
    template = _with_parameter("AWS::SSM::Parameter::Value<String>", Default="/runs/now")
    (out / "Stack.json").write_text(json.dumps(template))
    parameter = {"ParameterKey": "Run", "ParameterValue": "/runs/now", "ResolvedValue": "1"}
    stack = {"StackId": STACK_ID, "StackStatus": "CREATE_COMPLETE", "Parameters": [parameter]}
    account.answers = {"describe_stacks": {"Stacks": [stack]}, "get_template": {"TemplateBody": template}}

    for value, code, action in (("1", 0, "nothing"), ("2", 10, "replaces")):
        account.answers["get_parameter"] = {"Parameter": {"Value": value}}
        assert plan("--app", str(out))[:2] == (code, {"Stack": action})
    account.answers["get_parameter"] = refusal("AccessDeniedException", status=403)
    code, _, found = plan("--app", str(out))
    assert code == 5
    assert found["error"]["message"].startswith("cannot read the SSM parameter /runs/now: AccessDeniedException")


def test_a_parameter_that_is_not_shown_is_not_known(account: Account, project: Project, plan: Planned) -> None:
    """Another run of a job that is chosen by it may start."""
    out = project.synth("out")

    def template(run_id: str) -> dict[str, Any]:
        found = _with_parameter("String", NoEcho=True, Default="prod")
        run = {"Fn::If": ["IsProd", run_id, "test"]}
        found["Resources"][LOGICAL_ID]["Properties"]["RunId"] = run
        return {**found, "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Run"}, "prod"]}}}

    parameter = {"ParameterKey": "Run", "ParameterValue": "****"}
    stack = {"StackId": STACK_ID, "StackStatus": "CREATE_COMPLETE", "Parameters": [parameter]}
    account.answers = {"describe_stacks": {"Stacks": [stack]}, "get_template": {"TemplateBody": template("1")}}

    for run_id, action in (("1", "nothing"), ("2", "replaces")):
        (out / "Stack.json").write_text(json.dumps(template(run_id)))
        assert plan("--app", str(out))[1] == {"Stack": action}


def test_what_is_not_deployed_yet_is_named(account: Account, project: Project, plan: Planned) -> None:
    account.status = "REVIEW_IN_PROGRESS"
    project.write({"Stack": "1", "Other": "1"})

    assert plan()[2]["notes"] == ["Not deployed there yet: Stack, Other."]


def test_without_credentials_the_way_without_an_account_is_named(
    account: Account, project: Project, plan: Planned
) -> None:
    out = project.synth("out")
    account.answers = {"get_caller_identity": NoCredentialsError()}

    code, _, found = plan("--app", str(out))
    assert code == 5
    assert found["error"]["message"].startswith("there are no AWS credentials")
    assert "--base origin/main" in found["error"]["message"]


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
