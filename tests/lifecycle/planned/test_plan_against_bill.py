"""What a plan foresees of each job is what its deployment does, and what it bills."""

import pytest
from draws import sample

from bedrock_batch.plan.compare import compare
from bedrock_batch.plan.planned import Action
from bedrock_batch.statuses import JobStatus
from lifecycle.drawn import LONGER_THAN_ANY_JOB
from lifecycle.plan import Plan
from lifecycle.planned.app import App
from lifecycle.planned.between import HAPPENINGS
from lifecycle.planned.bill import Bill
from lifecycle.planned.counts import Counts
from lifecycle.planned.declaration import Declaration
from lifecycle.planned.edits import EDITS
from lifecycle.planned.misfortune import MISFORTUNES
from lifecycle.planned.story import tell
from lifecycle.quirks import Quirks
from lifecycle.universe import Universe

STORIES, DEPLOYMENTS = 300, 10
_IN_A_SAMPLE = 40
_ALL_THAT_OCCURS = [
    *(f"action: {each}" for each in Action),
    *(f"edit: {each}" for each in EDITS),
    *(f"job: {each}" for each in HAPPENINGS),
    *(f"misfortune: {each}" for each in [*MISFORTUNES, "retried"]),
    *(f"foreseen: {each}" for each in ("adopts", "stops", "held", "keeps running")),
    *(f"billed: {each}" for each in ("starts", "stops", "tags")),
    *(f"ended: {each}" for each in ("well", "CREATE_FAILED", "ROLLBACK_COMPLETE", "DELETE_COMPLETE", "UPDATE_FAILED")),
    "ended: UPDATE_ROLLBACK_COMPLETE",
]


def _agree(counts: Counts) -> None:
    print(counts)
    assert not counts.differences, "\n".join(counts.differences)


def test_a_drawn_story_costs_what_was_foreseen() -> None:
    _agree(tell(sample(range(STORIES), _IN_A_SAMPLE, "stories of plans"), DEPLOYMENTS))


@pytest.mark.soak
def test_each_story_costs_what_was_foreseen() -> None:
    counts = tell(range(STORIES), DEPLOYMENTS)

    _agree(counts)
    assert [each for each in _ALL_THAT_OCCURS if not counts.occurred[each]] == []
    assert counts.decisions > 4000


def test_fifty_deployments_without_a_change_start_nothing() -> None:
    """Whatever becomes of the jobs: they complete, fail, are stopped and forgotten."""
    universe = Universe(Quirks(retention_seconds=24 * 3600.0))
    app = App(universe, is_retained=False)
    declared = Declaration()
    app.declared = {
        "Reports": {"First": declared, "Second": declared.with_option("hold", "true")},
        "Prod": {"First": declared.with_option("on_removal", "LEAVE_RUNNING"), "Third": declared},
    }
    with universe.around_handler():
        for name in app.declared:
            app.stack(name).deploy(app.properties(name), Plan())
        bill, sent = Bill(universe), len(universe.requests)
        assert len(universe.record.jobs) == 3
        for number in range(50):
            pairs = compare(app.templates(), app.records())
            assert [pair.foreseen.action for pair in pairs if pair.foreseen] == [Action.NOTHING] * 4
            for name in app.declared:
                app.stack(name).deploy(app.properties(name), Plan())
            if number % 10 == 0:
                job = list(universe.record.jobs.values())[number // 10 % 3]
                universe.engine.end(job, [JobStatus.FAILED, JobStatus.STOPPED, JobStatus.EXPIRED][number // 10 % 3])
            universe.agenda.run(seconds=LONGER_THAN_ANY_JOB)

    assert (bill.all_started, bill.stopped, bill.tagged) == ([], set(), set())
    assert len(universe.requests) == sent
    assert not app.jobs(), "Bedrock has not forgotten the jobs"
