"""Runs a drawn job on the engine and the work of the embedded AWS, with a dictionary for S3: thousands in minutes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from botocore.exceptions import ClientError
from botocore.response import StreamingBody

from bedrock_batch.cli.aws import Aws
from bedrock_batch.cli.found_job import FoundJob
from bedrock_batch_local.engine.batch_engine import BatchEngine
from bedrock_batch_local.engine.clock import ManualClock
from bedrock_batch_local.engine.job import DEFAULT_TIMEOUT_HOURS, SECONDS_PER_HOUR, Job
from bedrock_batch_local.engine.pacing import Pacing
from bedrock_batch_local.engine.quirks import Quirks
from bedrock_batch_local.engine.scope import Scope
from bedrock_batch_local.engine.work_answers import Delivery, Outcome, Progress, Validation
from bedrock_batch_local.iam.service_role import ServiceRole
from bedrock_batch_local.inference.answers import DeterministicModel
from bedrock_batch_local.inference.one_record import Inference
from bedrock_batch_local.sdk import Keys
from bedrock_batch_local.work.batch_work import BatchWork
from bedrock_batch_local.work.bucket import JobBucketAccess
from bedrock_batch_local.work.locations import InputLocation, OutputLocation
from bedrock_batch_local.work.records import InvalidInput
from bedrock_batch_local.work.young_buckets import YoungBuckets
from e2e.results_contract.drawn_job import DrawnJob
from e2e.results_contract.requests import request_of, run_files

LONG = 4 * 24 * SECONDS_PER_HOUR
_SCOPE = Scope("111122223333", "us-east-1", "aws")
_Answer = TypeVar("_Answer")


class _Parallel(DeterministicModel):
    # Waiting for one thread after each four records would take a third of the time.
    parallel = 8


_INFERENCE = Inference(_Parallel())


@dataclass
class Bucket:
    """S3 as a dictionary, with what `JobFiles` asks of a client."""

    objects: dict[str, bytes] = field(default_factory=dict)

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        try:
            body = self.objects[Key]
        except KeyError:
            said = {"Error": {"Code": "NoSuchKey", "Message": Bucket}, "ResponseMetadata": {"HTTPStatusCode": 404}}
            raise ClientError(said, "GetObject") from None
        return {"Body": StreamingBody(io.BytesIO(body), len(body))}

    def get_paginator(self, operation: str) -> Bucket:
        assert operation == "list_objects_v2"
        return self

    def paginate(self, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:  # noqa: ARG002, N803 - boto3's names
        for key in self.below(Prefix):
            yield {"IsTruncated": True, "Contents": [{"Key": key}]}
        yield {"IsTruncated": False}

    def below(self, prefix: str) -> list[str]:
        return sorted((key for key in self.objects if key.startswith(prefix)), key=str.encode)


class InMemory:
    """Runs one job at once, in this process."""

    def __init__(self, drawn: DrawnJob, *, nested: bool) -> None:
        """Write the input, start the job and let its time pass."""
        self._bucket = Bucket()
        name, folder, output = "job-1", "s3://inputs/data/", "s3://outputs/deep/out/"
        self._bucket.objects |= {f"data/{path}": body for path, body in drawn.content.items()}
        self._bucket.objects |= {"data2/more.jsonl": b"{}\n", **dict(run_files(drawn, name, output))}
        clock = ManualClock()
        quirks = Quirks(keeps_folders=nested)
        workload = _Work(drawn, self._bucket, quirks)
        engine = BatchEngine(clock, workload, pacing=_pacing(drawn), quirks=quirks)
        role = f"arn:aws:iam::{_SCOPE.account}:role/r"
        arn = engine.create(_SCOPE, request_of(drawn, name, folder, output, role))
        if drawn.end.kind.startswith("stop"):
            clock.advance(drawn.end.seconds)
            engine.stop(_SCOPE, arn)
        clock.advance(LONG)
        self.shown = engine.get(_SCOPE, arn)
        self._folder = f"deep/out/{arn.rpartition('/')[2]}/"
        workload.close()

    @property
    def output(self) -> dict[str, bytes]:
        """The objects in the folder of the job, by their paths below it."""
        found = self._bucket.below(self._folder)
        return {key.removeprefix(self._folder): self._bucket.objects[key] for key in found}

    def replace_output(self, objects: dict[str, bytes]) -> None:
        for key in self._bucket.below(self._folder):
            del self._bucket.objects[key]
        self._bucket.objects |= {f"{self._folder}{name}": body for name, body in objects.items()}

    def found(self) -> tuple[Aws, FoundJob]:
        """What the command line reads it with."""
        return _MemoryAws(self._bucket), FoundJob(self.shown)


class _MemoryAws(Aws):
    def __init__(self, bucket: Bucket) -> None:
        super().__init__()
        self._bucket = bucket

    def client(self, service: str, *, region: str | None = None) -> Any:
        assert (service, region) == ("s3", _SCOPE.region)
        return self._bucket


def _pacing(drawn: DrawnJob) -> Pacing:
    if not drawn.end.kind.startswith("expire"):
        return Pacing()
    deadline = DEFAULT_TIMEOUT_HOURS * SECONDS_PER_HOUR
    return Pacing(scheduled=deadline - 60 - 90 - drawn.end.seconds)


class _Work:
    """The work of one job, done when it is asked for."""

    def __init__(self, drawn: DrawnJob, bucket: Bucket, quirks: Quirks) -> None:
        self._made_of = drawn, bucket, quirks
        self._work: _WorkInMemory | None = None
        self._answers: dict[str, Any] = {}

    def validate(self, job: Job) -> Validation:
        return self._once("validate", self._of(job).validate)

    def run(self, job: Job) -> Outcome:
        return self._once("run", self._of(job).run)

    def progress(self, job: Job, planned: int) -> Progress:
        return self._of(job).progress(planned)

    def deliver(self, job: Job, records: int) -> Delivery:
        return self._once("deliver", lambda: self._of(job).deliver(records))

    def close(self) -> None:
        if self._work:
            self._work.close()

    def _of(self, job: Job) -> _WorkInMemory:
        self._work = self._work or _WorkInMemory(job, *self._made_of)
        return self._work

    def _once(self, verb: str, work: Callable[[], _Answer]) -> _Answer:
        if verb not in self._answers:
            self._answers[verb] = work()
        found: _Answer = self._answers[verb]
        return found


class _WorkInMemory(BatchWork):
    """The real work but for S3 and IAM."""

    def __init__(self, job: Job, drawn: DrawnJob, bucket: Bucket, quirks: Quirks) -> None:
        super().__init__(job, "", _INFERENCE, quirks, YoungBuckets(quirks))
        self._role = _Role(job, quirks, may_invoke=drawn.end.kind != "may not invoke")
        self._in_memory = _Access(bucket, drawn.end.writes if drawn.end.kind == "may not write" else None)

    def _access(self, credentials: Keys) -> JobBucketAccess:  # noqa: ARG002 - as in the base
        return self._in_memory


class _Role(ServiceRole):
    def __init__(self, job: Job, quirks: Quirks, *, may_invoke: bool) -> None:
        super().__init__(job, quirks)
        self._may_invoke = may_invoke

    def assumable(self) -> bool:
        return True

    def session(self) -> Keys:
        return Keys("access", "secret", "token")

    def may_invoke(self, credentials: Keys) -> bool:  # noqa: ARG002 - as in the base
        return self._may_invoke


class _Access(JobBucketAccess):
    def __init__(self, bucket: Bucket, writes: int | None) -> None:
        self._bucket = bucket
        self._writes_left = writes

    def input_files(
        self,
        location: InputLocation,
        *,
        with_prefix: bool = True,  # noqa: ARG002 - as in the base
        is_too_young: bool = False,  # noqa: ARG002 - as in the base
    ) -> list[tuple[str, int]]:
        found = self._bucket.below(location.prefix)
        return [(key, len(self._bucket.objects[key])) for key in found if location.holds(key)]

    def read(self, bucket: str, key: str) -> Iterator[bytes]:  # noqa: ARG002 - as in the base
        body = self._bucket.objects[key]
        return (body[start : start + 4096] for start in range(0, len(body), 4096))

    def check_write(self, location: OutputLocation, keys: list[str], kms_key: str | None) -> None:
        pass

    def write(self, bucket: str, key: str, body: bytes, kms_key: str | None) -> None:  # noqa: ARG002 - as in the base
        if self._writes_left == 0:
            raise InvalidInput(f"no right to {bucket}")
        if self._writes_left is not None:
            self._writes_left -= 1
        self._bucket.objects[key] = body
