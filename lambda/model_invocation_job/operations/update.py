"""Update: tags, columns and the rule of the outcome change in place.

A new run is accepted before the clean-up Delete stops the old job. An update from a held resource starts as a Create
does, unless the job on record is one of the declared run.
"""

from bedrock_batch.decisions.course_of_update import Course, course_of_update
from bedrock_batch.decisions.direction import Direction
from bedrock_batch.decisions.stop_or_leave import Relation
from bedrock_batch.errors import InvalidPropertyError
from bedrock_batch.run.declaration import JobSpec, tags_of
from bedrock_batch.run.known_properties import check_known
from model_invocation_job.core.answer import Answer
from model_invocation_job.core.errors import AwsError, PreparationError
from model_invocation_job.core.limits import SHORT_PATIENCE_SECONDS
from model_invocation_job.core.stack_state import StackState
from model_invocation_job.io.log import log
from model_invocation_job.operations.late_start import Accepted, refuse_overtaken
from model_invocation_job.operations.rollback import hides_attempt, names_run, roll_back
from model_invocation_job.operations.run import hold, recorded, success, take
from model_invocation_job.operations.session import Session
from model_invocation_job.operations.tagging import redeclare_tags


def update(session: Session) -> Answer:
    """Change the resource from its old declaration to the new one, in an update or a rollback.

    :raises BedrockBatchError: the change failed.
    """
    event = session.event
    spec, old_spec = JobSpec.parse(event.properties), _old_spec(session)
    is_same_run = old_spec is not None and old_spec.defining() == spec.defining()
    is_held_on_a_side = spec.hold or (old_spec is not None and old_spec.hold)
    if is_same_run and not is_held_on_a_side and not hides_attempt(event):
        _check_current(session, session.stack.state_if_known(SHORT_PATIENCE_SECONDS), spec)
        _check_known(session)
        return _retag(session, spec, old_spec)
    state = session.stack.state()
    _check_current(session, state, spec)
    direction = state.direction(event)
    if direction is Direction.ROLLBACK_OR_DELETE:
        earlier = roll_back(session, spec, old_spec, state)
        if earlier.job is None:
            return recorded(session, spec, earlier.physical_id)
        is_on_record = earlier.job.arn == session.physical_id.job_arn
        # What a cancelled update had written into the run file is not shown then.
        is_hidden = hides_attempt(event) and spec.outcome is not None
        if is_same_run and (is_held_on_a_side or is_hidden) and is_on_record and names_run(session, spec):
            return _retag(session, spec, None if is_hidden else old_spec)
        return success(session, Accepted(earlier.job, Relation.TAKEN), spec)
    check_known(event.properties)
    course = course_of_update(
        spec, old_spec, has_job=bool(session.physical_id.job_arn), names_run=lambda: names_run(session, spec)
    )
    if course is Course.KEEP:
        return _retag(session, spec, old_spec)
    return hold(session, spec) if course is Course.HOLD else take(session, spec, direction)


def _retag(session: Session, spec: JobSpec, old_spec: JobSpec | None) -> Answer:
    job_arn, old_tags = session.physical_id.job_arn, tags_of(session.event.old_properties)
    has_changed = old_tags != spec.tags or old_spec is None or _beside(old_spec) != _beside(spec)
    if session.resource.is_local(job_arn) and has_changed:
        try:
            redeclare_tags(session, job_arn, old_tags, spec)
        except (AwsError, PreparationError):
            # A rollback that fails because of these would leave the whole stack stuck.
            state = session.stack.state_if_known(SHORT_PATIENCE_SECONDS)
            if state is None or not state.is_rolling_back:
                raise
            log("tags not restored", job_arn=job_arn)
    return recorded(session, spec)


def _beside(spec: JobSpec) -> tuple[object, ...]:
    """What is written beside the output, and defines no run."""
    return spec.input_columns, spec.outcome


def _check_known(session: Session) -> None:
    """Refuse properties that this version does not know. Not in a rollback, where that would leave the stack stuck."""
    try:
        check_known(session.event.properties)
    except InvalidPropertyError:
        if not session.stack.state().is_rolling_back:
            raise


def _check_current(session: Session, state: StackState | None, spec: JobSpec) -> None:
    """Continue only if the stack is not known to have begun another operation.

    :raises RefusedError: it has. That operation owns what is on record.
    """
    if state is not None and state.has_overtaken(session.event):
        refuse_overtaken(session, session.run_of(spec), state)


def _old_spec(session: Session) -> JobSpec | None:
    try:
        return JobSpec.parse(session.event.old_properties)
    except InvalidPropertyError:
        return None
