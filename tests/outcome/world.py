"""The function against services in process, with time that only moves when somebody waits."""

import json
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from batch_outcome.core.own_stack import OwnStack
from batch_outcome.invocation import handle
from batch_outcome.io.time_left import TimeLeft
from bedrock_batch.outcome import OutcomeRule
from bedrock_batch.run.identity import ResourceIdentity
from bedrock_batch.run.names import name_of, part_of
from bedrock_batch.statuses import JobStatus
from bedrock_batch_local.engine.batch_engine import BatchEngine
from bedrock_batch_local.engine.client import InProcessClient
from bedrock_batch_local.engine.clock import ManualClock
from bedrock_batch_local.engine.pacing import Pacing
from bedrock_batch_local.engine.quirks import Quirks
from bedrock_batch_local.engine.scope import Scope
from bedrock_batch_local.engine.workload import GivenWorkload
from handler.buckets import Buckets, BucketsClient
from handler.runtime import Context, Hook, Watched
from handler.world import ACCOUNT, REGION, STACK_ID
from outcome.event_bus import EventBus
from outcome.metric_store import MetricStore

OUTPUT = "s3://answers/tickets/"
LOGICAL_ID = "TicketsE1"
MODEL_ID = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
PART = part_of(STACK_ID, LOGICAL_ID)
SECONDS = 300.0
LONGEST = 30 * 24 * 3600.0
SCOPE = Scope(ACCOUNT, REGION, "aws")


@dataclass
class Clients:
    """The clients of one invocation."""

    bedrock: Any
    cloudwatch: Any
    events: Any
    s3: Any


@dataclass
class World:
    """One stack's function, the services that it calls, and what was told."""

    engine: BatchEngine
    bedrock: InProcessClient
    buckets: Buckets
    s3: BucketsClient
    bus: EventBus
    metrics: MetricStore
    clock: ManualClock
    _jobs: int = 0
    seconds: float = SECONDS
    jobs: list[str] = field(default_factory=list)

    def start(self, *, logical_id: str = LOGICAL_ID, output: str = OUTPUT, key_id: str = "", **changes: Any) -> str:
        """Start a job as the handler does, with its run file. Members of the run file can be changed. Its ARN."""
        self._jobs += 1
        resource = ResourceIdentity(changes.get("stackId", STACK_ID), logical_id)
        name = changes.pop("name", name_of("tickets", f"{resource.part}-{self._jobs:08x}", 1))
        token = changes.pop("token", resource.mark + f"{self._jobs:048x}")
        arn = str(
            self.bedrock.create_model_invocation_job(
                jobName=name,
                clientRequestToken=token,
                modelId=MODEL_ID,
                roleArn=f"arn:aws:iam::{ACCOUNT}:role/Service",
                inputDataConfig={"s3InputDataConfig": {"s3Uri": "s3://records/tickets.jsonl"}},
                outputDataConfig={
                    "s3OutputDataConfig": {"s3Uri": output, "s3BucketOwner": ACCOUNT}
                    | ({"s3EncryptionKeyId": key_id} if key_id else {})
                },
                timeoutDurationInHours=48,
            )["jobArn"]
        )
        run_file = {
            "schemaVersion": 1,
            "jobName": name,
            "stackId": STACK_ID,
            "logicalResourceId": logical_id,
            "runId": "1",
            "modelId": MODEL_ID,
            "outputS3Uri": output,
            "tags": {"team": "support"},
            "outcome": OutcomeRule().members(),
        } | changes
        self.buckets.put(f"{output}run/{name}.json", json.dumps(run_file).encode())
        self.jobs.append(arn)
        return arn

    def end(
        self,
        job_arn: str,
        status: JobStatus = JobStatus.COMPLETED,
        message: str = "",
        *,
        counts: tuple[int, int, int] | None = (500, 500, 0),
        output: str = OUTPUT,
    ) -> str:
        """Let a job end now. `counts` are total, success and error of its manifest (`None`: it has none). Its ARN."""
        self.engine.end(self.engine.find(SCOPE, job_arn), status, message)
        if counts is not None and status in (JobStatus.COMPLETED, JobStatus.PARTIALLY_COMPLETED):
            self.write_manifest(job_arn, counts, output)
        return job_arn

    def write_manifest(self, job_arn: str, counts: tuple[int, int, int], output: str = OUTPUT) -> None:
        """Write the manifest of a job with these counts of all records, successes and errors."""
        total, success, error = counts
        manifest = {
            "totalRecordCount": total,
            "processedRecordCount": success + error,
            "successRecordCount": success,
            "errorRecordCount": error,
            "inputTokenCount": 100 * success,
            "outputTokenCount": 20 * success,
        }
        self.buckets.put(self.place(job_arn, "manifest.json.out", output), json.dumps(manifest).encode())

    def place(self, job_arn: str, name: str, output: str = OUTPUT) -> str:
        """The URI of an object in the folder of a job."""
        return f"{output}{job_arn.rpartition('/')[2]}/{name}"

    def run_file(self, job_arn: str, output: str = OUTPUT) -> str:
        """The URI of the run file of a job."""
        return f"{output}run/{self.shown(job_arn)['jobName']}.json"

    def change_run_file(self, job_arn: str, **members: Any) -> None:
        """Write the run file of a job again, with other members."""
        uri = self.run_file(job_arn)
        found = self.buckets.found(uri)
        self.buckets.put(uri, json.dumps(json.loads(found.body if found else b"{}") | members).encode())

    def ended(self, **options: Any) -> str:
        """A job that has ended. `options` are those of `end`. Its ARN."""
        return self.end(self.start(), **options)

    def shown(self, job_arn: str) -> dict[str, Any]:
        """A job as Bedrock shows it."""
        return self.bedrock.get_model_invocation_job(jobIdentifier=job_arn)

    def event(self, job_arn: str, **members: Any) -> dict[str, Any]:
        """The event that Bedrock sends for the present status of a job."""
        shown = self.shown(job_arn)
        detail = {
            "version": "0.0",
            "accountId": ACCOUNT,
            "batchJobName": shown["jobName"],
            "batchJobArn": job_arn,
            "batchModelId": shown["modelId"],
            "status": shown["status"],
            "failureMessage": shown.get("message", ""),
            "creationTime": "Jan 1, 2026, 12:00:00 AM",
        }
        return {
            "version": "0",
            "id": "9f0e",
            "source": "aws.bedrock",
            "detail-type": "Batch Inference Job State Change",
            "account": ACCOUNT,
            "region": REGION,
            "resources": [job_arn],
            "detail": detail | members,
        }

    def schedule(self) -> dict[str, Any]:
        """The event of the schedule, which is due now."""
        at = datetime.fromtimestamp(int(self.clock.now()), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"version": "0", "source": "aws.events", "detail-type": "Scheduled Event", "time": at, "detail": {}}

    def deliver(self, event: Any, *, hook: Hook | None = None, stack_id: str = STACK_ID) -> None:
        """Run the function. `hook` is told of each call, before and after its effect (default: nobody is)."""
        end = self.clock.now() + self.seconds
        context = Context(lambda: int((end - self.clock.now()) * 1000))
        clients = [self.bedrock, self.metrics, self.bus, self.s3]
        if hook:
            clients = [Watched(client, hook) for client in clients]
        handle(event, Clients(*clients), OwnStack(stack_id), TimeLeft(context, self.clock.advance))

    def look(self, **options: Any) -> None:
        """Deliver the event of the schedule."""
        self.deliver(self.schedule(), **options)

    def marker(self, job_arn: str, output: str = OUTPUT) -> dict[str, Any] | None:
        """The marker of a job."""
        found = self.buckets.found(self.place(job_arn, "outcome.json", output))
        members: dict[str, Any] | None = None if found is None else json.loads(found.body)
        return members

    def told(self) -> list[tuple[str, str]]:
        """The ids of the jobs that were told, each with its outcome, in order."""
        return [(detail["eventId"], detail["outcome"]) for detail in self.bus.details()]


def job_id(job_arn: str) -> str:
    """The id of a job."""
    return job_arn.rpartition("/")[2]


def build_world(**options: Any) -> World:
    """A world whose jobs end only when a test lets them. `options` are the engine's and the fields of its quirks."""
    names = {quirk.name for quirk in fields(Quirks)} & set(options)
    quirks = Quirks(**{name: options.pop(name) for name in names})
    clock = ManualClock()
    options.setdefault("pacing", Pacing(start_up=LONGEST, longest_run=LONGEST))
    options.setdefault("live_jobs_per_model", 1000)
    engine = BatchEngine(clock, GivenWorkload(), quirks=quirks, **options)
    bedrock = InProcessClient(engine, account=ACCOUNT, region=REGION)
    buckets = Buckets(clock, ACCOUNT, bedrock.faults, listable={"answers"})
    s3 = BucketsClient(buckets, clock.advance, engine.availability)
    bus, metrics = EventBus(bedrock.faults, clock.advance), MetricStore(bedrock.faults, clock.advance)
    return World(engine, bedrock, buckets, s3, bus, metrics, clock)
