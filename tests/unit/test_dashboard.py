"""The dashboard of jobs: what its widgets show, that it fits, and what it does with stacks elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Environment, Stack, Stage
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk.assertions import Match, Template
from dashboard_body import check_structure, joined
from jsonschema import ValidationError

from cdk_bedrock_batch import BatchDashboard, BatchModel, ModelInvocationJob
from cdk_bedrock_batch._dashboard.size import faults
from cdk_bedrock_batch._dashboard.texts import plain

Declare = Callable[..., ModelInvocationJob]
IRELAND = Environment(account="111122223333", region="eu-west-1")
VIRGINIA = Environment(account="111122223333", region="us-east-1")
OTHER_ACCOUNT = Environment(account="444455556666", region="us-east-1")


def widgets_in(stack: Stack) -> list[dict[str, Any]]:
    """The widgets of the only dashboard in a stack, of the documented structure."""
    (dashboard,) = Template.from_stack(stack).find_resources("AWS::CloudWatch::Dashboard").values()
    body = json.loads(joined(dashboard["Properties"]["DashboardBody"]))
    check_structure(body)
    widgets: list[dict[str, Any]] = body["widgets"]
    return widgets


def titled(widgets: list[dict[str, Any]], title: str) -> dict[str, Any]:
    """The properties of the widget whose title begins with a text."""
    (found,) = (each["properties"] for each in widgets if each["properties"].get("title", "").startswith(title))
    properties: dict[str, Any] = found
    return properties


def texts(widgets: list[dict[str, Any]]) -> str:
    """All texts of a dashboard."""
    return "\n".join(each["properties"]["markdown"] for each in widgets if each["type"] == "text")


def test_the_dashboard_of_a_job(stack: Stack, told: Declare) -> None:
    job = told()
    BatchDashboard(stack, "Dashboard", jobs=[job], alarms=[job.alarm_on_failure("Failed")])

    widgets = widgets_in(stack)
    assert [each["type"] for each in widgets] == ["text", "alarm", "log", *["metric"] * 4, "text"]
    logical_id = stack.resolve(job._resource.logical_id)
    model = ["AWS/Bedrock/Batch", "NumberOfRecordsPendingProcessing", "ModelId", "amazon.nova-lite-v1:0"]
    assert titled(widgets, "Records pending")["metrics"] == [
        [*model, {"label": "amazon.nova-lite-v1:0", "period": 900, "stat": "Maximum"}]
    ]
    of_job = ["LogicalId", logical_id, "StackName", "Stack"]
    assert titled(widgets, "Errors")["metrics"] == [
        ["BedrockBatch", "ErrorRate", *of_job, {"label": "Job", "stat": "Maximum"}]
    ]
    assert titled(widgets, "Timeout used")["metrics"] == [
        ["BedrockBatch", "TimeoutUsed", *of_job, {"label": "Job", "period": 900, "stat": "Maximum"}]
    ]
    assert len(titled(widgets, "Alarms")["alarms"]) == 1


def test_the_last_end_of_each_job_is_read_from_the_log_of_the_function(stack: Stack, told: Declare) -> None:
    jobs = [told("First"), told("Second")]
    BatchDashboard(stack, "Dashboard", jobs=jobs)

    ids = ", ".join(f'"{stack.resolve(job._resource.logical_id)}"' for job in jobs)
    assert titled(widgets_in(stack), "Last end")["query"].split("\n| ") == [
        "SOURCE '{BedrockBatchOutcomesLogGroupD9864800}' | "
        "fields @timestamp, job_name, outcome, records, error_rate, output_uri",
        f'filter message = "outcome told" and logical_id in [{ids}]',
        "sort @timestamp desc",
        "dedup @log, logical_id",
        "limit 1000",
    ]


def test_a_link_leads_to_the_folder_of_all_runs_on_the_host_of_the_console(stack: Stack, declare: Declare) -> None:
    job = declare()
    BatchDashboard(stack, "Dashboard", jobs=[job])

    folder = job._output.key
    bucket = "{BedrockBatchStorageOutputBucket2B5E9835}"
    link = f"[s3://{bucket}/{folder}](/s3/buckets/{bucket}?region={{AWS::Region}}&prefix={folder})"
    assert f"| Stack/Job | `amazon.nova-lite-v1:0` | {link} |" in texts(widgets_in(stack))


def test_a_new_run_does_not_change_the_dashboard(app: App, declare: Declare) -> None:
    """A dashboard in another stack would import the value, and CloudFormation would refuse to change it."""
    jobs, dashboards = Stack(app, "Jobs"), Stack(app, "Dashboards")
    BatchDashboard(dashboards, "Dashboard", jobs=[declare(scope=jobs)])

    exports = Template.from_stack(jobs).to_json()["Outputs"]
    assert [each["Value"] for each in exports.values()] == [{"Ref": "BedrockBatchStorageOutputBucket2B5E9835"}]


def test_a_job_without_outcome_has_the_graphs_of_its_model(stack: Stack, declare: Declare) -> None:
    BatchDashboard(stack, "Dashboard", jobs=[declare()])

    widgets = widgets_in(stack)
    assert [each["type"] for each in widgets] == ["text", "metric", "metric", "text"]
    assert "Jobs without `outcome`: 1." in texts(widgets)


def test_jobs_of_one_model_share_its_graph(stack: Stack, told: Declare) -> None:
    other = BatchModel.from_model_id("us.amazon.nova-lite-v1:0")
    BatchDashboard(stack, "Dashboard", jobs=[told("First"), told("Second"), told("Third", model=other)])

    shown = [each[3] for each in titled(widgets_in(stack), "Input tokens")["metrics"]]
    assert shown == ["amazon.nova-lite-v1:0", "us.amazon.nova-lite-v1:0"]


def test_jobs_of_another_stage_have_graphs_only(app: App, told: Declare) -> None:
    """CDK makes no references between stages."""
    theirs = Stack(Stage(app, "Stage"), "Theirs")
    ours = Stack(app, "Ours")
    BatchDashboard(ours, "Dashboard", jobs=[told(scope=theirs)])

    app.synth()
    assert "log" not in [each["type"] for each in widgets_in(ours)]


def test_jobs_of_other_regions_and_accounts_have_graphs_there(app: App, told: Declare) -> None:
    here, there, theirs = (
        Stack(app, name, env=env) for name, env in (("Here", VIRGINIA), ("There", IRELAND), ("Theirs", OTHER_ACCOUNT))
    )
    BatchDashboard(here, "Dashboard", jobs=[told(scope=each) for each in (here, there, theirs)])

    widgets = widgets_in(here)
    options = [each[-1] for each in titled(widgets, "Errors")["metrics"]]
    assert [(each.get("region"), each.get("accountId"), each["label"]) for each in options] == [
        (None, None, "Here/Job"),
        ("eu-west-1", None, "There/Job"),
        (None, "444455556666", "Theirs/Job"),
    ]
    labels = [each[-1]["label"] for each in titled(widgets, "Records pending")["metrics"]]
    assert labels == [f"amazon.nova-lite-v1:0 {region}" for region in ("us-east-1", "eu-west-1", "us-east-1")]
    assert "graphs only: There (eu-west-1), Theirs (us-east-1)." in texts(widgets)
    assert titled(widgets, "Last end")["query"].count("SOURCE") == 1
    assert "There/Job" not in texts(widgets)


def test_two_hundred_jobs_fit(app: App, told: Declare) -> None:
    stacks = [Stack(app, f"Stack{number}") for number in range(2)]
    jobs = [told(f"Job{number}", scope=stacks[number % 2]) for number in range(200)]
    BatchDashboard(stacks[0], "Dashboard", jobs=jobs)

    widgets = widgets_in(stacks[0])
    assert len(titled(widgets, "Errors")["metrics"]) == 200
    assert "logical_id in" not in titled(widgets, "Last end")["query"]
    assert texts(widgets).count("| Stack0/Job") == 100


@pytest.mark.parametrize(
    ("metrics", "reason"),
    [
        ([1] * 501, "500 widgets, got 501"),
        ([500] * 5 + [1], "2,500 metrics, got 2,501"),
        ([501], "500 metrics in one graph, got 501"),
    ],
)
def test_fails_on_what_cloudwatch_refuses(metrics: list[int], reason: str) -> None:
    body = {"widgets": [{"properties": {"metrics": [["a", "b"]] * number}} for number in metrics]}

    assert list(faults(json.dumps(body))) == [
        f"a dashboard may have {reason}; put some of the jobs into another dashboard"
    ]


def test_widgets_of_a_user_count_at_synthesis(app: App, stack: Stack, declare: Declare) -> None:
    dashboard = BatchDashboard(stack, "Dashboard", jobs=[declare()])
    text = cloudwatch.TextWidget(markdown="x" * 900_000)
    dashboard.dashboard.add_widgets(text)

    with pytest.raises(RuntimeError, match=r"a dashboard may have 900,000 bytes, got 90\d,\d{3}; put some of the jobs"):
        app.synth()


def test_another_structure_is_noticed() -> None:
    text = {"type": "text", "x": 0, "y": 0, "width": 24, "height": 2, "properties": {"markdown": "a"}}
    check_structure({"widgets": [text]})
    for wrong in ({**text, "width": 25}, {**text, "type": "metric"}, {**text, "properties": {"text": "a"}}):
        with pytest.raises(ValidationError):
            check_structure({"widgets": [wrong]})


def test_fails_without_jobs(stack: Stack) -> None:
    with pytest.raises(ValueError, match=r"^jobs must list at least one job$"):
        BatchDashboard(stack, "Dashboard", jobs=[])


def test_the_dashboard_can_have_a_name(stack: Stack, declare: Declare) -> None:
    BatchDashboard(stack, "Dashboard", jobs=[declare()], dashboard_name="batch-jobs")

    Template.from_stack(stack).has_resource_properties(
        "AWS::CloudWatch::Dashboard", {"DashboardName": "batch-jobs", "DashboardBody": Match.any_value()}
    )


def test_an_id_means_nothing_to_markdown() -> None:
    assert plain("a|b [c](d) *e* `f`") == r"a\|b \[c\]\(d\) \*e\* \`f\`"
