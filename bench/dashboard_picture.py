"""Draws a dashboard from its own definition, with data of the embedded AWS.

Run from the root of a tree: `PYTHONPATH=constructs:lambda:batch:local:bench python bench/dashboard_picture.py folder`.

It deploys five jobs with a dashboard by the real CDK CLI, lets six hours pass, and reads what CloudWatch has: the body
of the dashboard, the data of its metrics, the states of its alarms, the lines of the log. It writes `dashboard.html`
and `message.html`, the text that a topic gets, into the folder. A browser makes pictures of them.
"""

from __future__ import annotations

import json
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import dashboard_page
from aws_cdk import App, CfnOutput, Duration, Stack
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs

from bedrock_batch_local.account import EmbeddedAccount
from bedrock_batch_local.embedded import EmbeddedAws
from cdk_bedrock_batch import (
    BatchDashboard,
    BatchModel,
    InvocationType,
    JobInput,
    ModelInvocationJob,
    Outcome,
)

# Records of each job, and how many of them have an error.
_JOBS: Final = {
    "TicketTriage": (100, 0),
    "Translations": (120, 3),
    "Invoices": (110, 110),
    "Reviews": (150, 1),
    "Digest": (360, 0),
}
_HOURS: Final = 6
_STACK: Final = "Support"
_BUCKET: Final = "records-of-the-picture"


def _record(number: int, *, wrong: bool) -> dict[str, Any]:
    body: dict[str, Any] = {"messages": [{"role": "user", "content": [{"text": f"Ticket {number}: which queue?"}]}]}
    # Batch inference takes no tools with Converse.
    return {"recordId": f"{number:011}", "modelInput": {**body, **({"toolConfig": {"tools": []}} if wrong else {})}}


def _upload(account: EmbeddedAccount) -> None:
    """The library refuses records like those with errors when it reads them, so they are in a bucket."""
    client = account.client("s3")
    client.create_bucket(Bucket=_BUCKET)
    for name, (records, errors) in _JOBS.items():
        lines = [json.dumps(_record(number, wrong=number < errors)) for number in range(records)]
        client.put_object(Bucket=_BUCKET, Key=f"{name}.jsonl", Body="\n".join(lines))


def _synthesize(folder: str) -> str:
    app = App(outdir=folder, analytics_reporting=False)
    stack = Stack(app, _STACK)
    bucket = s3.Bucket.from_bucket_name(stack, "Records", _BUCKET)
    topic, queue = sns.Topic(stack, "Topic"), sqs.Queue(stack, "Queue")
    topic.add_subscription(subscriptions.SqsSubscription(queue, raw_message_delivery=True))
    jobs = {
        name: ModelInvocationJob(
            stack,
            name,
            model=BatchModel.from_model_id(f"amazon.nova-{'micro' if name == 'Digest' else 'lite'}-v1:0"),
            input=JobInput.from_bucket(bucket, key=f"{name}.jsonl"),
            invocation_type=InvocationType.CONVERSE,
            timeout=Duration.hours(24),
            outcome=Outcome(max_error_rate=0.01),
            notify=topic,
        )
        for name in _JOBS
    }
    alarms = [
        jobs["Invoices"].alarm_on_failure("FailureAlarm", alarm_name="Invoices failed"),
        jobs["Translations"].alarm_on_error_rate("ErrorsAlarm", alarm_name="Translations has errors"),
        jobs["TicketTriage"].alarm_on_failure("FailureAlarm", alarm_name="TicketTriage failed"),
        jobs["Digest"].alarm_when_late("LateAlarm", after=Duration.hours(12), alarm_name="Digest is late"),
    ]
    BatchDashboard(stack, "Dashboard", jobs=list(jobs.values()), alarms=alarms, dashboard_name="batch-jobs")
    CfnOutput(stack, "QueueUrl", value=queue.queue_url)
    return app.synth().directory


def _data(account: EmbeddedAccount, widget: dict[str, Any], start: datetime, end: datetime) -> list[list[Any]]:
    """The points of each metric of a graph, as pairs of time and value."""
    if widget["type"] != "metric":
        return []
    properties = widget["properties"]
    queries = []
    for number, (namespace, name, *dimensions, options) in enumerate(properties["metrics"]):
        metric = {
            "Namespace": namespace,
            "MetricName": name,
            "Dimensions": [
                {"Name": key, "Value": value} for key, value in zip(dimensions[::2], dimensions[1::2], strict=True)
            ],
        }
        whole = properties.get("setPeriodToTimeRange")
        period = _HOURS * 7_200 if whole else options.get("period", 300)
        stat = {"Metric": metric, "Period": period, "Stat": options["stat"]}
        queries.append({"Id": f"m{number}", "MetricStat": stat})
    answer = account.client("cloudwatch").get_metric_data(MetricDataQueries=queries, StartTime=start, EndTime=end)
    points = {
        each["Id"]: sorted(zip(each["Timestamps"], each["Values"], strict=True)) for each in answer["MetricDataResults"]
    }
    return [points.get(f"m{number}", []) for number in range(len(queries))]


def _ends(account: EmbeddedAccount, body: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines that the query of the table finds, the last first."""
    (query,) = (each["properties"]["query"] for each in body["widgets"] if each["type"] == "log")
    group = query.partition("'")[2].partition("'")[0]
    found: dict[str, dict[str, Any]] = {}
    for event in account.client("logs").filter_log_events(logGroupName=group)["events"]:
        text = event["message"].strip()
        line = json.loads(text) if text.startswith("{") else {}
        if line.get("message") == "outcome told":
            found[line["logical_id"]] = {"@timestamp": event["timestamp"], **line}
    return sorted(found.values(), key=lambda line: line["@timestamp"], reverse=True)


def _main(folder: Path) -> None:
    with (
        tempfile.TemporaryDirectory() as temporary,
        EmbeddedAws.start(manual_clock=True, pacing={"per_record": 60.0, "scheduled": 900.0}) as aws,
    ):
        account = EmbeddedAccount(aws, "111122223333")
        start = datetime.fromisoformat(aws.now())
        _upload(account)
        outputs = account.deploy(_synthesize(temporary))
        for _ in range(_HOURS * 4):
            account.advance(900)
        end = datetime.fromisoformat(aws.now())
        body = json.loads(account.client("cloudwatch").get_dashboard(DashboardName="batch-jobs")["DashboardBody"])
        states = {
            each["AlarmArn"]: (each["AlarmName"], each["StateValue"])
            for each in account.client("cloudwatch").describe_alarms()["MetricAlarms"]
        }
        data = [_data(account, widget, start, end + timedelta(minutes=15)) for widget in body["widgets"]]
        told = {"start": start.isoformat(), "end": end.isoformat(), "body": body, "states": states}
        told |= {"data": data, "ends": _ends(account, body)}
        (folder / "dashboard.json").write_text(json.dumps(told, default=str))
        page = dashboard_page.dashboard(body, data, _ends(account, body), states, (start, end))
        (folder / "dashboard.html").write_text(page, "utf-8")
        queue = outputs[_STACK]["QueueUrl"]
        messages: list[str] = []
        while found := account.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            messages += [each["Body"] for each in found]
        (folder / "messages.json").write_text(json.dumps(messages))
        text = next(each for each in messages if "degraded" in each)
        (folder / "message.html").write_text(dashboard_page.message(text), "utf-8")


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
