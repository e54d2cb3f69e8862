"""What must hold once nothing is to happen any more, whatever has happened before."""

from lifecycle.cloudformation import Stack
from lifecycle.request import Request
from lifecycle.universe import Universe
from model_invocation_job.identity import ResourceIdentity

_SECRETS = ("X-Amz-", "Signature", "5ec7e7")


def check(universe: Universe, stacks: list[Stack]) -> None:
    """Invariants I1 to I5 and I7; I6 is a rule of the state machine.

    I2, the bill: a job is started only by a forward request (a Create, or an Update to another run), at most one by
    each however often it is delivered, and never while another job of the same run is alive or has delivered. A start
    that is cancelled or rolled back counts once as intended. Rollbacks and Deletes start nothing.
    """
    wanted = {recorded.physical_id for stack in stacks for recorded in stack.recorded.values()}
    kept = {physical_id for stack in stacks for physical_id in stack.retained}
    kept |= {physical_id for stack in stacks for _, physical_id, _ in stack.superseded}
    assert universe.live() <= wanted | kept, f"I1: orphans {universe.live() - wanted - kept}"
    # A retry that carries the old address cannot be told from a redelivery, so it may bring back its own dead job.
    wanted -= {request.physical_id for request in universe.requests if request.same_url}
    assert not wanted & universe.stopped_by_us, f"I1: stopped though on record {wanted & universe.stopped_by_us}"
    assert not universe.double_bills, f"I2: {universe.double_bills}"
    assert universe.engine.bill().started == sum(len(request.started) for request in universe.requests)
    for request in universe.requests:
        name = f"{request.event['RequestType']} {request.event['RequestId']}"
        assert len(request.started) <= (request.purpose == "forward"), f"I2: {name} started {request.started}"
        assert request.puts or request.killed >= 3 or _expired(universe, request), f"I3: {name} was never answered"
        # Once the stack has turned around or gone on nobody listens, and a late delivery may find another world.
        heard = [put for put in request.puts if put.stack_status == request.puts[0].stack_status]
        if not request.disturbed and request.status in ("SUCCESS", "FAILED"):
            meanings = {(put.status, put.physical_id) for put in heard}
            assert len(meanings) <= 1, f"I3: {name} was answered with {meanings}"
        for put in request.puts:
            assert put.size <= 4096, f"I4: {put.size} bytes"
            assert not any(secret in put.text for secret in _SECRETS), f"I5: {put.text}"
    for line in universe.logs:
        assert not any(secret in line for secret in _SECRETS), f"I5: {line}"
    marks = {
        ResourceIdentity(request.event["StackId"], request.event["LogicalResourceId"]).mark
        for request in universe.requests
    }
    for job_arn in universe.stopped_by_us:
        token = universe.jobs[job_arn].token or ""
        assert any(token.startswith(mark) for mark in marks), f"I7: {job_arn} is not ours"


def _expired(universe: Universe, request: Request) -> bool:
    """Whether the address to answer at had expired; a retry with the same URL shares its fate."""
    address = request.event["ResponseURL"]
    return any(other.expired for other in universe.requests if other.event["ResponseURL"] == address)
