"""An embedded AWS on which a test moves the time of jobs, and what their stacks tell."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any, Self

from bedrock_batch_local.embedded import EmbeddedAws
from e2e.cloud import ACCOUNT, REGION, Cloud

# A job waits for 25 hours, and then takes a minute a record: those with less time expire, or end in part.
PACING = {"scheduled": 25 * 3600.0, "per_record": 60.0}
# After this time a job of 100 records has ended.
ENDED = 27 * 3600.0


class OutcomeCloud(Cloud):
    """Each stack's schedule sleeps until a test wakes it: a day has 96 looks, and each starts a function."""

    @classmethod
    @contextmanager
    def start(cls, folder: Path) -> Iterator[Self]:
        """An embedded AWS with a clock of its own, bootstrapped."""
        with EmbeddedAws.start(manual_clock=True, pacing=PACING) as aws:
            cloud = cls(aws, folder)
            cloud.cli(folder / "bootstrap").bootstrap(ACCOUNT, REGION)
            yield cloud

    def deploy(self, assembly: Path) -> dict[str, str]:
        """Deploy an assembly of one stack and return its outputs."""
        outputs = super().deploy(assembly)
        self._set_schedules(enabled=False)
        return outputs

    def advance(self, seconds: float) -> None:
        """Let time pass. All that events and schedules invoke has ended when this returns."""
        self.aws.advance(seconds)

    @contextmanager
    def awake(self) -> Iterator[None]:
        """Let the schedules look at the jobs of their stacks, every 15 minutes from now on, for a while."""
        self._set_schedules(enabled=True)
        yield
        self._set_schedules(enabled=False)

    def look(self, times: int = 1) -> None:
        """Let 15 minutes pass for each look of the schedules."""
        with self.awake():
            self.advance(900.0 * times)

    def _set_schedules(self, *, enabled: bool) -> None:
        events = self.client("events")
        set_rule = events.enable_rule if enabled else events.disable_rule
        for rule in events.list_rules()["Rules"]:
            if "ScheduleExpression" in rule:
                set_rule(Name=rule["Name"])

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Let time pass meanwhile: a deployment that stops a job waits for its end."""
        done = Event()

        def pass_time() -> None:
            while not done.wait(0.3):
                self.advance(20)

        with ThreadPoolExecutor(1) as beside:
            passing = beside.submit(pass_time)
            try:
                yield
            finally:
                done.set()
            passing.result()

    def messages(self, queue_url: str) -> list[str]:
        """The bodies of all messages of a queue, which is empty afterwards."""
        sqs, found = self.client("sqs"), []
        while new := sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages"):
            found += [message["Body"] for message in new]
        return found

    def events(self, queue_url: str) -> list[dict[str, Any]]:
        """The events that a queue got since it was last asked."""
        return [json.loads(body) for body in self.messages(queue_url)]

    def inputs(self, machine_arn: str) -> list[dict[str, Any]]:
        """The inputs of all executions of a state machine."""
        machines = self.client("stepfunctions")
        pages = machines.get_paginator("list_executions").paginate(stateMachineArn=machine_arn)
        arns = [execution["executionArn"] for page in pages for execution in page["executions"]]
        return [json.loads(machines.describe_execution(executionArn=arn)["input"]) for arn in arns]

    def read(self, uri: str) -> Any:
        """The members of a JSON object in S3."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        return json.load(self.client("s3").get_object(Bucket=bucket, Key=key)["Body"])


def told(events: Iterable[dict[str, Any]]) -> Counter[tuple[str, str]]:
    """How often each job was told, by its tag `job`, and how it went."""
    return Counter((event["detail"]["tags"].get("job", ""), event["detail"]["outcome"]) for event in events)
