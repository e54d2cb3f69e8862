"""Checks a job's options against the limits of CreateModelInvocationJob. A token is accepted for any text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aws_cdk import Duration

from bedrock_batch import limits
from bedrock_batch.texts import shown
from cdk_bedrock_batch._checks.bedrock_arn import Arn
from cdk_bedrock_batch._checks.text import check_text, is_token
from cdk_bedrock_batch.options import JobGate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


def clean_name(construct_id: str) -> str:
    """Make a name of letters, digits and single hyphens from a construct id.

    :raises ValueError: the id has no ASCII letter or digit.
    """
    name = re.sub(r"[^a-zA-Z0-9]+", "-", construct_id).strip("-")
    if not name:
        raise ValueError(
            "the construct id of a job must have a letter or digit from which its name is made, "
            f"got {shown(construct_id)}"
        )
    return name


def check_job_name_prefix(prefix: str) -> str:
    """Check the part of `jobName` that a user chooses.

    :raises ValueError: the prefix is too long or has a character that is not allowed.
    """
    allowed = f"1 to {limits.JOB_NAME_PREFIX_LENGTH} letters, digits and hyphens and must not start with a hyphen"
    check_text("job_name_prefix", prefix, limits.JOB_NAME_PREFIX, allowed)
    return prefix


def check_job_arn(job_arn: str) -> str:
    """Check the ARN of a job, which may contain tokens.

    :raises ValueError: it is not the ARN of a job.
    """
    if is_token(job_arn):
        return job_arn
    arn = Arn.parse(job_arn)
    is_job = arn is not None and arn.has_account and arn.names("model-invocation-job", limits.JOB_ID)
    if arn is None or not is_job or arn.resource.count("/") > 1:
        raise ValueError(f"job_arn must be the ARN of a model invocation job, got {shown(job_arn)}")
    return job_arn


def check_actions(actions: Sequence[str]) -> None:
    """Check the names of IAM actions. Wildcards are not allowed.

    :raises ValueError: a text is not the name of an IAM action, or there is none.
    """
    if not actions:
        raise ValueError("actions must name at least one IAM action")
    for action in actions:
        check_text("actions", action, limits.IAM_ACTION, "IAM actions such as bedrock:GetModelInvocationJob")


def check_run_id(run_id: str) -> str:
    """Check the run id.

    :raises ValueError: it is empty, too long, or has a character that is not allowed.
    """
    allowed = f"1 to {limits.RUN_ID_LENGTH} letters, digits and ._:/=+@- characters"
    check_text("run_id", run_id, limits.RUN_ID, allowed)
    return run_id


def whole_hours(timeout: Duration | None) -> int | None:
    """Return `timeoutDurationInHours`, or None for the service's default.

    :raises ValueError: not a whole number of hours from 24 to 168.
    """
    if timeout is None:
        return None
    if timeout.is_unresolved():
        raise ValueError("timeout must not be a token")
    hours, rest = divmod(timeout.to_milliseconds(), Duration.hours(1).to_milliseconds())
    if rest:
        raise ValueError(f"timeout must be a whole number of hours, got {timeout.to_human_string()}")
    return check_timeout_hours("timeout", int(hours))


def check_timeout_hours(option: str, hours: int) -> int:
    """Check a number of hours.

    :raises ValueError: the number is out of range; the error names the option.
    """
    low, high = limits.TIMEOUT_HOURS
    if not low <= hours <= high:
        raise ValueError(f"{option} must be between {low} and {high} hours, got {hours}")
    return hours


def gate_seconds(gate: JobGate, gate_timeout: Duration | None) -> int | None:
    """Return the longest time, in seconds, that a deployment waits. None if it does not wait.

    :raises ValueError: not a whole number of seconds from 1 to 720, or the gate does not wait.
    """
    if gate is not JobGate.VALIDATED:
        if gate_timeout is not None:
            raise ValueError("gate_timeout needs gate=JobGate.VALIDATED")
        return None
    if gate_timeout is None:
        return limits.DEFAULT_GATE_SECONDS
    if gate_timeout.is_unresolved():
        raise ValueError("gate_timeout must not be a token")
    low, high = limits.GATE_SECONDS
    milliseconds = gate_timeout.to_milliseconds()
    if milliseconds % 1000 or not low <= milliseconds / 1000 <= high:
        raise ValueError(
            f"gate_timeout must be between {low} second and {high // 60} minutes, got {gate_timeout.to_human_string()}"
        )
    return int(milliseconds / 1000)


def check_tags(tags: Mapping[str, str]) -> None:
    """Check the tags of a job, as far as they are known.

    :raises ValueError: there are too many tags, or the API or a log line cannot take a key or value.
    """
    for _, fault in tag_faults(tags):
        raise ValueError(fault)


def tag_faults(tags: Mapping[str, str]) -> Iterator[tuple[str | None, str]]:
    """The key of each tag that the API or a log line cannot take, and the text of the error. No key: too many tags."""
    if len(tags) > limits.TAGS:
        yield None, f"a job may have {limits.TAGS} tags at most, got {len(tags)}"
    for key, value in tags.items():
        try:
            _check_tag(key, value)
        except ValueError as error:
            yield key, str(error)


def _check_tag(key: str, value: str) -> None:
    allowed = "letters, digits, spaces and ._:/=+@- characters"
    check_text("a tag key", key, limits.TAG_KEY, f"1 to 128 {allowed}")
    if key.lower().startswith(limits.RESERVED_TAG_PREFIX):
        raise ValueError(f"a tag key must not start with {limits.RESERVED_TAG_PREFIX}, got {shown(key)}")
    check_text(f"a tag value of {shown(key)}", value, limits.TAG_VALUE, f"0 to 256 {allowed}")


def check_role_path(role_path: str) -> str:
    """Check the part of a role's IAM path that a user chooses.

    :raises ValueError: it is not an IAM path.
    """
    # No token: policies of other stacks name the path in their principals.
    if not isinstance(role_path, str) or not limits.ROLE_PATH.fullmatch(role_path):
        raise ValueError(
            f"role_path must be an IAM path such as /team/, with a slash at both ends, got {shown(role_path)}"
        )
    return role_path
