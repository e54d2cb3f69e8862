"""The handler against the embedded batch service, in process, with time that only moves when somebody waits."""

import json
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any

from bedrock_batch.statuses import JobStatus
from bedrock_batch_local.engine.batch_engine import BatchEngine
from bedrock_batch_local.engine.client import InProcessClient
from bedrock_batch_local.engine.clock import ManualClock
from bedrock_batch_local.engine.quirks import Quirks
from handler.buckets import Buckets, BucketsClient
from handler.cloudformation import OneStack
from handler.runtime import Clients, Context, Hook, SharedClock, Watched
from model_invocation_job.core.errors import StillRunningError
from model_invocation_job.core.event import ResourceEvent
from model_invocation_job.core.own_stack import OwnStack
from model_invocation_job.core.progress import Progress
from model_invocation_job.invocation import Invocation
from model_invocation_job.io.bedrock import Jobs
from model_invocation_job.io.deadline import Deadline
from model_invocation_job.io.objects import Objects
from model_invocation_job.io.stack import StackWatch
from model_invocation_job.operations.session import Session

ACCOUNT, REGION = "111122223333", "us-east-1"
STACK_ID = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/Reports/0a1b2c3d-0000-1111-2222-333344445555"
# Of the partitions whose `AWS::URLSuffix` is another.
URL_SUFFIXES = {
    "aws": "amazonaws.com",
    "aws-cn": "amazonaws.com.cn",
    "aws-us-gov": "amazonaws.com",
    "aws-iso": "c2s.ic.gov",
}


def own_stack(stack_id: str) -> OwnStack:
    """What the function of a stack knows of it."""
    return OwnStack(stack_id, URL_SUFFIXES.get(stack_id.split(":")[1], "amazonaws.com"))


def response_url(stack_id: str, issued: datetime) -> str:
    """Where CloudFormation takes the answers of a stack."""
    own, region = own_stack(stack_id), stack_id.split(":")[3]
    host = f"cloudformation-custom-resource-response-{region.replace('-', '')}.s3.{region}.{own.url_suffix}"
    return f"https://{host}/x?X-Amz-Date={issued:%Y%m%dT%H%M%SZ}&X-Amz-Expires=7200&X-Amz-Signature=5ec7e7"


OWN_STACK = own_stack(STACK_ID)
PROMPTS = b'{"recordId": "1", "modelInput": {"prompt": "never to be seen"}}\n'
UPLOADED = "s3://assets/deploy-time/0123.jsonl"
INPUT_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0a1b2c3d"


def properties(**changes: Any) -> dict[str, Any]:
    """The properties of a complete job as CloudFormation delivers them, every scalar a string.

    An `InputDigest` of `None` is data that lives in a bucket.
    """
    uploaded: dict[str, Any] = {}
    source = "s3://records/tickets.jsonl"
    if (digest := changes.pop("InputDigest", "a" * 64)) is not None:
        source = f"s3://prompts/Reports-c8/Tickets-c8/{digest}/tickets.jsonl"
        uploaded = {
            "InputDigest": digest,
            "InputFiles": [{"Source": UPLOADED, "Name": "tickets.jsonl"}],
            "InputKey": INPUT_KEY,
            "InputRecords": "500",
        }
    job = {
        "modelId": "us.anthropic.claude-haiku-4-5-20251001-v1:0",
        "modelInvocationType": "Converse",
        "roleArn": f"arn:aws:iam::{ACCOUNT}:role/cdk-bedrock-batch/{REGION}/Reports/Service",
        "inputDataConfig": {
            "s3InputDataConfig": {
                "s3Uri": source,
                "s3InputFormat": "JSONL",
                "s3BucketOwner": ACCOUNT,
            }
        },
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://answers/tickets/", "s3BucketOwner": ACCOUNT}},
        "timeoutDurationInHours": "48",
        "tags": [{"key": "team", "value": "support"}],
    }
    top = {
        "ServiceToken": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:handler",
        "ServiceTimeout": "900",
        "Job": job | changes.pop("Job", {}),
        "JobNamePrefix": "tickets",
        "RunId": "1",
    } | uploaded
    return {name: value for name, value in (top | changes).items() if value is not None}


@dataclass
class World:
    """One stack with one resource, a batch service, the answers that CloudFormation got, and what Lambda met."""

    engine: BatchEngine
    bedrock: InProcessClient
    cloudformation: OneStack
    s3: BucketsClient
    buckets: Buckets
    clock: SharedClock
    service_clock: ManualClock
    answers: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    errors: list[StillRunningError] = field(default_factory=list)
    _requests: int = 0
    _statuses: dict[str, JobStatus] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.engine.on_change(lambda job: self._statuses.update({job.arn: job.status}))

    def event(self, request_type: str, *, issued_ago: float = 1.0, **members: Any) -> dict[str, Any]:
        """An event as CloudFormation builds it, signed `issued_ago` seconds ago."""
        self._requests += 1
        issued = self.clock.now() - timedelta(seconds=issued_ago)
        event = {
            "RequestType": request_type,
            "RequestId": f"request-{self._requests}",
            "ResponseURL": response_url(STACK_ID, issued),
            "ResourceType": "Custom::BedrockModelInvocationJob",
            "StackId": STACK_ID,
            "LogicalResourceId": "TicketsE1",
            "ResourceProperties": properties(),
        }
        return event | members

    def deliver(
        self, event: dict[str, Any], *, remaining_milliseconds: int = 600_000, hook: Hook | None = None
    ) -> dict[str, Any]:
        """Run the function of the event's own stack on it and return the answer that CloudFormation gets.

        `hook` is told of each call, and of the PUT, before and after its effect (default: nobody is).
        """
        told = hook or (lambda _call, _moment: None)

        def put(_url: str, body: bytes, _sleep: Any) -> None:
            told("put", "before")
            self.bodies.append(body)
            self.answers.append(json.loads(body))
            told("put", "after")

        own = own_stack(event["StackId"])
        try:
            Invocation(self.watched(hook) if hook else self, own, self.clock, put).run(
                event, Context(remaining_milliseconds)
            )
        except StillRunningError as error:
            self.errors.append(error)
        return self.answers[-1]

    def watched(self, hook: Hook) -> Clients:
        """The clients, each call of which a hook is told of."""
        return Clients(*(Watched(client, hook) for client in (self.bedrock, self.cloudformation, self.s3)))

    def create(self, **changes: Any) -> dict[str, Any]:
        """Create with changed properties."""
        return self.deliver(self.event("Create", ResourceProperties=properties(**changes)))

    def update(self, physical_id: str, old: dict[str, Any], new: dict[str, Any], **options: Any) -> dict[str, Any]:
        """Update from old to new properties."""
        event = self.event(
            "Update", PhysicalResourceId=physical_id, OldResourceProperties=old, ResourceProperties=new, **options
        )
        return self.deliver(event)

    def delete(self, physical_id: str, props: dict[str, Any] | None = None) -> dict[str, Any]:
        """Delete an id."""
        event = self.event("Delete", PhysicalResourceId=physical_id, ResourceProperties=props or properties())
        return self.deliver(event)

    def status(self, job_arn: str) -> str:
        """The status of a job as Bedrock shows it."""
        return str(self.bedrock.get_model_invocation_job(jobIdentifier=job_arn)["status"])

    def live(self) -> list[str]:
        """The ARNs of all jobs that are neither ended nor ending, the newest first, whatever Bedrock shows of them."""
        self.engine.tick()
        ending = {
            JobStatus.STOPPING,
            JobStatus.STOPPED,
            JobStatus.COMPLETED,
            JobStatus.PARTIALLY_COMPLETED,
            JobStatus.FAILED,
            JobStatus.EXPIRED,
        }
        return [job_arn for job_arn, status in reversed(self._statuses.items()) if status not in ending]

    @property
    def started(self) -> int:
        """How many jobs were paid for."""
        return self.engine.bill().started

    def calls(self) -> list[str]:
        """The calls of the handler so far, by method."""
        calls = [method for method, _ in self.bedrock.calls + self.s3.calls]
        return calls + ["describe_stacks"] * len(self.cloudformation.calls)


def session_of(world: World, deadline: Deadline) -> Session:
    """What the handling of a Delete in a world has at hand."""
    progress = Progress()
    stack = StackWatch(world, STACK_ID, deadline, progress)
    event = ResourceEvent.parse(world.event("Delete"))
    jobs, objects = Jobs(world.bedrock, deadline, progress), Objects(world, progress)
    return Session(event, jobs, objects, stack, deadline, progress, lambda: False, world.clock.now)


def build_world(**options: Any) -> World:
    """A world of its own, for tests that need a differently behaving service.

    `options` are the engine's and, by their own names, the fields of its quirks; `visibility_lag_seconds` stands for
    both lags.
    """
    if (lag := options.pop("visibility_lag_seconds", None)) is not None:
        options |= {"get_lag_seconds": lag, "list_lag_seconds": lag}
    names = {quirk.name for quirk in fields(Quirks)} & set(options)
    quirks = replace(options.pop("quirks", Quirks()), **{name: options.pop(name) for name in names})
    service_clock = ManualClock()
    engine = BatchEngine(service_clock, quirks=quirks, **options)
    bedrock = InProcessClient(engine, account=ACCOUNT, region=REGION)
    return world_around(engine, bedrock, service_clock)


def world_around(engine: BatchEngine, bedrock: InProcessClient, clock: ManualClock) -> World:
    """A world with this batch service, in which the records of `properties` were uploaded."""
    buckets = Buckets(clock, ACCOUNT, bedrock.faults)
    buckets.put(UPLOADED, PROMPTS)
    s3 = BucketsClient(buckets, clock.advance, engine.availability)
    return World(engine, bedrock, OneStack(clock), s3, buckets, SharedClock(clock), clock)


def world_and_stack(**options: Any) -> tuple[World, OneStack]:
    """A world and its stack; `options` as for `build_world`."""
    world = build_world(**options)
    return world, world.cloudformation
