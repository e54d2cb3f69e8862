"""Random histories of stacks, users, other resources, Lambda, the network, IAM and Bedrock."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bedrock_batch.statuses import JobStatus
from lifecycle import drawn
from lifecycle.invariants import check
from lifecycle.job_record import LIVE
from lifecycle.lambda_service import Attempt
from lifecycle.misfortunes import CallFault, Misfortune, Misfortunes
from lifecycle.plan import Plan
from lifecycle.quirks import Quirks
from lifecycle.request import Request
from lifecycle.simulation import KilledError
from lifecycle.stack import Stack
from lifecycle.universe import Universe

_ENDED = ("ROLLBACK_COMPLETE", "DELETE_COMPLETE")
_FREEZE_SECONDS = 40.0
_HALF_GONE = ("ROLLBACK_FAILED", "DELETE_FAILED")


class Lifecycle(RuleBasedStateMachine):
    """One account in which one stack after the other is created, changed and deleted."""

    @initialize(quirks=drawn.QUIRKS, latencies=drawn.LATENCIES)
    def begin(self, quirks: Quirks, latencies: list[float]) -> None:
        self.universe = Universe(quirks)
        self.misfortunes = Misfortunes(self.universe)
        self.stacks = [Stack(self.universe, 1)]
        self._latencies = latencies
        self._turn = 0
        self.universe.latency = self._latency
        self._around = self.universe.around_handler()
        self._around.__enter__()
        self._plan: dict[str, Any] = {}
        self._faults: list[CallFault] = []
        self._fatal: tuple[int, str] | None = None
        self._victim: Request | None = None
        self._calls = 0
        self.universe.interfere = self._interfere

    @property
    def stack(self) -> Stack:
        return self.stacks[-1]

    def _latency(self) -> float:
        self._turn += 1
        return self._latencies[self._turn % len(self._latencies)]

    def _interfere(self, attempt: Attempt, call: int, when: str) -> BaseException | None:
        self._calls += when == "before"
        if self._fatal == (call, when) and attempt.request is (self._victim or attempt.request):
            self._victim = attempt.request
            return KilledError()
        for fault in self._faults:
            if (fault.call, fault.when) == (self._calls, when):
                self._faults.remove(fault)
                if fault.what != "freeze":
                    return fault.error(attempt.calls[-1])
                attempt.request.disturbed = True
                self.universe.sleep(_FREEZE_SECONDS)
        return None

    # What goes wrong -------------------------------------------------------------------------------------------

    @rule(plan=drawn.PLANS)
    def something_else_happens(self, plan: dict[str, Any]) -> None:
        """To the next operation: another resource fails, a user cancels, policies."""
        self._plan |= plan

    @rule(purpose=drawn.PURPOSES, delays=drawn.DELAYS)
    def deliver_duplicate_or_late(self, purpose: str, delays: list[float]) -> None:
        self.universe.deliveries[purpose] = delays

    @rule(faults=drawn.CALL_FAULTS)
    def inject(self, faults: list[CallFault]) -> None:
        """The function dies, or its network, at one of its next calls, before or after the call's effect."""
        self._faults += [replace(fault, call=self._calls + fault.call) for fault in faults]

    @rule(call=st.integers(2, 6), when=st.sampled_from(["before", "after"]))
    def die_each_time(self, call: int, when: str) -> None:
        """The function dies at the same call in all attempts at one request."""
        self._fatal, self._victim = (call, when), None

    @rule(misfortune=drawn.MISFORTUNES)
    def aws_fails(self, misfortune: Misfortune) -> None:
        """A right that comes late, a service that fails, a quota, a refusal, a response bucket that is down."""
        misfortune(self.misfortunes)

    @rule(moment=drawn.MOMENTS, status=drawn.ENDS)
    def job_ends(self, moment: float, status: JobStatus) -> None:
        """It finishes or fails by itself, or an operator has stopped it."""

        def end() -> None:
            for job in self.universe.record.jobs.values():
                if job.status in LIVE:
                    self.universe.engine.end(job, status)
                    return

        self.universe.agenda.after(moment, end)

    @rule(seconds=st.sampled_from([1.0, 90.0, 400.0, 1200.0, 90_000.0]))
    def advance_clock(self, seconds: float) -> None:
        self.universe.agenda.run(seconds=seconds)

    # Operations ------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.stack.failed and self.stack.status.endswith("_FAILED"))
    @rule(run=drawn.RUNS, options=drawn.OPTIONS)
    def deploy_over_failure(self, run: str, options: dict[str, Any]) -> None:
        """Rollback was disabled: the next deployment declares something else, or the same, of every resource."""
        names = {*self.stack.failed, *self.stack.recorded}
        self.stack.deploy(dict.fromkeys(names, drawn.declared(run, options)), Plan(rolls_back=False))

    @rule(run=drawn.RUNS, both=st.booleans(), options=drawn.OPTIONS, hurried=st.booleans())
    def deploy(self, run: str, both: bool, options: dict[str, Any], hurried: bool) -> None:
        """Create, change or revert, of one resource or two that declare the same."""
        self._deploy(run, both, options, hurried)

    @rule(there=drawn.RUNS, options=drawn.OPTIONS, completes=st.booleans())
    def go_there_and_back(self, there: str, options: dict[str, Any], completes: bool) -> None:
        """One run, another, and the first again, whose job may have delivered meanwhile."""
        back = "d"
        self._deploy(back, False, options, False)
        if completes:
            self.universe.agenda.run(seconds=drawn.LONGER_THAN_ANY_JOB)
        self._deploy(there, False, options, False)
        self._deploy(back, False, options, False)

    def _deploy(self, run: str, both: bool, options: dict[str, Any], hurried: bool) -> None:
        if self.stack.status in _ENDED:
            self.stacks.append(Stack(self.universe, len(self.stacks) + 1))
        if self.stack.failed or self.stack.status in _HALF_GONE:
            self.stack.delete(Plan())
            return
        declared = drawn.declared(run, options)
        self.stack.deploy({"First": declared} | ({"Second": declared} if both else {}), self._next_plan())
        # The next operation may meet what Lambda has not delivered yet.
        if not hurried:
            self._settle()

    @precondition(lambda self: self.stack.recorded and not self.stack.failed and not self.stack.superseded)
    @rule()
    def deploy_again(self) -> None:
        """I6: what is declared already makes no event and no call."""
        self._settle()
        requests, calls = len(self.universe.requests), self._calls
        self.stack.deploy({name: recorded.properties for name, recorded in self.stack.recorded.items()}, Plan())
        assert (len(self.universe.requests), self._calls) == (requests, calls), "I6"

    @precondition(lambda self: self.stack.recorded and not self.stack.failed)
    @rule(team=st.sampled_from(["support", "sales"]), options=drawn.OPTIONS, hurried=st.booleans())
    def change_what_starts_nothing(self, team: str, options: dict[str, Any], hurried: bool) -> None:
        declared = {
            name: drawn.changed(recorded.properties, team, options) for name, recorded in self.stack.recorded.items()
        }
        started = len(self.universe.record.jobs)
        self.stack.deploy(declared, self._next_plan())
        assert len(self.universe.record.jobs) == started, "I2: what defines no run started a job"
        if not hurried:
            self._settle()

    @precondition(lambda self: self.stack.failed)
    @rule()
    def retry(self) -> None:
        self.stack.retry()

    @precondition(lambda self: self.stack.status.endswith("_COMPLETE") and self.stack.recorded)
    @rule(hurried=st.booleans())
    def remove(self, hurried: bool) -> None:
        self.stack.delete(self._next_plan())
        if not hurried:
            self._settle()

    def _next_plan(self) -> Plan:
        plan, self._plan = Plan(**self._plan), {}
        return plan

    def _settle(self) -> None:
        self._faults.clear()
        self._fatal = None
        self.universe.deliveries.clear()
        self.universe.agenda.run()
        if not self.stack.failed:
            check(self.universe, self.stacks)

    def teardown(self) -> None:
        if not hasattr(self, "universe"):
            return
        try:
            self.misfortunes.end()
            if self.stack.failed or self.stack.undeleted:
                self.stack.delete(Plan())
            self._settle()
        finally:
            self._around.__exit__(None, None, None)
