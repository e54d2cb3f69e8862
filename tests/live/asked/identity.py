"""Tokens, names and lists: what makes two requests one job, and how it is found again."""

from __future__ import annotations

from datetime import UTC, datetime

from live.asked.setting import Setting
from live.catalog import Finding
from live.jobs import Jobs, is_arn, outcome

from model_invocation_job.core.limits import VISIBLE_SECONDS


def repeated_tokens(setting: Setting) -> list[Finding]:
    """A token that was used before, while its job runs and afterwards."""
    jobs, names = setting.jobs, setting.jobs.names()
    first = jobs.start(**names)
    again = outcome(lambda: jobs.start(**names))
    changed = outcome(lambda: jobs.start(**names, timeoutDurationInHours=25))
    jobs.stop(first)
    jobs.ended(first)
    ended = outcome(lambda: jobs.start(**names))
    return [
        Finding("token-same", _same(first, again), again),
        Finding("token-changed", _same(first, changed), changed),
        Finding("token-ended", _same(first, ended), ended),
    ]


def repeated_names(setting: Setting) -> list[Finding]:
    """A name that was used before."""
    jobs, names = setting.jobs, setting.jobs.names()
    first = jobs.start(**names)
    live = outcome(lambda: jobs.start(**_named(names["jobName"])))
    jobs.stop(first)
    jobs.ended(first)
    stopped = outcome(lambda: jobs.start(**_named(names["jobName"])))
    completed = outcome(lambda: jobs.start(**_named(setting.base["jobName"])))
    return [
        Finding("name-live", _accepted(live), live),
        Finding("name-stopped", _accepted(stopped), stopped),
        Finding("name-completed", _accepted(completed), completed),
    ]


def lists(setting: Setting) -> list[Finding]:
    """How late List shows a job, what it and Get show, and how far back it reaches."""
    jobs, names = setting.jobs, setting.jobs.names()
    arn = jobs.request_start(**names)
    seen: list[str] = []

    def is_listed() -> bool:
        found = jobs.bedrock.list_model_invocation_jobs(nameContains=names["jobName"])["invocationJobSummaries"]
        seen.extend(str(job.get("clientRequestToken")) for job in found)
        return bool(found)

    got = jobs.seconds_until(lambda: bool(jobs.status(arn)))
    listed = jobs.seconds_until(is_listed)
    token, shown = names["clientRequestToken"], str(jobs.get(arn).get("clientRequestToken"))
    return [
        _lag("get-lag", got, arn),
        _lag("list-lag", None if listed is None or got is None else got + listed, arn),
        Finding("list-token", "yes" if seen[-1:] == [token] else "no", str(seen[-1:])),
        Finding("get-token", "yes" if shown == token else "no", shown),
        _oldest(setting),
    ]


def _oldest(setting: Setting) -> Finding:
    answer = setting.jobs.bedrock.list_model_invocation_jobs(sortBy="CreationTime", sortOrder="Ascending", maxResults=1)
    (oldest,) = answer["invocationJobSummaries"]
    days = (datetime.now(UTC) - oldest["submitTime"]).days
    return Finding(
        "retention", f"{max(days, 0)} days", f"{oldest['jobArn']}, submitted {oldest['submitTime']:%Y-%m-%d}"
    )


def _lag(key: str, seconds: float | None, arn: str) -> Finding:
    if seconds is None:
        return Finding(key, "bound passed", arn, holds=False)
    return Finding(key, f"{seconds:.1f} s", arn, holds=seconds < VISIBLE_SECONDS)


def _named(name: str) -> dict[str, str]:
    return Jobs.names() | {"jobName": name}


def _same(first: str, found: str) -> str:
    if found == first:
        return "the same job"
    return "another job" if is_arn(found) else f"refused, {found.partition(':')[0]}" if found else "no ARN"


def _accepted(found: str) -> str:
    return "yes" if is_arn(found) else f"no, {found.partition(':')[0]}"
