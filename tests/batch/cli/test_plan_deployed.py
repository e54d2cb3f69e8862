"""`plan` against deployed stacks: what AWS may show of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from batch.cli.fake_aws import refusal
from batch.cli.planned_account import DEPLOYED, JOB_ARN, LOGICAL_ID, STACK_ID, Account, run_named
from batch.cli.planned_app import JOB, Planned, Project
from botocore.exceptions import NoCredentialsError


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
