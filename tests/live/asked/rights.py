"""Which rights a role and a caller need, asked by leaving one out."""

from __future__ import annotations

from live.asked.setting import Setting
from live.catalog import Finding
from live.jobs import is_arn, outcome


def invoke_right(setting: Setting) -> list[Finding]:
    """A service role with everything but InvokeModel, for a plain model."""
    jobs = setting.jobs
    end = jobs.end_of(jobs.start(**jobs.names(), roleArn=setting.roles["WithoutInvoke"]))
    return [Finding("invoke-right", "no" if end.startswith("Completed") else "yes", end)]


def start_rights(setting: Setting) -> list[Finding]:
    """A caller with CreateModelInvocationJob on the models and the jobs, but not on the profile."""
    caller = setting.account.as_role(setting.roles["Starter"], "bedrock")
    found = outcome(lambda: setting.jobs.start(caller, **setting.jobs.names(), modelId=setting.geographic_model))
    if is_arn(found):
        setting.jobs.stop(found)
        return [Finding("start-rights", "no", found, holds=True)]
    # The library's own function has the right, and its jobs through profiles were started.
    is_denied = found.startswith("AccessDenied")
    return [Finding("start-rights", "yes" if is_denied else "not told", found, holds=is_denied or None)]
