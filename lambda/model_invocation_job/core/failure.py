"""The text of a failed request: what happened, what is running, the next step."""

from collections.abc import Mapping

from bedrock_batch.errors import InvalidPropertyError
from bedrock_batch.run.physical_id import maybe_started
from model_invocation_job.core.answer import Answer, Status, answered_id
from model_invocation_job.core.errors import (
    AwsError,
    HandlerError,
    OutOfTimeError,
    PreparationError,
    RefusedError,
    StackUnknownError,
    StillRunningError,
    stop_command,
)
from model_invocation_job.core.event import RequestType, ResourceEvent
from model_invocation_job.core.model_access import how_to_get_access
from model_invocation_job.core.progress import Progress

_NEXT_STEP = {
    "ServiceQuotaExceededException": "Wait for jobs of this model to end, order the jobs with"
    " node.add_dependency, or ask for a higher quota (sum of in-progress and submitted batch inference jobs).",
    "ThrottlingException": "Deploy again: what was declared is not lost, and nothing is started twice.",
    "InternalServerException": "Deploy again: what was declared is not lost, and nothing is started twice.",
    "ConflictException": "Deploy again: a job of this run is found by its name."
    " If another job has the name, change run_id.",
    "ResourceNotFoundException": "Check that the model exists in this Region.",
}
_HOW_TO_ALLOW_ROLE = (
    "The function's role needs iam:PassRole on the service role, with iam:PassedToService = bedrock.amazonaws.com."
)
_HOW_TO_TRUST = "Check that it trusts bedrock.amazonaws.com, with aws:SourceAccount and aws:SourceArn of this account."
_HOW_TO_NAME_MODEL = (
    "Check the id and the Region; some models run only through an inference profile, whose id has a prefix such as"
    " us., eu. or global."
)

_MAY_BE_STARTED = (
    " A job may have been started: a rollback finds it by its name and stops it, and deploying the same again takes it."
)


def answer_of_failure(event: ResourceEvent, error: Exception, progress: Progress, log_group: str) -> Answer:
    """The FAILED response. From its id, the Delete that follows finds a job that was started or may have been.

    `log_group` is the function's. The text of an unexpected failure names it.
    """
    reason = _reason_of(event, error, log_group)
    if progress.first_failure:
        reason = f"{progress.first_failure}: {reason}"
    named = (error.job_arn if isinstance(error, HandlerError) else "") or progress.job_arn
    if progress.job_arn and progress.job_arn not in reason:
        reason += (
            f" {progress.job_arn} was started by this request and may be running and billing. A rollback stops it, and"
            f" deploying the same again takes it; else stop it with: {stop_command(progress.job_arn)}."
        )
    elif progress.is_uncertain and not named and not isinstance(error, OutOfTimeError):
        reason += _MAY_BE_STARTED
    elif isinstance(error, StackUnknownError | PreparationError):
        # It is not known what an earlier delivery has done.
        nothing = " Nothing more was started." if progress.first_failure else " Nothing was started."
        reason += _MAY_BE_STARTED if progress.is_repeated else nothing
    physical_id = answered_id(event)
    if event.request_type is RequestType.CREATE:
        is_open = progress.is_uncertain or isinstance(error, OutOfTimeError)
        may_have_started = progress.is_repeated or (is_open and progress.job_name)
        physical_id = named or (maybe_started(progress.job_name) if may_have_started else physical_id)
    return Answer(Status.FAILED, physical_id, reason=reason)


def _reason_of(event: ResourceEvent, error: Exception, log_group: str) -> str:
    """The text for the stack's events. It leaves out the text of an unexpected exception."""
    if isinstance(error, InvalidPropertyError):
        return f"{error}. Nothing was started."
    if isinstance(error, RefusedError | StillRunningError):
        return f"{error}."
    if isinstance(error, AwsError):
        return _of_aws(event, error)
    return f"Unexpected {type(error).__name__}; the log group {log_group} has more, under request {event.request_id}."


def _of_aws(event: ResourceEvent, error: AwsError) -> str:
    if error.code == "ParamValidationError":
        return (
            "The AWS SDK of the function's runtime does not know an argument of this job (modelInvocationType needs a"
            " release of 2026). Nothing was started. Use a newer Lambda runtime."
        )
    if not error.is_answer:
        return f"AWS could not be reached ({error.code}). Deploy again: nothing is started twice."
    next_step = _NEXT_STEP.get(error.code, "")
    if access := how_to_get_access(error.message):
        next_step = f"{access}."
    elif "iam:PassRole" in error.message:
        next_step = _HOW_TO_ALLOW_ROLE
    elif error.is_about_role:
        next_step = f"The service role is {_role_of(event)}. {_HOW_TO_TRUST}"
    elif "model identifier is invalid" in error.message:
        next_step = _HOW_TO_NAME_MODEL
    return f"{error.operation}: {error.code}: {error.message} {next_step}".strip()


def _role_of(event: ResourceEvent) -> str:
    job = event.properties.get("Job")
    return str(job.get("roleArn")) if isinstance(job, Mapping) else "unknown"
