"""What the ends of the declared jobs tell; pure, as it decides whether an assumption holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from live.catalog import Finding
from live.deployed import Declared

# In the labels of jobs that were declared once more.
AGAIN, UNBOUND = "once more", "without the condition"
YOUNG = "Could not validate"
_NOT_INVOKED = "permissions to invokeModel"

Job = Mapping[str, Any]


def once_more(declared: Declared, job: Job) -> Declared | None:
    """How to declare a failed job once more: without the condition, or as it was in a place that was too young."""
    message = str(job.get("message", ""))
    is_profile = ":inference-profile/" in str(job["modelId"])
    if job["status"] == "Failed" and _NOT_INVOKED in message and is_profile:
        return replace(declared, run=declared.run + 1, restricted=False)
    if job["status"] == "Failed" and message.startswith(YOUNG):
        return replace(declared, run=declared.run + 1)
    return None


def of_app(jobs: Sequence[tuple[str, Job]]) -> list[Finding]:
    """What the jobs of `app.py` tell, by their labels."""
    ends = {label: _end(job) for label, job in jobs}
    findings = []
    for name, key in (("geographic", "profile-key"), ("global", "global-keys")):
        if name in ends:
            bound, unbound = ends.get(f"{name}, {AGAIN}", ends[name]), ends.get(f"{name}, {UNBOUND}", "")
            evidence = f"{bound}; {UNBOUND}: {unbound}" if unbound else bound
            # If it fails without the condition, too, that is not the reason.
            is_condition = _NOT_INVOKED in bound and unbound == "Completed"
            findings.append(_judged(key, evidence, yes=bound == "Completed", no=is_condition))
    young = [label for label, end in ends.items() if end.startswith(f"Failed: {YOUNG}")]
    if any(ends.get(f"{label}, {AGAIN}") == "Completed" for label in young):
        findings.append(Finding("young-bucket", "yes", f"{ends[young[0]]}; then Completed"))
    first = next(iter(ends))
    last = ends.get(f"{first}, {AGAIN}", ends.get(f"{first}, {UNBOUND}", ends[first]))
    return [*findings, Finding("s3-actions", "yes, for small answers" if last == "Completed" else "not told", last)]


def of_more(ended: Mapping[str, Job]) -> list[Finding]:
    """What the jobs of the second app tell, by their names; the one of a folder tells of `s3:prefix`."""
    folder = ended["folder"]
    findings = [
        _judged(name, _end(job), yes=job["status"] == "Completed", no=False)
        for name, job in ended.items()
        if name != "folder"
    ]
    is_refused = folder["status"] == "Failed" and "ListBucket" in str(folder.get("message"))
    evidence = f"a folder: {_end(folder)}"
    findings.append(_judged("list-prefix", evidence, yes=folder["status"] == "Completed", no=is_refused))
    # The gate gives a second attempt the number two.
    again = [name for name, job in ended.items() if job["jobName"].endswith("-2")]
    if again:
        findings.append(Finding("young-bucket", "yes", f"the gate has tried again: {', '.join(again)}"))
    return findings


def _judged(key: str, evidence: str, *, yes: bool, no: bool) -> Finding:
    if yes or no:
        return Finding(key, "yes" if yes else "no", evidence, holds=yes)
    return Finding(key, "not told", evidence)


def _end(job: Job) -> str:
    return f"{job['status']}: {job['message']}" if job.get("message") else str(job["status"])
