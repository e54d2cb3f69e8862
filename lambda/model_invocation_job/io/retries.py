"""Retries with a time limit and jitter. The SDK's own are off, so that this function sees every try."""

import re
from collections.abc import Callable
from typing import TypeVar

from model_invocation_job.core.errors import AwsError
from model_invocation_job.io.deadline import Deadline
from model_invocation_job.io.objects import OPERATIONS
from model_invocation_job.io.waiting import Wait

_T = TypeVar("_T")
_IAM_STEP_SECONDS = 5.0
_CALLER_RIGHT = re.compile(r"not authorized to perform: (?:iam:PassRole|bedrock:|cloudformation:)")


def is_iam_propagation(error: AwsError) -> bool:
    """Whether an error can come from IAM rights or a role that are not known everywhere yet.

    Other refusals (model access, an account that is not allowed, wrong arguments) do not go away by waiting.
    """
    if error.is_denied:
        # S3 does not always name the missing right.
        return error.operation in OPERATIONS or _CALLER_RIGHT.search(error.message) is not None
    return error.is_about_role


def patiently(call: Callable[[], _T], *, deadline: Deadline, iam_seconds: float) -> _T:
    """Retry a call until the deadline if the error passes, and for `iam_seconds` if IAM rights are missing.

    :raises AwsError: the last error when the time is over. Any other error is raised at once.
    """
    iam_limit = deadline.within(iam_seconds)
    for_rights: Wait | None = None
    for_service: Wait | None = None
    while True:
        try:
            return call()
        except AwsError as error:
            if is_iam_propagation(error) and iam_limit.remaining() >= _IAM_STEP_SECONDS:
                for_rights = for_rights or Wait(str(error), first=_IAM_STEP_SECONDS, longest=_IAM_STEP_SECONDS)
                for_rights.step(iam_limit)
            elif error.passes and deadline.remaining() > 0:
                for_service = for_service or Wait(str(error))
                for_service.step(deadline)
            else:
                raise
