"""What must hold once nothing is to happen any more, whatever has happened before."""

from collections.abc import Iterable

from bedrock_batch.statuses import JobStatus
from bedrock_batch_local.engine.job import Job
from lifecycle.allowances import Allowances, job_of
from lifecycle.held import check_held
from lifecycle.request import Put, Request
from lifecycle.stack import Stack
from lifecycle.universe import Universe

_SECRETS = ("X-Amz-", "Signature", "5ec7e7")
_NEW = 15 * 60.0
_DEAD = (JobStatus.FAILED, JobStatus.STOPPED, JobStatus.EXPIRED)


def check(universe: Universe, stacks: list[Stack]) -> None:
    """Invariants I1 to I5 and I7 to I11; I6 is a rule of the state machine.

    I1, what runs: every live job is on record, or was left running on purpose, or CloudFormation was told of it; and
    no job is stopped that is on record or was left running. I2, the bill: a job is started only by a forward request
    (a Create, or an Update to another run), at most one by each however often it is delivered, and never while another
    job of the same run is alive or has delivered. A start that is cancelled or rolled back counts once as intended.
    Behind a gate a second one may follow a job that failed for rights that may be new. Rollbacks and Deletes start
    nothing. I7: a stop is for a job that the resource has started. I8: a gate lets no job
    through that has failed. I9: a request that nothing disturbs succeeds. I10: it makes the second attempt before it
    fails for rights that may be new.
    """
    allowances = Allowances(universe, stacks)
    _check_jobs(universe, stacks, allowances)
    check_held(universe, stacks, allowances.live())
    assert not universe.record.double_bills, f"I2: {universe.record.double_bills}"
    assert len(universe.record.jobs) == universe.engine.bill().started
    for request in universe.requests:
        _check_starts(universe, request)
        _check_answers(universe, request)
    _check_texts("I5", [*universe.logs, *(put.text for request in universe.requests for put in request.puts)])


def _check_jobs(universe: Universe, stacks: list[Stack], allowances: Allowances) -> None:
    wanted = {job_of(recorded.physical_id) for stack in stacks for recorded in stack.recorded.values()}
    orphans = universe.record.live() - wanted - allowances.live()
    assert not orphans, f"I1: orphans {orphans}"
    # A job may complete in spite of a Stop; a later deployment then rightly takes it.
    jobs, delivered = universe.record.jobs, (JobStatus.COMPLETED, JobStatus.PARTIALLY_COMPLETED)
    stopped = {arn for arn in universe.record.stopped_by_us if jobs[arn].status not in delivered}
    # A retry that CloudFormation signs as before can not be told from a late delivery of what was stopped.
    wanted -= {job_of(request.physical_id) for request in universe.requests if request.same_url}
    wanted -= allowances.stopped_for_a_failed_stack()
    if JobStatus.STOPPING in universe.quirks.shown_as:
        # A job that stops in a word that nobody knows is taken for one that runs, since it may be one.
        wanted -= stopped
    assert not wanted & stopped, f"I1: stopped though on record {wanted & stopped}"
    for stop in universe.record.stops:
        assert not allowances.was_left(stop), f"I1: stopped though left running {stop.job_arn} by {stop.request}"
        token = universe.record.jobs[stop.job_arn].token or ""
        ours = token.startswith(stop.request.resource.mark)
        assert ours, f"I7: {stop.job_arn} was not for {stop.request} to stop"


def _check_starts(universe: Universe, request: Request) -> None:
    jobs = [universe.record.jobs[arn] for arn in request.started]
    assert len(jobs) <= (request.purpose == "forward") * 2, f"I2: {request} started {request.started}"
    if not jobs or not _lacked_rights(jobs[0]) or request.properties.get("Gate") != "VALIDATED":
        assert len(jobs) <= 1, f"I2: {request} started {request.started}"
        return
    failed_at, bound = jobs[0].ended_at or 0.0, float(request.properties.get("GateSeconds", 600))
    if len(jobs) == 2:
        begun, wait = jobs[1].submitted_at, jobs[1].submitted_at - jobs[0].submitted_at
        assert failed_at <= begun <= request.began_at + _NEW, f"I2: {request} started {request.started} at {begun}"
        assert wait <= bound, f"I2: {request} started {request.started} after {wait} seconds"
        assert jobs[0].name != jobs[1].name, f"I2: {request} started {jobs[0].name} again"
        return
    # What a delivery needs to see the failure, to look for what another one did, and to start.
    needed = 45.0 + (150.0 if request.deliveries > 1 else 0.0)
    is_late = failed_at + needed > min(jobs[0].submitted_at + bound, request.began_at + _NEW)
    is_hindered = request.disturbed or is_late or not jobs[0].name.endswith("-1")
    assert request.status != "FAILED" or is_hindered, f"I10: {request} had one attempt only: {request.reason}"


def _lacked_rights(job: Job) -> bool:
    return job.status is JobStatus.FAILED and job.message.startswith("Could not ")


def _check_answers(universe: Universe, request: Request) -> None:
    answered = request.puts or request.lost == request.deliveries or _expired(universe, request)
    assert answered, f"I3: {request} was never answered"
    # When the stack begins something else, CloudFormation no longer waits, and a late delivery may find other jobs.
    heard = [put for put in request.puts if put.stack_state == request.puts[0].stack_state]
    if not request.disturbed and request.status in ("SUCCESS", "FAILED"):
        lasting = [put for put in heard if not _is_of_its_moment(universe, request, put)]
        meanings = {(put.status, put.physical_id) for put in lasting}
        assert len(meanings) <= 1, f"I3: {request} was answered with {meanings}"
    for put in request.puts:
        assert put.size <= 4096, f"I4: {put.size} bytes"
    quirks = universe.quirks
    forgets_job_before_token = quirks.token_memory_seconds > (quirks.retention_seconds or float("inf"))
    waits = request.properties.get("Gate") == "VALIDATED" or "still holds network interfaces" in request.reason
    # A retry that CloudFormation signs as before is taken for a late delivery.
    hindered = request.disturbed or waits or forgets_job_before_token or not quirks.retry_signs_anew
    assert request.status != "FAILED" or hindered, f"I9: {request} failed though nothing did: {request.reason}"
    _check_gate(universe, request)


def _is_of_its_moment(universe: Universe, request: Request, put: Put) -> bool:
    """Whether an answer tells what another delivery can not have told, because it came earlier or later.

    A job that the first delivery let through the gate has died since; a job in a VPC has stopped since.
    """
    if request.purpose == "delete":
        return put.status == "FAILED" and "still holds network interfaces" in put.text
    job = universe.record.jobs.get(job_of(put.physical_id))
    gated = request.properties.get("Gate") == "VALIDATED" and put is not request.puts[0]
    return gated and put.status == "FAILED" and job is not None and job.status in (*_DEAD, JobStatus.STOPPING)


def _check_gate(universe: Universe, request: Request) -> None:
    put = request.puts[0] if request.puts else None
    if put is None or request.properties.get("Gate") != "VALIDATED" or request.disturbed or put.status != "SUCCESS":
        return
    job = universe.record.jobs.get(job_of(put.physical_id))
    if job is not None and put.physical_id in request.started and job.status in _DEAD:
        # A minute for what happens between the last look at the job and the arrival of the answer.
        assert (job.ended_at or put.at) > put.at - 60.0, f"I8: {request} let a dead job through"


def _check_texts(name: str, texts: Iterable[str]) -> None:
    for text in texts:
        assert not any(secret in text for secret in _SECRETS), f"{name}: {text}"


def _expired(universe: Universe, request: Request) -> bool:
    """Whether the address to answer at had expired; a retry with the same URL shares its fate."""
    address = request.event["ResponseURL"]
    return any(other.expired for other in universe.requests if other.event["ResponseURL"] == address)
