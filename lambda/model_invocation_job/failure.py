"""What the user reads when a request fails: what happened, what is running, the next step."""

from collections.abc import Mapping

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from model_invocation_job.answer import Answer, Status
from model_invocation_job.bedrock import Started
from model_invocation_job.event import RequestType, ResourceEvent
from model_invocation_job.log import log
from model_invocation_job.physical_id import maybe_started
from model_invocation_job.properties import InvalidPropertyError
from model_invocation_job.refusal import OutOfTimeError, RefusedError
from model_invocation_job.removal import answered_id
from model_invocation_job.retries import UnreadableAnswerError, error_code, error_message, short_text
from model_invocation_job.stack import StackUnknownError
from model_invocation_job.stopping import StillRunningError, stop_command

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


def answer_of_failure(event: ResourceEvent, error: Exception, started: Started) -> Answer:
    """The FAILED answer; its id lets the Delete that follows find what was started or may have been."""
    reason = reason_of(event, error)
    named = getattr(error, "job_arn", None) or started.job_arn
    if started.job_arn and started.job_arn not in reason:
        reason += (
            f" {started.job_arn} was started by this request and may be running and billing. A rollback stops it, and"
            f" deploying the same again takes it; else stop it with: {stop_command(started.job_arn)}."
        )
    elif started.is_uncertain and not named and not isinstance(error, OutOfTimeError):
        reason += (
            " A job may have been started: a rollback finds it by its name and stops it, and deploying the same again"
            " takes it."
        )
    elif isinstance(error, StackUnknownError):
        reason += " Nothing was started."
    log("request failed", request_type=event.request_type.value, error=type(error).__name__, reason=reason)
    physical_id = answered_id(event)
    if event.request_type is RequestType.CREATE:
        is_open = started.is_uncertain or isinstance(error, OutOfTimeError)
        may_have_started = started.is_repeated or (is_open and started.job_name)
        physical_id = named or (maybe_started(started.job_name) if may_have_started else physical_id)
    return Answer(Status.FAILED, physical_id, reason=reason)


def reason_of(event: ResourceEvent, error: Exception) -> str:
    """The text for the stack's events. An unexpected exception's own text is left out, since it could hold anything."""
    if isinstance(error, InvalidPropertyError):
        return f"{error}. Nothing was started."
    if isinstance(error, RefusedError | StillRunningError):
        return f"{error}."
    if isinstance(error, ClientError):
        return _of_service(event, error)
    if isinstance(error, ParamValidationError):
        return (
            "The AWS SDK of the function's runtime does not know an argument of this job (modelInvocationType needs a"
            " release of 2026). Nothing was started. Use a newer Lambda runtime."
        )
    if isinstance(error, BotoCoreError | UnreadableAnswerError):
        return f"AWS could not be reached ({short_text(error)}). Deploy again: nothing is started twice."
    return f"Unexpected {type(error).__name__}; the function's log has the request."


def _of_service(event: ResourceEvent, error: ClientError) -> str:
    code, message = error_code(error), error_message(error)
    next_step = _NEXT_STEP.get(code, "")
    if "iam:PassRole" in message:
        next_step = _HOW_TO_ALLOW_ROLE
    elif code == "ValidationException" and "role" in message.lower():
        next_step = f"The service role is {_role_of(event)}. {_HOW_TO_TRUST}"
    elif "model identifier is invalid" in message:
        next_step = _HOW_TO_NAME_MODEL
    return f"{error.operation_name}: {code}: {message} {next_step}".strip()


def _role_of(event: ResourceEvent) -> str:
    job = event.properties.get("Job")
    return str(job.get("roleArn")) if isinstance(job, Mapping) else "unknown"
