"""A stack whose jobs have ended untold, and the function's own code with a session of its deployed role."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3

from batch_outcome.core.errors import OutcomeError
from batch_outcome.core.own_stack import OwnStack
from batch_outcome.invocation import handle
from batch_outcome.io.time_left import TimeLeft
from cdk_bedrock_batch import BatchModel, BatchStorage, InvocationType, JobInput, ModelInvocationJob, Outcome
from handler.runtime import Context
from outcome.world import Clients
from security.proof.handler_role import HandlerRole
from security.proof.places import Object, answers
from security.proof.surroundings import MODEL, Account, records
from security.proof.variations import Removal

STACK = "Told"
BUCKET = "proof-of-outcomes"


def synthesize(folder: Path) -> Path:
    """A job in the default folder of the stack, and one in a folder of its own with a key of its own."""
    app = cdk.App(outdir=str(folder), analytics_reporting=False)
    stack = cdk.Stack(app, STACK)
    bucket = s3.Bucket.from_bucket_name(stack, "Records", BUCKET)
    storages = {"Plain": (BatchStorage(stack, "One"), None), "Apart": (BatchStorage(stack, "Two"), "apart")}
    for name, (storage, prefix) in storages.items():
        job = ModelInvocationJob(
            stack,
            name,
            model=BatchModel.from_model_id(MODEL),
            input=JobInput.from_bucket(bucket, key="a.jsonl"),
            invocation_type=InvocationType.CONVERSE,
            storage=storage,
            output_prefix=prefix,
            outcome=Outcome(),
        )
        cdk.CfnOutput(stack, f"{name}Arn", value=job.job_arn)
    app.synth()
    return folder


def upload(ours: Account) -> None:
    """The records of both jobs."""
    ours.bucket(BUCKET, files={"a.jsonl": records()})


@dataclass
class CountedBus:
    """An `events` client that counts the events that it has put."""

    client: Any
    put: int = 0

    def put_events(self, **entries: Any) -> Any:
        answer = self.client.put_events(**entries)
        self.put += 1
        return answer


@dataclass
class OutcomeBench:
    """Runs the function's code with whatever policy its role has at the time."""

    account: Account
    role: HandlerRole
    clients: Clients
    own: OwnStack
    jobs: Mapping[str, Mapping[str, Any]]
    """As GetModelInvocationJob shows them."""
    tried: int = field(default=0)
    """Removals so far."""

    @classmethod
    @contextmanager
    def of_stack(cls, account: Account, job_arns: Mapping[str, str]) -> Iterator[OutcomeBench]:
        """Open it; the policy is set back at the end. The deployed rules are switched off: only this code tells."""
        (found,) = account.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        rules = account.client("events")
        for rule in rules.list_rules()["Rules"]:
            rules.disable_rule(Name=rule["Name"])
        bedrock = account.client("bedrock")
        account.aws.advance(7200)
        jobs = {name: bedrock.get_model_invocation_job(jobIdentifier=arn) for name, arn in job_arns.items()}
        role = HandlerRole.of_stack(account, STACK, "BedrockBatchOutcomesRole", "Outcomes")
        with role.session() as keys:
            bedrock, cloudwatch, events, files = (
                account.client(each, keys) for each in ("bedrock", "cloudwatch", "events", "s3")
            )
            clients = Clients(bedrock, cloudwatch, CountedBus(events), files)
            yield cls(account, role, clients, OwnStack(found["StackId"]), jobs)

    def outcome(self) -> tuple[str, ...]:
        """What comes of the event of each end, and of the looks after it, when nothing was told before."""
        ends = [self._told(name, self._end(job)) for name, job in self.jobs.items()]
        last = max(job["endTime"] for job in self.jobs.values())
        looks = [_look(last + timedelta(minutes=15)), _look(last + timedelta(days=1))]
        return (*ends, *(self._told(name, look) for look in looks for name in self.jobs))

    def told_again(self) -> tuple[int, ...]:
        """How many more events come of each end that was told before."""
        found = []
        for name, job in self.jobs.items():
            self._told(name, self._end(job))
            before = self.clients.events.put
            self._handled(self._end(job))
            found.append(self.clients.events.put - before)
        return tuple(found)

    def logs(self) -> bool:
        """Whether an invocation of the deployed function adds to its log."""
        functions, logs = (self.account.client(service) for service in ("lambda", "logs"))
        (function,) = self.account.resources(STACK, "AWS::Lambda::Function", "BedrockBatchOutcomes")
        group = functions.get_function(FunctionName=function)["Configuration"]["LoggingConfig"]["LogGroup"]

        def lines() -> int:
            return len(logs.filter_log_events(logGroupName=group)["events"])

        before = lines()
        # No event of its rules: it is ignored, and that is logged.
        functions.invoke(FunctionName=function, Payload=b"{}")
        return lines() > before

    def unseen(self, plan: Iterable[Removal], outcome: Callable[[], Any]) -> set[str]:
        """What can be taken away with the same outcome as before."""
        whole, survivors = outcome(), set()
        for removal in plan:
            self.role.set_statements(removal.left)
            self.tried += 1
            if outcome() == whole:
                survivors.add(removal.what)
        self.role.set_statements(self.role.statements)
        return survivors

    def _told(self, name: str, event: Mapping[str, Any]) -> str:
        """What was written of one job, for an event that comes before any marker."""
        for job in self.jobs.values():
            marker = _marker(job)
            self.account.client("s3").delete_object(Bucket=marker.bucket, Key=marker.key)
        handled = self._handled(event)
        marker, client = _marker(self.jobs[name]), self.account.client("s3")
        listed = client.list_objects_v2(Bucket=marker.bucket, Prefix=marker.key)
        if not listed["KeyCount"]:
            return f"{handled}, no marker"
        content = json.loads(client.get_object(Bucket=marker.bucket, Key=marker.key)["Body"].read())
        return f"{handled}, {json.dumps(content, sort_keys=True)}"

    def _handled(self, event: Mapping[str, Any]) -> str:
        left = TimeLeft(Context(300_000), lambda _seconds: None)
        try:
            handle(event, self.clients, self.own, left)
        except OutcomeError as error:
            return str(error)
        return "handled"

    def _end(self, job: Mapping[str, Any]) -> dict[str, Any]:
        detail = {"batchJobArn": job["jobArn"], "batchJobName": job["jobName"], "status": job["status"]}
        return {"source": "aws.bedrock", "detail-type": "Batch Inference Job State Change", "detail": detail}


def _look(at: datetime) -> dict[str, str]:
    return {"source": "aws.events", "detail-type": "Scheduled Event", "time": at.astimezone(UTC).isoformat()}


def _marker(job: Mapping[str, Any]) -> Object:
    manifest = answers(dict(job))
    return Object(manifest.bucket, manifest.key.replace("manifest.json.out", "outcome.json"))
