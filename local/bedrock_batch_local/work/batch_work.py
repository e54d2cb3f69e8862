"""The real work of a job: its service role, its files in S3, its records through the model."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from bedrock_batch.manifest import ManifestField
from bedrock_batch_local.engine.job import Job
from bedrock_batch_local.engine.quirks import Quirks
from bedrock_batch_local.engine.work_answers import Delivery, Outcome, Progress, Validation
from bedrock_batch_local.iam.service_role import ServiceRole
from bedrock_batch_local.inference.one_record import Inference
from bedrock_batch_local.sdk import Keys
from bedrock_batch_local.work import records
from bedrock_batch_local.work.bucket import JobBucketAccess
from bedrock_batch_local.work.locations import InputLocation, OutputLocation
from bedrock_batch_local.work.network import JobNetwork
from bedrock_batch_local.work.results import InputFile, RecordResult, Results, result_of, spans
from bedrock_batch_local.work.young_buckets import YoungBuckets

# Messages of failed jobs in AWS's words. The first is documented for customization jobs. Batch jobs do not check the
# role in CreateModelInvocationJob, so it can appear only here.
ROLE_NOT_ASSUMABLE = "Could not assume provided IAM role"
MAY_NOT_INVOKE = "Customer doesn't have permissions to invokeModel"
# A message of the runtime: jobs were seen to fail with one that names the Marketplace and the service role.
NOT_SUBSCRIBED = (
    "Model access is denied due to IAM user or service role is not authorized to perform the required AWS Marketplace "
    "actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe) to enable access to this model. Refer to "
    "the Amazon Bedrock documentation for further details. Your AWS Marketplace subscription for this model cannot be "
    "completed at this time. If you recently fixed this issue, try again after 5 minutes."
)


class BatchWork:
    """One job's work. Its methods block, so each runs in a background thread. Any thread may read ``progress``."""

    def __init__(
        self, job: Job, endpoint_url: str, inference: Inference, quirks: Quirks, young_buckets: YoungBuckets
    ) -> None:
        self._job = job
        self._quirks = quirks
        self._young_buckets = young_buckets
        self._endpoint_url = endpoint_url
        self._inference = inference
        self._role = ServiceRole(job, quirks)
        self._network = JobNetwork(job, self._role)
        self._files: list[InputFile] = []
        self._results = Results()
        self._cancelled = threading.Event()

    def validate(self) -> Validation:
        """Check role, network, rights, files and records, in this order. The first fault is the job's message."""
        if not self._role.assumable():
            return Validation(failure=ROLE_NOT_ASSUMABLE)
        try:
            self._network.open(self._role.session())
            self._files = self._check_input()
        except records.InvalidInput as fault:
            return Validation(failure=str(fault))
        return Validation(records=sum(file.records for file in self._files))

    def run(self) -> Outcome:
        """Invoke the model for every record until it is done or cancelled."""
        credentials = self._role.session()
        if not self._role.may_invoke(credentials):
            return Outcome(failure=MAY_NOT_INVOKE)
        if self._job.model.base.startswith(tuple(f"{provider}." for provider in self._quirks.unsubscribed)):
            return Outcome(failure=NOT_SUBSCRIBED)
        try:
            for result in self._answers(credentials):
                self._results.add(result)
        except records.InvalidInput as fault:
            return Outcome(failure=str(fault))
        return Outcome()

    def progress(self, planned: int) -> Progress:
        return self._results.progress(planned)

    def tokens(self, records: int) -> tuple[int, int]:
        """Input and output tokens of the first records, as far as they are done."""
        return self._results.tokens(records)

    def deliver(self, count: int) -> Delivery:
        """Write one ``.out`` file for each input file and the manifest, for the first ``count`` records."""
        self._cancelled.set()
        credentials = self._role.session()
        access = self._access(credentials)
        output, kms_key = OutputLocation.of(self._job), self._job.output.get("s3EncryptionKeyId")
        progress = self._results.progress(count)
        try:
            for file, start, stop in spans(self._files, progress.processed):
                body = self._results.lines(start, stop)
                access.write(output.bucket, output.result_key(file.name), body, kms_key)
            access.write(output.bucket, output.manifest_key, self._manifest(progress), kms_key)
            self._network.close(credentials)
        except records.InvalidInput as fault:
            return Delivery(progress, failure=str(fault))
        return Delivery(progress)

    def close(self) -> None:
        self._cancelled.set()
        # Interfaces that the role may not remove are kept, as on AWS.
        with contextlib.suppress(records.InvalidInput):
            self._network.close(self._role.session())
        self._results.close()

    def _check_input(self) -> list[InputFile]:
        access = self._access(self._role.session())
        location, output = InputLocation.of(self._job), OutputLocation.of(self._job)
        found = access.input_files(
            location,
            with_prefix=self._quirks.lists_with_prefix,
            is_too_young=self._young_buckets.fails(location.bucket),
        )
        if not found:
            raise records.InvalidInput(f"No .jsonl file found at s3://{location.bucket}/{location.prefix}")
        records.check_sizes(found)
        files = [
            InputFile(key, self._name(location.relative(key)), records.count(access.read(location.bucket, key), key))
            for key, _ in found
        ]
        records.check_total(sum(file.records for file in files))
        keys = [output.result_key(file.name) for file in files] + [output.manifest_key]
        access.check_write(output, keys, self._job.output.get("s3EncryptionKeyId"))
        return files

    def _name(self, relative: str) -> str:
        return relative if self._quirks.keeps_folders else relative.rpartition("/")[2]

    def _answers(self, credentials: Keys) -> Iterator[RecordResult]:
        found = self._records(self._access(credentials))
        with ThreadPoolExecutor(self._inference.parallel, thread_name_prefix="inference") as pool:
            # In batches: a pool would read all input ahead, and a cancelled job must end soon.
            while not self._cancelled.is_set() and (portion := list(islice(found, self._inference.parallel * 4))):
                yield from pool.map(self._answer, portion)

    def _records(self, access: JobBucketAccess) -> Iterator[dict[str, Any]]:
        bucket = InputLocation.of(self._job).bucket
        position = 0
        for file in self._files:
            lines = records.lines(access.read(bucket, file.key))
            for number, line in islice(lines, file.records):
                position += 1
                record = records.parse(line, file.key, number)
                # The service adds an id to a record without one.
                yield record if record.get("recordId") else {**record, "recordId": f"REC{position:08d}"}

    def _answer(self, record: dict[str, Any]) -> RecordResult:
        answer = self._inference.answer(record["modelInput"], self._job.model.base, converse=self._job.converse)
        return result_of(record, answer)

    def _manifest(self, progress: Progress) -> bytes:
        input_tokens, output_tokens = self._results.tokens(progress.processed)
        members = {
            ManifestField.TOTAL_RECORDS: self._job.total,
            ManifestField.PROCESSED_RECORDS: progress.processed,
            ManifestField.SUCCESS_RECORDS: progress.success,
            ManifestField.ERROR_RECORDS: progress.errors,
            ManifestField.INPUT_TOKENS: input_tokens,
            ManifestField.OUTPUT_TOKENS: output_tokens,
        }
        return json.dumps(members).encode() + b"\n"

    def _access(self, credentials: Keys) -> JobBucketAccess:
        return JobBucketAccess(self._endpoint_url, self._job.scope.region, self._role, credentials)
