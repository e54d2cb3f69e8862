"""Random histories of stacks, users, other resources, Lambda, the network and Bedrock: the invariants always hold.

`LIFECYCLE_EXAMPLES` sets how many histories (default: 150), `LIFECYCLE_SEED` which ones (default: 1; it is printed).
"""

import os
from typing import Any

from botocore.exceptions import ReadTimeoutError
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from bedrock_batch_local.engine.client import client_error
from bedrock_batch_local.engine.errors import BatchApiError
from bedrock_batch_local.engine.job import JobStatus
from handler.world import properties
from lifecycle.cloudformation import Plan, Stack
from lifecycle.invariants import check
from lifecycle.simulation import KilledError
from lifecycle.universe import LIVE, Attempt, Quirks, Universe

_QUIRKS = st.builds(
    Quirks,
    token_memory_seconds=st.sampled_from([30.0, 600.0, 86_400.0]),
    get_lag_seconds=st.sampled_from([0.0, 5.0, 20.0]),
    list_lag_seconds=st.sampled_from([0.0, 2.0]),
    shows_token=st.just(True),
    replays_arn=st.booleans(),
    ended_stop_error=st.sampled_from(["ValidationException", "ConflictException"]),
    cleanup_has_old_properties=st.booleans(),
    retry_signs_anew=st.booleans(),
)
# Shrinking a history may take minutes; the seed repeats it, and `LIFECYCLE_SHRINK=1` shortens it.
PHASES = (Phase.generate, *((Phase.shrink,) if os.environ.get("LIFECYCLE_SHRINK") else ()))
_MOMENTS = st.sampled_from([0.05, 0.12, 0.2, 0.25, 0.3, 0.35, 0.45, 0.6, 2.0, 30.0, 300.0, 2000.0])
_WHEN = st.sampled_from(["before", "after"])
_RUNS = st.sampled_from(["a", "b", "c"])


class Lifecycle(RuleBasedStateMachine):
    """One account in which one stack after the other is created, changed and deleted."""

    @initialize(quirks=_QUIRKS, latencies=st.lists(st.sampled_from([0.01, 0.05, 0.2, 1.0]), min_size=1, max_size=6))
    def begin(self, quirks: Quirks, latencies: list[float]) -> None:
        self.universe = Universe(quirks)
        self.stacks = [Stack(self.universe, 1)]
        self._latencies = latencies
        self._turn = 0
        self.universe.latency = self._latency
        self._around = self.universe.around_handler()
        self._around.__enter__()
        self._plan: dict[str, Any] = {}
        self._faults: list[tuple[int, str, str]] = []
        self._calls = 0
        self.universe.interfere = self._interfere

    @property
    def stack(self) -> Stack:
        return self.stacks[-1]

    def _latency(self) -> float:
        self._turn += 1
        return self._latencies[self._turn % len(self._latencies)]

    def _interfere(self, _attempt: Attempt, _call: int, when: str) -> BaseException | None:
        self._calls += when == "before"
        for fault in self._faults:
            if fault[:2] == (self._calls, when):
                self._faults.remove(fault)
                return _error(fault[2])
        return None

    # What goes wrong in the next operation ---------------------------------------------------------------------

    @rule(moment=_MOMENTS)
    def fail_other(self, moment: float) -> None:
        self._plan["other_fails_after"] = moment

    @rule(moment=_MOMENTS)
    def cancel(self, moment: float) -> None:
        self._plan["cancelled_after"] = moment

    @rule(skips=st.booleans(), rolls_back=st.booleans(), retains=st.booleans())
    def choose_policies(self, skips: bool, rolls_back: bool, retains: bool) -> None:
        self._plan |= {"skips_ours": skips, "rolls_back": rolls_back, "retains": retains}

    @rule(delays=st.lists(st.sampled_from([0.1, 0.15, 0.3, 5.0, 70.0, 6 * 3600.0]), min_size=1, max_size=3))
    def deliver_duplicate_or_late(self, delays: list[float]) -> None:
        self.universe.deliveries = delays

    @rule(
        call=st.integers(1, 10),
        when=st.sampled_from(["before", "after"]),
        what=st.sampled_from(["kill", "cut", "throttle"]),
    )
    def inject(self, call: int, when: str, what: str) -> None:
        self._faults.append((self._calls + call, when, "cut" if (what, when) == ("throttle", "after") else what))

    @rule(moment=_MOMENTS, status=st.sampled_from([JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.STOPPED]))
    def job_ends(self, moment: float, status: JobStatus) -> None:
        """It finishes or fails by itself, or an operator has stopped it."""

        def end() -> None:
            for job in self.universe.jobs.values():
                if job.status in LIVE:
                    self.universe.engine.end(job, status)
                    return

        self.universe.agenda.after(moment, end)

    @rule(seconds=st.sampled_from([1.0, 90.0, 1200.0, 90_000.0]))
    def advance_clock(self, seconds: float) -> None:
        self.universe.agenda.run(seconds=seconds)

    # Operations ------------------------------------------------------------------------------------------------

    @rule(run=_RUNS, both=st.booleans())
    def deploy(self, run: str, both: bool) -> None:
        """Create, change or revert, of one resource or two that declare the same."""
        declared = {"First": properties(RunId=run)} | ({"Second": properties(RunId=run)} if both else {})
        if self.stack.status in ("ROLLBACK_COMPLETE", "DELETE_COMPLETE"):
            self.stacks.append(Stack(self.universe, len(self.stacks) + 1))
        if self.stack.failed:
            self.stack.delete(Plan())
            return
        self.stack.deploy(declared, self._next_plan())
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
    @rule(team=st.sampled_from(["support", "sales"]))
    def retag(self, team: str) -> None:
        tags = {"tags": [{"key": "team", "value": team}]}
        declared = {
            name: {**recorded.properties, "Job": recorded.properties["Job"] | tags}
            for name, recorded in self.stack.recorded.items()
        }
        started = self.universe.engine.bill().started
        self.stack.deploy(declared, self._next_plan())
        self._settle()
        assert self.universe.engine.bill().started == started, "I2: a tag started a job"

    @precondition(lambda self: self.stack.failed)
    @rule()
    def retry(self) -> None:
        self.stack.retry()

    @precondition(lambda self: self.stack.status.endswith("_COMPLETE") and self.stack.recorded)
    @rule()
    def remove(self) -> None:
        self.stack.delete(self._next_plan())
        self._settle()

    def _next_plan(self) -> Plan:
        plan, self._plan = Plan(**self._plan), {}
        return plan

    def _settle(self) -> None:
        self._faults.clear()
        self.universe.deliveries = []
        self.universe.agenda.run()
        if not self.stack.failed:
            check(self.universe, self.stacks)

    def teardown(self) -> None:
        if not hasattr(self, "universe"):
            return
        try:
            if self.stack.failed:
                self.stack.delete(Plan())
            self._settle()
        finally:
            self._around.__exit__(None, None, None)


def _error(what: str) -> BaseException:
    if what == "kill":
        return KilledError()
    if what == "cut":
        cut: Exception = ReadTimeoutError(endpoint_url="https://bedrock.example")
        return cut
    throttled: Exception = client_error("Any", BatchApiError("ThrottlingException", "slow down"))
    return throttled


def test_no_random_history_breaks_an_invariant() -> None:
    chosen = int(os.environ.get("LIFECYCLE_SEED", "1"))
    print(f"LIFECYCLE_SEED={chosen}")
    examples = int(os.environ.get("LIFECYCLE_EXAMPLES", "150"))
    run_state_machine_as_test(
        seed(chosen)(Lifecycle),
        settings=settings(
            max_examples=examples,
            stateful_step_count=12,
            deadline=None,
            database=None,
            phases=PHASES,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
