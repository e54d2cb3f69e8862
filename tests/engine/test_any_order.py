"""Whatever callers do in whatever order: the rules that must hold after every step."""

from __future__ import annotations

from engine.jobs import ACCOUNT, REGION, refusal, request
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bedrock_batch.statuses import ENDED
from bedrock_batch_local import BatchEngine, GivenWorkload, InProcessClient, JobStatus, ManualClock, Quirks
from bedrock_batch_local.engine.job import Job

ALLOWED = {
    None: {"Submitted"},
    "Submitted": {"Validating", "Stopping"},
    "Validating": {"Scheduled", "Failed", "Stopping"},
    "Scheduled": {"InProgress", "Expired", "Stopping"},
    "InProgress": {"Completed", "PartiallyCompleted", "Failed", "Stopping"},
    "Stopping": {"Stopped", "Completed", "Failed"},
}


class Callers(RuleBasedStateMachine):
    """Callers with a few tokens and names between them, and a clock that jumps."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        failing = GivenWorkload(validation_failure="no rights")
        workload = GivenWorkload(of=lambda job: failing if job.name.endswith("3") else None)
        self.engine = BatchEngine(self.clock, workload, quirks=Quirks(token_memory_seconds=float("inf")))
        self.engine.on_change(self.heard)
        self.client = InProcessClient(self.engine, account=ACCOUNT, region=REGION)
        self.statuses: dict[str, JobStatus] = {}
        self.tokens: dict[str, str] = {}
        self.names: set[str] = set()
        self.stops = 0

    def heard(self, job: Job) -> None:
        before = self.statuses.get(job.arn)
        assert job.status in ALLOWED[before], f"{before} became {job.status}"
        self.statuses[job.arn] = job.status

    @rule(token=st.sampled_from("abcdef"), number=st.integers(0, 5))
    def create(self, token: str, number: int) -> None:
        name, known = f"job-{number}", self.tokens.get(token)
        wanted = request(name, clientRequestToken=token)
        if known is None and name in self.names:
            assert refusal(self.client.create_model_invocation_job, **wanted)[0] == "ConflictException"
            return
        arn = self.client.create_model_invocation_job(**wanted)["jobArn"]
        assert arn == known or known is None
        self.tokens[token] = arn
        if known is None:
            self.names.add(name)

    @rule(position=st.integers(0, 5))
    def stop(self, position: int) -> None:
        arns = list(self.statuses)
        if position >= len(arns):
            return
        self.engine.tick()
        if self.statuses[arns[position]] in ENDED | {JobStatus.STOPPING}:
            refusal(self.client.stop_model_invocation_job, jobIdentifier=arns[position])
            return
        self.client.stop_model_invocation_job(jobIdentifier=arns[position])
        self.stops += 1

    @rule(seconds=st.sampled_from([0, 1, 59, 61, 90, 240, 400, 90_000]))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @invariant()
    def one_bill_line_per_job(self) -> None:
        bill = self.engine.bill()
        assert (bill.started, bill.stopped) == (len(self.names), self.stops)
        assert len(self.statuses) == len(self.names)

    @invariant()
    def the_listing_shows_every_job_with_sound_counters(self) -> None:
        jobs = self.client.list_model_invocation_jobs(maxResults=1000)["invocationJobSummaries"]
        assert {job["jobArn"] for job in jobs} == set(self.statuses)
        for job in jobs:
            assert job["status"] == self.statuses[job["jobArn"]]
            processed = job["successRecordCount"] + job["errorRecordCount"]
            assert processed == job["processedRecordCount"] <= job["totalRecordCount"]
            assert ("endTime" in job) == (job["status"] in ENDED)
            assert job["status"] != "Completed" or processed == job["totalRecordCount"] > 0


TestCallers = Callers.TestCase
TestCallers.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
