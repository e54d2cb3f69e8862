"""One run: deploy, wait, ask; what is seen becomes findings, what cannot be asked is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from live.account import Account
from live.asked import cloudformation, features, identity, refusals, rights, stopping
from live.asked.setting import Setting, request_like
from live.catalog import Finding
from live.cost import ASKED_JOBS
from live.deployed import Declared, Deployment
from live.jobs import Jobs, error_of
from live.names import APP_STACK, MORE_STACK, PROBE_STACK, ROLES_STACK, bucket_name
from live.places import objects_under, output_folder
from live.records import LEAST, records
from live.stacks import Stacks

from bedrock_batch_local.demo.cdk_cli import CdkCli

_NOT_INVOKED = "permissions to invokeModel"
_YOUNG = "Could not validate"
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

    def note(self, what: str, ask: Callable[[], Sequence[Finding]]) -> None:
        """Ask, and take note of the answers, or of why there are none."""
        try:
            self.findings += ask()
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

    def go(self, seen: Seen) -> list[Finding]:
        """Deploy, wait and ask; `seen` holds what there is of it, also if this is broken off."""
        watch = Jobs(self.account.client("bedrock"), {}, most=0, wait=self.wait, poll=self.poll)
        self._make_bucket()
        ended = self._declared(watch, seen)
        more = self.deployment.more(ended["foundation"], self.models["geographic"], network=self.network)
        self.tell("deploying roles to ask with")
        outputs = self.deployment.deploy(more, ROLES_STACK)
        roles = {name.removesuffix("RoleArn"): arn for name, arn in outputs.items()}
        self.tell("deploying a whole bucket and a key")
        seen.note("whole-bucket, own-key", lambda: self._more(watch, more, seen))
        if ended["foundation"]["status"] != "Completed":
            seen.failed.append("all else: the job of the foundation model has not completed")
            return []
        seen.findings.append(self._encryption(ended["foundation"]))
        jobs = Jobs(watch.bedrock, request_like(ended["foundation"]), most=ASKED_JOBS, wait=self.wait, poll=self.poll)
        profile = str(ended["geographic"]["modelId"])
        ask_all(Setting(self.account, jobs, ended["foundation"], profile, roles), seen, self.tell)
        return []

    def _declared(self, watch: Jobs, seen: Seen) -> dict[str, dict[str, Any]]:
        """The jobs of `app.py` once they have ended; those that failed for a known reason were declared once more."""
        self.tell("deploying app.py")
        first = {name: Declared(model) for name, model in self.models.items()}
        running = self.deployment.app(first)
        self.tell("asking CloudFormation")
        self._ask_cloudformation(seen)
        self.tell(f"waiting for {', '.join(running)}")
        ended = self._wait_for(watch, running, seen)
        second = {name: _again(first[name], job) for name, job in ended.items()}
        again = {name: each for name, each in second.items() if each is not None}
        if again:
            self.tell(f"once more: {', '.join(again)}")
            running = self.deployment.app({**first, **again})
            ended |= self._wait_for(watch, {name: running[name] for name in again}, seen)
        seen.findings += [*_of_declared(seen.jobs), *self._young_bucket(seen)]
        return ended

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

    def _wait_for(self, watch: Jobs, running: Mapping[str, str], seen: Seen) -> dict[str, dict[str, Any]]:
        ended = {name: watch.ended(arn) for name, arn in running.items()}
        seen.jobs += ended.items()
        return ended

    def _more(self, watch: Jobs, more: CdkCli, seen: Seen) -> list[Finding]:
        outputs = self.deployment.deploy(more, MORE_STACK)
        running = {
            name: outputs[f"{name.replace('-', '')}JobArn"]
            for name in ("whole-bucket", "own-key", *(["network"] if self.network else []))
        }
        self.tell(f"waiting for {', '.join(running)}")
        ended = self._wait_for(watch, running, seen)
        findings = [_told(name, job["status"] == "Completed", _end(job)) for name, job in ended.items()]
        tried_again = [name for name, job in ended.items() if job["jobName"].endswith("-2")]
        if tried_again:
            findings.append(Finding("young-bucket", "yes", f"the gate has tried again: {', '.join(tried_again)}"))
        if ended["whole-bucket"]["status"] == "Completed":
            bucket, folder = output_folder(ended["whole-bucket"])
            names = [key.removeprefix(folder) for key in objects_under(self.account.client("s3"), bucket, folder)]
            kept = any("deeper/" in name for name in names)
            findings.append(Finding("nested-output", "in their folders" if kept else "side by side", ", ".join(names)))
        return findings

    def _young_bucket(self, seen: Seen) -> list[Finding]:
        """That no bucket was too young, if none was, and how young the first one was."""
        (_, job), *_ = seen.jobs
        if any(str(each.get("message", "")).startswith(_YOUNG) for _, each in seen.jobs):
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


def _again(declared: Declared, job: Mapping[str, Any]) -> Declared | None:
    """How to declare a failed job once more: without the condition, or as it was in a place that was too young."""
    message = str(job.get("message", ""))
    if job["status"] != "Failed" or not (_NOT_INVOKED in message or message.startswith(_YOUNG)):
        return None
    is_bound = _NOT_INVOKED in message and declared.restricted
    return replace(declared, run=declared.run + 1, restricted=declared.restricted and not is_bound)


def _of_declared(jobs: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Finding]:
    """What the jobs of `app.py` tell of the assumptions."""
    ends = {name: [_end(job) for each, job in jobs if each == name] for name, _ in jobs}
    completed = {name: [end == "Completed" for end in found] for name, found in ends.items()}
    findings = []
    for name, key in (("geographic", "profile-key"), ("global", "global-keys")):
        if name in ends:
            seen = "yes" if completed[name][0] else "no" if _NOT_INVOKED in ends[name][0] else "not told"
            last = "" if len(ends[name]) == 1 else f"; without the condition: {ends[name][-1]}"
            findings.append(Finding(key, seen, ends[name][0] + last, {"yes": True, "no": False}.get(seen)))
    young = [name for name, found in ends.items() if len(found) > 1 and found[0].startswith(f"Failed: {_YOUNG}")]
    if any(completed[name][-1] for name in young):
        findings.append(Finding("young-bucket", "yes", f"{ends[young[0]][0]}; then {ends[young[0]][-1]}"))
    first = ends["foundation"]
    is_list = "ListBucket" in first[-1]
    is_done = first[-1] == "Completed"
    evidence = f"{first[-1]}, with no other right in S3"
    listed = Finding("list-prefix", "no", first[-1], False) if is_list else _told("list-prefix", is_done, evidence)
    return [*findings, listed, _told("s3-actions", is_done, evidence)]


def _end(job: Mapping[str, Any]) -> str:
    return f"{job['status']}: {job['message']}" if job.get("message") else str(job["status"])


def _told(key: str, is_so: bool, evidence: str) -> Finding:
    """A finding that only a job that completes can give."""
    return Finding(key, "yes" if is_so else "not told", evidence, is_so or None)
