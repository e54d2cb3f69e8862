"""PutMetricData and PutEvents are allowed by namespace, source and detail type, as in the policies of our function."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from local.cloud import REGION, Cloud, allow, document


def caller(cloud: Cloud, service: str, *statements: dict[str, Any]) -> Any:
    """A client of a new user with these rights."""
    iam = cloud.client("iam")
    iam.create_user(UserName="caller")
    iam.put_user_policy(UserName="caller", PolicyName="rights", PolicyDocument=document(*statements))
    key = iam.create_access_key(UserName="caller")["AccessKey"]
    credentials = {"AccessKeyId": key["AccessKeyId"], "SecretAccessKey": key["SecretAccessKey"]}
    return cloud.aws.client(service, account=cloud.account, region=REGION, credentials=credentials)


def entry(source: str = "mine", detail_type: str = "Told", **more: str) -> dict[str, str]:
    return {"Source": source, "DetailType": detail_type, "Detail": "{}", **more}


@pytest.mark.parametrize(("namespace", "allowed"), [("Mine", True), ("Theirs", False)])
@pytest.mark.parametrize("count", [1, 200])
def test_metrics_by_namespace(cloud: Cloud, namespace: str, allowed: bool, count: int) -> None:
    """A large request arrives compressed."""
    right = allow("cloudwatch:PutMetricData", "*", StringEquals={"cloudwatch:namespace": "Mine"})
    client = caller(cloud, "cloudwatch", right)
    data = [{"MetricName": f"Metric{number}", "Value": 1.0} for number in range(count)]

    if allowed:
        client.put_metric_data(Namespace=namespace, MetricData=data)
    else:
        with pytest.raises(ClientError, match="not authorized to perform: cloudwatch:PutMetricData"):
            client.put_metric_data(Namespace=namespace, MetricData=data)


@pytest.mark.parametrize(
    ("entries", "allowed"),
    [
        ([entry()], True),
        ([entry(), entry()], True),
        ([entry(source="theirs")], False),
        ([entry(detail_type="Asked")], False),
        ([entry(), entry(source="theirs")], False),
        ([entry(EventBusName="other")], False),
        ([entry(), entry(EventBusName="other")], False),
    ],
)
def test_events_by_source_and_detail_type(cloud: Cloud, entries: list[dict[str, str]], allowed: bool) -> None:
    cloud.client("events").create_event_bus(Name="other")
    bus = f"arn:aws:events:{REGION}:{cloud.account}:event-bus/default"
    keys = {"events:source": "mine", "events:detail-type": "Told"}
    client = caller(cloud, "events", allow("events:PutEvents", bus, StringEquals=keys))

    if allowed:
        assert client.put_events(Entries=entries)["FailedEntryCount"] == 0
    else:
        with pytest.raises(ClientError, match="not authorized to perform: events:PutEvents"):
            client.put_events(Entries=entries)


def test_an_event_that_is_denied_is_not_sent(cloud: Cloud) -> None:
    denied = {"Effect": "Deny", "Action": "events:PutEvents", "Resource": "*"}
    condition = {"Condition": {"StringEquals": {"events:source": "theirs"}}}
    client = caller(cloud, "events", allow("events:PutEvents"), {**denied, **condition})

    assert client.put_events(Entries=[entry()])["FailedEntryCount"] == 0
    with pytest.raises(ClientError, match="explicit deny"):
        client.put_events(Entries=[entry(source="theirs")])
