"""Which rights a role and a caller need, asked by leaving one out."""

from __future__ import annotations

from live.asked.setting import Setting
from live.catalog import Finding
from live.jobs import is_arn, outcome


def invoke_right(setting: Setting) -> list[Finding]:
    """A service role with everything but InvokeModel, for a plain model."""
    if ":foundation-model/" not in setting.base["modelId"]:
        return []
    jobs = setting.jobs
    end = jobs.end_of(jobs.start(**jobs.names(), roleArn=setting.roles["WithoutInvoke"]))
    seen = "no" if end.startswith("Completed") else "yes" if "permissions to invokeModel" in end else "not told"
    return [Finding("invoke-right", seen, end)]


def start_rights(setting: Setting) -> list[Finding]:
    """A caller with CreateModelInvocationJob on the models and the jobs, but not on the profile."""
    caller = setting.account.as_role(setting.roles["Starter"], "bedrock")
    found = outcome(lambda: setting.jobs.start(caller, **setting.jobs.names(), modelId=setting.geographic_model))
    if is_arn(found):
        setting.jobs.stop(found)
        return [Finding("start-rights", "no", found, holds=True)]
    # The library's own function has the right, and its job through the profile was started with no other.
    is_about_profile = all(word in found for word in ("CreateModelInvocationJob", "inference-profile/"))
    is_needed = found.startswith("AccessDenied") and is_about_profile
    return [Finding("start-rights", "yes" if is_needed else "not told", found, holds=is_needed or None)]
