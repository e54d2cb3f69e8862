"""Create: the declared run is accepted, and its job becomes the resource."""

from bedrock_batch.decisions.direction import Direction
from bedrock_batch.run.declaration import JobSpec
from bedrock_batch.run.known_properties import check_known
from model_invocation_job.core.answer import Answer
from model_invocation_job.operations.late_start import refuse_overtaken, stop_started_before
from model_invocation_job.operations.run import take
from model_invocation_job.operations.session import Session


def create(session: Session) -> Answer:
    """Accept the declared run and respond with its job.

    :raises BedrockBatchError: the run was not accepted.
    """
    check_known(session.event.properties)
    spec = JobSpec.parse(session.event.properties)
    run = session.run_of(spec)
    state = session.stack.state()
    if state.has_overtaken(session.event):
        refuse_overtaken(session, run, state)
    direction = state.direction(session.event)
    if direction is Direction.ROLLBACK_OR_DELETE:
        stop_started_before(session, run)
    return take(session, spec, direction)
