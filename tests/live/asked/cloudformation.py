"""What CloudFormation sends to a custom resource, seen by one that writes it down and costs nothing."""

from __future__ import annotations

import inspect
import json
import time
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError
from live import probe_function
from live.account import Account
from live.catalog import Finding
from live.jobs import error_of
from live.names import RETRY_STACK, bucket_name
from live.stacks import Stacks

# For how long the resource is at work while its update is cancelled.
_LONG_DELAY, _SHORT_DELAY = 60, 3
_LONGEST_DELAY = 120
# The last is the embedded AWS's.
_HOSTS = ("cloudformation-custom-resource-response-", "127.0.0.1")
_CAPABILITIES = ["CAPABILITY_IAM"]


class Probe:
    """A stack with a custom resource whose events are kept."""

    def __init__(self, account: Account, name: str, *, poll: float) -> None:
        """`poll` is the time between two looks, in seconds."""
        self.delay = _SHORT_DELAY if account.is_embedded else _LONG_DELAY
        self._account = account
        self.name = name
        self.stacks = Stacks(account.client("cloudformation"), poll)
        self._poll = poll

    def deploy(self, *, rollback: bool = True, wait: bool = True, **changes: str) -> str:
        """Create or update the stack; its status afterwards. `changes` are properties of the resources."""
        body = json.dumps(_template(bucket_name(self._account), **changes))
        options: dict[str, Any] = {"StackName": self.name, "TemplateBody": body, "Capabilities": _CAPABILITIES}
        options["DisableRollback"] = not rollback
        is_new = self.stacks.describe(self.name) is None
        (self.stacks.api.create_stack if is_new else self.stacks.api.update_stack)(**options)
        return self.stacks.settled(self.name) if wait else ""

    def events(self) -> list[dict[str, Any]]:
        """All events of all probes, in the order in which they came."""
        s3, bucket = self._account.client("s3"), bucket_name(self._account)
        keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket, Prefix="events/").get("Contents", ())]
        return [json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in sorted(keys)]

    def since(self, known: int) -> list[dict[str, Any]]:
        """The events of the probe itself after the first so many."""
        return [event for event in self.events()[known:] if event["LogicalResourceId"] == "Probe"]

    def updated_at(self) -> datetime | None:
        """When the last update began, as DescribeStacks shows it."""
        found: datetime | None = (self.stacks.describe(self.name) or {}).get("LastUpdatedTime")
        return found

    def wait_for_event(self, known: int) -> None:
        """Wait until one more than so many came, or a minute has passed."""
        end = time.monotonic() + _LONG_DELAY
        while len(self.events()) <= known and time.monotonic() < end:
            time.sleep(self._poll)


def replacement(probe: Probe) -> list[Finding]:
    """The Delete that follows a replacement, and the host that answers go to."""
    probe.deploy(Version="1")
    known = len(probe.events())
    probe.deploy(Version="2")
    deletes = [event for event in probe.since(known) if event["RequestType"] == "Delete"]
    hosts = [str(event["Host"]) for event in probe.events()[:1]]
    return [
        Finding("cleanup-delete", _which(deletes, new="2", old="1"), _shown(deletes)),
        *(Finding("response-host", host, holds=host.startswith(_HOSTS)) for host in hosts),
    ]


def rollback(probe: Probe) -> list[Finding]:
    """The Update of a rollback after another resource failed, and what LastUpdatedTime is in it."""
    known = len(probe.events())
    probe.deploy(Version="3", Fails="yes", Delay="1", wait=False)
    during = probe.updated_at()
    status = probe.stacks.settled(probe.name)
    after, events = probe.updated_at(), probe.since(known)
    back = [event for event in events[1:] if event["RequestType"] == "Update"]
    named = f"physical id {back[0]['PhysicalResourceId']}, old {back[0]['Old']}" if back else "no Update came"
    is_same = during is not None and during == after
    return [
        Finding("rollback-update", named, f"{status}: {_shown(events)}"),
        Finding(
            "updated-time",
            "yes" if is_same else "no",
            f"LastUpdatedTime during the update {during}, after the rollback {after}",
            holds=is_same,
        ),
    ]


def cancelled(probe: Probe) -> list[Finding]:
    """The Update of a rollback after the update was cancelled while the resource was at work."""
    known = len(probe.events())
    probe.deploy(Version="4", Delay=str(probe.delay), wait=False)
    probe.wait_for_event(known)
    probe.stacks.api.cancel_update_stack(StackName=probe.name)
    status = probe.stacks.settled(probe.name)
    events = probe.since(known)
    back = [event for event in events[1:] if event["RequestType"] == "Update"]
    named = f"physical id {back[0]['PhysicalResourceId']}, old {back[0]['Old']}" if back else "no Update came"
    return [Finding("cancelled-update", named, f"{status}: {_shown(events)}")]


def retry(account: Account, *, poll: float) -> list[Finding]:
    """The Create of a stack that failed with rollback disabled, and the one when it is deployed again."""
    probe = Probe(account, RETRY_STACK, poll=poll)
    known = len(probe.events())
    probe.deploy(rollback=False, Version="1", ProbeFails="yes")
    try:
        probe.deploy(rollback=False, Version="1", ProbeFails="no")
    except ClientError as error:
        return [Finding("retry-request", "a failed stack takes no update", error_of(error))]
    creates = [event for event in probe.since(known) if event["RequestType"] == "Create"]
    if len(creates) < 2:
        return [Finding("retry-request", "no second Create came", _shown(creates))]
    same = creates[0]["RequestId"] == creates[1]["RequestId"]
    signed = creates[0]["SignedAt"] == creates[1]["SignedAt"]
    return [
        Finding(
            "retry-request",
            "the same" if same else "another one",
            f"ResponseURL is {'the same' if signed else 'signed anew'}",
        )
    ]


def _template(bucket: str, **changes: str) -> dict[str, Any]:
    """The probe, and a resource after it that fails if `Fails` is yes; `ProbeFails` lets the probe itself fail."""
    token = {"Fn::GetAtt": ["Function", "Arn"]}
    shared = {"ServiceToken": token, "Bucket": bucket, "ServiceTimeout": "300"}
    fails, probe_fails = changes.pop("Fails", "no"), changes.pop("ProbeFails", "no")
    put = {
        "Effect": "Allow",
        "Action": "s3:PutObject",
        "Resource": {"Fn::Sub": f"arn:${{AWS::Partition}}:s3:::{bucket}/events/*"},
    }
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return {
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
                    "Policies": [
                        {"PolicyName": "Put", "PolicyDocument": {"Version": "2012-10-17", "Statement": [put]}}
                    ],
                },
            },
            "Function": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Runtime": "python3.13",
                    "Handler": "index.handler",
                    "Timeout": _LONGEST_DELAY,
                    "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                    "Code": {"ZipFile": inspect.getsource(probe_function)},
                },
            },
            "Probe": {"Type": "Custom::Probe", "Properties": {**shared, **changes, "Fails": probe_fails}},
            "Sibling": {
                "Type": "Custom::Probe",
                "DependsOn": "Probe",
                "Properties": {**shared, "Version": changes["Version"], "Fails": fails},
            },
        }
    }


def _which(deletes: list[dict[str, Any]], *, new: str, old: str) -> str:
    words = {new: "the new ones", old: "the old ones"}
    return words.get(deletes[0]["Version"], "others") if deletes else "no Delete came"


def _shown(events: list[dict[str, Any]]) -> str:
    """Events in a few words each."""
    return "; ".join(
        f"{event['RequestType']} version {event['Version']} of {event['PhysicalResourceId'] or 'nothing'}"
        for event in events
    )
