"""Random histories in which resources are held and released. The others keep their seeds."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from lifecycle import drawn
from lifecycle.machine import Lifecycle

_HELD = {"Hold": "true"}
# When another resource fails: mostly after the release was answered.
_LATE = st.sampled_from([0.6, 2.0, 30.0, 300.0, 2000.0])


class HeldLifecycle(Lifecycle):
    """As `Lifecycle`, and each declaration may be held."""

    @rule(run=drawn.RUNS, both=st.booleans(), options=drawn.OPTIONS, hurried=st.booleans())
    def deploy_held(self, run: str, both: bool, options: dict[str, Any], hurried: bool) -> None:
        """Create, change or revert, without a start."""
        started = len(self.universe.record.jobs)
        self._deploy(run, both, options | _HELD, True)
        assert len(self.universe.record.jobs) == started, "I11: what is held started a job"
        if not hurried:
            self._settle()

    @precondition(lambda self: self.stack.recorded and not self.stack.failed)
    @rule(hold=st.booleans(), team=st.sampled_from(["support", "sales"]), hurried=st.booleans())
    def hold_or_release(self, hold: bool, team: str, hurried: bool) -> None:
        """The same runs as before, held or released, in a deployment that may fail."""
        declared = {
            name: drawn.changed(recorded.properties, team, _HELD if hold else {"Hold": "false"})
            for name, recorded in self.stack.recorded.items()
        }
        self.stack.deploy(declared, self._next_plan())
        if not hurried:
            self._settle()

    @rule(run=drawn.RUNS, other=drawn.RUNS, options=drawn.OPTIONS, moment=_LATE)
    def release_that_may_fail(self, run: str, other: str, options: dict[str, Any], moment: float) -> None:
        """Held, then released, while another resource fails early or late."""
        self._deploy(run, False, options | _HELD, False)
        self._plan |= {"other_fails_after": moment}
        self._deploy(other, False, options, False)
