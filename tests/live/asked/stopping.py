"""Stops and tags: what a job allows in each of its states."""

from __future__ import annotations

from live.asked.setting import Setting
from live.catalog import Finding
from live.jobs import outcome

from model_invocation_job.core.limits import SETTLE_SECONDS

_TAG = {"key": "live", "value": "yes"}


def stops(setting: Setting) -> list[Finding]:
    """Stop of a stopping, a stopped and a completed job, and the tags of one that has ended."""
    jobs = setting.jobs
    arn = jobs.start(**jobs.names(), tags=[_TAG])
    jobs.stop(arn)
    stopping = jobs.stop(arn)
    status = jobs.get(arn)["status"]
    seconds = jobs.seconds_until(lambda: jobs.get(arn)["status"] == "Stopped")
    stopped = jobs.stop(arn)
    completed = jobs.stop(setting.base["jobArn"])
    read = outcome(lambda: str(jobs.bedrock.list_tags_for_resource(resourceARN=arn)["tags"]))
    changed = outcome(lambda: jobs.bedrock.tag_resource(resourceARN=arn, tags=[_TAG]) and "accepted")
    return [
        Finding("stop-stopping", stopping.partition(":")[0], f"{status} after it: {stopping}"),
        Finding(
            "stopping-seconds",
            "bound passed" if seconds is None else f"{seconds:.0f} s",
            arn,
            holds=seconds is not None and seconds < SETTLE_SECONDS,
        ),
        Finding("stop-stopped", stopped.partition(":")[0], stopped),
        Finding("stop-completed", completed.partition(":")[0], completed),
        Finding("tags-ended-read", "yes" if read.startswith("[") else f"no, {read.partition(':')[0]}", read),
        Finding("tags-ended-changed", "yes" if changed == "accepted" else f"no, {changed.partition(':')[0]}", changed),
    ]


def tag_conditions(setting: Setting) -> list[Finding]:
    """A caller who may stop tagged jobs only, at a live and at an ended one."""
    jobs = setting.jobs
    stopper = setting.account.as_role(setting.roles["Stopper"], "bedrock")
    arn = jobs.start(**jobs.names(), tags=[_TAG])
    bare = jobs.start(**jobs.names())
    untagged, tagged = jobs.stop(bare, stopper), jobs.stop(arn, stopper)
    jobs.ended(arn)
    ended = jobs.stop(arn, stopper)
    holds = _is_denied(untagged) and not _is_denied(tagged)
    return [
        Finding("tag-condition-running", _yes(holds=holds), f"with the tag: {tagged}; without: {untagged}"),
        Finding("tag-condition-ended", _yes(holds=not _is_denied(ended)), ended),
    ]


def _is_denied(said: str) -> bool:
    return said.startswith("AccessDenied")


def _yes(*, holds: bool) -> str:
    return "yes" if holds else "no"
