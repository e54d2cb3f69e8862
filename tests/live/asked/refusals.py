"""What is refused, when, and in which words."""

from __future__ import annotations

from live.asked.setting import Setting
from live.catalog import Finding
from live.jobs import is_arn, outcome
from live.names import bucket_name
from live.records import FEW, records


def refused_role(setting: Setting) -> list[Finding]:
    """A role that is not there."""
    nobody = setting.base["roleArn"].rpartition("/")[0] + f"/{setting.jobs.names()['jobName']}"
    return [Finding("role-refused", *_sync_or_async(setting, {"roleArn": nobody}))]


def missing_rights(setting: Setting) -> list[Finding]:
    """An output bucket for which the role has no rights, and the Stop of the failed job."""
    nowhere = {"s3OutputDataConfig": {"s3Uri": f"s3://{bucket_name(setting.account)}/out/"}}
    before = len(setting.jobs.started)
    findings = [Finding("rights-missing", *_sync_or_async(setting, {"outputDataConfig": nowhere}))]
    if len(setting.jobs.started) > before:
        said = setting.jobs.stop(setting.jobs.started[-1])
        findings.append(Finding("stop-failed", said.partition(":")[0], said))
    return findings


def few_records(setting: Setting) -> list[Finding]:
    """A job of fewer records than the least."""
    uri = setting.upload("few.jsonl", records(FEW))
    return [Finding("few-records", *_sync_or_async(setting, setting.reading(uri)))]


def _sync_or_async(setting: Setting, members: dict[str, object]) -> tuple[str, str]:
    found = outcome(lambda: setting.jobs.start(**setting.jobs.names(), **members))
    if not is_arn(found):
        return "refused at once", found
    end = setting.jobs.end_of(found)
    return ("the job fails" if end.startswith("Failed") else "not refused in time"), end
