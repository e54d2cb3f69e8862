"""One run: deploy, wait, ask; what is seen becomes findings, what cannot be asked is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from live.account import Account
from live.asked import cloudformation, features, identity, refusals, rights, stopping
from live.asked.setting import Setting, request_like
from live.catalog import Finding
from live.cost import ASKED_JOBS
from live.deployed import Declared, Deployment
from live.jobs import Jobs, error_of
from live.judged import AGAIN, UNBOUND, YOUNG, of_app, of_more, once_more
from live.names import APP_STACK, MORE_STACK, PROBE_STACK, ROLES_STACK, bucket_name
from live.places import objects_under, output_folder
from live.records import LEAST, records
from live.stacks import Stacks

from bedrock_batch_local.cdk_cli import CdkCli

_FAILED_RESOURCE = re.compile(r"[A-Z]+_FAILED .+")
_ASKED_ONES = (
    identity.repeated_tokens,
    identity.repeated_names,
    identity.lists,
    stopping.stops,
    stopping.tag_conditions,
    refusals.refused_role,
    refusals.missing_rights,
    refusals.few_records,
    rights.start_rights,
    rights.invoke_right,
    features.record_features,
    features.shown_of_a_job,
)


@dataclass
class Seen:
    """What a run has seen so far: its jobs by name, one after the other, findings, and what could not be asked."""

    jobs: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def note(self, what: str, do: Callable[[], Sequence[Finding] | None]) -> None:
        """Do something, and take note of what it finds, or of why it could not be done."""
        try:
            self.findings += do() or ()
        except Exception as error:  # one question that breaks must not keep the others from being asked
            self.failed.append(f"{what}: {_reason(error)}")


def _reason(error: Exception) -> str:
    if isinstance(error, ClientError | BotoCoreError):
        return error_of(error)
    # Of what the CDK CLI prints the first resource that failed says why.
    failed = _FAILED_RESOURCE.search(str(error))
    return f"{type(error).__name__}: {failed[0] if failed else error}"


def ask_all(setting: Setting, seen: Seen, tell: Callable[[str], None]) -> None:
    """Ask everything that needs jobs of its own; each of them is stopped."""
    for ask in _ASKED_ONES:
        name = ask.__name__.replace("_", " ")
        tell(f"asking: {name}")
        try:
            seen.note(name, lambda ask=ask: ask(setting))  # type: ignore[misc] # bound
        finally:
            # List may not show them yet when everything is removed.
            setting.jobs.stop_all()


@dataclass(frozen=True)
class Run:
    """`models` are those of the jobs of `app.py` by their names, `network` adds the job in a VPC.

    `wait` bounds each watch and `poll` is the time between two looks, both in seconds. `tell` prints a line.
    """

    account: Account
    deployment: Deployment
    models: Mapping[str, str]
    network: bool
    wait: float
    poll: float
    tell: Callable[[str], None]

    def go(self, seen: Seen) -> None:
        """Deploy, wait and ask; `seen` holds what there is of it, also if this is broken off."""
        watch = Jobs(self.account.client("bedrock"), {}, most=0, wait=self.wait, poll=self.poll)
        self._make_bucket()
        ended = self._declared(watch, seen)
        base = ended[next(iter(self.models))]
        more = self.deployment.more(base, self.models["geographic"], network=self.network)
        self.tell("deploying roles to ask with")
        outputs = self.deployment.deploy(more, ROLES_STACK)
        roles = {name.removesuffix("RoleArn"): arn for name, arn in outputs.items()}
        self.tell("deploying a whole bucket, a folder and a key")
        seen.note("whole-bucket, folder, own-key", lambda: self._more(watch, more, seen))
        if base["status"] != "Completed":
            seen.failed.append("all else: the first job has not completed, and the others would be like it")
            return
        seen.findings.append(self._encryption(base))
        jobs = Jobs(watch.bedrock, request_like(base), most=ASKED_JOBS, wait=self.wait, poll=self.poll)
        profile = str(ended["geographic"]["modelId"])
        ask_all(Setting(self.account, jobs, base, profile, roles), seen, self.tell)

    def _declared(self, watch: Jobs, seen: Seen) -> dict[str, dict[str, Any]]:
        """The jobs of `app.py` once they have ended; those that failed for a known reason were declared once more."""
        self.tell("deploying app.py")
        first = {name: Declared(model) for name, model in self.models.items()}
        running = self.deployment.app(first)
        self.tell("asking CloudFormation")
        self._ask_cloudformation(seen)
        self.tell(f"waiting for {', '.join(running)}")
        ended = self._wait_for(watch, {name: (name, arn) for name, arn in running.items()}, seen)
        again = {name: each for name, job in ended.items() if (each := once_more(first[name], job))}
        if again:
            self.tell(f"once more: {', '.join(again)}")
            seen.note("once more", lambda: self._once_more(watch, {**first, **again}, again, ended, seen))
        seen.findings += [*of_app(seen.jobs), *self._young_bucket(seen)]
        return ended

    def _once_more(
        self,
        watch: Jobs,
        declared: Mapping[str, Declared],
        again: Mapping[str, Declared],
        ended: dict[str, dict[str, Any]],
        seen: Seen,
    ) -> None:
        running = self.deployment.app(declared)
        labels = {name: f"{name}, {AGAIN if each.restricted else UNBOUND}" for name, each in again.items()}
        ended |= self._wait_for(watch, {name: (labels[name], running[name]) for name in again}, seen)

    def _make_bucket(self) -> None:
        s3, region = self.account.client("s3"), self.account.region
        # The one Region that S3 does not take as a constraint.
        where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket_name(self.account), **where)
        for key in ("a.jsonl", "deeper/b.jsonl"):
            s3.put_object(Bucket=bucket_name(self.account), Key=key, Body=records(LEAST, key.partition(".")[0]))

    def _ask_cloudformation(self, seen: Seen) -> None:
        probe = cloudformation.Probe(self.account, PROBE_STACK, poll=self.poll)
        for ask in (cloudformation.replacement, cloudformation.rollback, cloudformation.cancelled):
            seen.note(ask.__name__, lambda ask=ask: ask(probe))  # type: ignore[misc] # bound
        seen.note("retry", lambda: cloudformation.retry(self.account, poll=self.poll))

    def _wait_for(self, watch: Jobs, running: Mapping[str, tuple[str, str]], seen: Seen) -> dict[str, dict[str, Any]]:
        """The jobs once they have ended, by name; `running` has the label for the report and the ARN of each."""
        ended = {}
        for name, (label, arn) in running.items():
            ended[name] = watch.ended(arn)
            seen.jobs.append((label, ended[name]))
        return ended

    def _more(self, watch: Jobs, more: CdkCli, seen: Seen) -> list[Finding]:
        outputs = self.deployment.deploy(more, MORE_STACK)
        names = ("whole-bucket", "folder", "own-key", *(["network"] if self.network else []))
        running = {name: (name, outputs[f"{name.replace('-', '')}JobArn"]) for name in names}
        self.tell(f"waiting for {', '.join(running)}")
        ended = self._wait_for(watch, running, seen)
        findings = of_more(ended)
        if ended["whole-bucket"]["status"] == "Completed":
            bucket, place = output_folder(ended["whole-bucket"])
            found = [key.removeprefix(place) for key in objects_under(self.account.client("s3"), bucket, place)]
            kept = any("deeper/" in name for name in found)
            findings.append(Finding("nested-output", "in their folders" if kept else "side by side", ", ".join(found)))
        return findings

    def _young_bucket(self, seen: Seen) -> list[Finding]:
        """That no bucket was too young, if none was, and how young the first one was."""
        (_, job), *_ = seen.jobs
        if any(str(each.get("message", "")).startswith(YOUNG) for _, each in seen.jobs):
            return []
        stack = Stacks(self.account.client("cloudformation")).describe(APP_STACK)
        seconds = (job["submitTime"] - stack["CreationTime"]).total_seconds() if stack else 0.0
        return [Finding("young-bucket", "not seen", f"the first job was submitted {seconds:.0f} s after its stack")]

    def _encryption(self, job: Mapping[str, Any]) -> Finding:
        s3 = self.account.client("s3")
        bucket, folder = output_folder(job)
        key = next(key for key in objects_under(s3, bucket, folder) if key.endswith(".jsonl.out"))
        shown = s3.head_object(Bucket=bucket, Key=key)
        asked = job["outputDataConfig"]["s3OutputDataConfig"]["s3EncryptionKeyId"]
        is_key = shown.get("SSEKMSKeyId", "").rpartition("/")[2] == asked.rpartition("/")[2]
        return Finding(
            "encryption",
            str(shown.get("ServerSideEncryption", "not at all")),
            f"{'with' if is_key else 'not with'} the key of s3EncryptionKeyId",
            is_key,
        )
