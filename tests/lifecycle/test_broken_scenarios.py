"""Each rule of the handler is needed: without it, a scenario that it stands for goes red."""

from collections.abc import Callable

import pytest

from handler import test_hold as handler_hold
from handler import test_second_attempt_refused as refused
from handler.world import build_world
from lifecycle import breakages
from lifecycle.breakages import Breakage
from lifecycle.scenarios import (
    test_crowds_and_pauses as crowds,
)
from lifecycle.scenarios import (
    test_failed_attempts as attempts,
)
from lifecycle.scenarios import (
    test_hold as hold,
)
from lifecycle.scenarios import (
    test_late_starts as late,
)
from lifecycle.scenarios import (
    test_left_running as left,
)
from lifecycle.scenarios import (
    test_new_rights as new_rights,
)
from lifecycle.scenarios import (
    test_started as started,
)
from lifecycle.scenarios import (
    test_stops as stops,
)
from lifecycle.scenarios import (
    test_unknown_direction as unknown,
)
from lifecycle.scenarios import (
    test_unknown_words as words,
)

_CASES: dict[str, tuple[Breakage, Callable[[], object]]] = {
    "an unknown status has ended": (
        breakages.unknown_status_has_ended,
        lambda: words.test_a_job_in_an_unknown_status_is_stopped_once_and_waited_for(0.0),
    ),
    "a new job is compared": (
        breakages.new_job_compared,
        lambda: words.test_the_same_job_in_other_words_is_the_same_job({"normalises": True}, 0.0),
    ),
    "only the first page is read": (
        breakages.first_page_is_all,
        lambda: stops.test_a_cancelled_create_behind_a_list_that_lags_leaves_nothing(0.0, 1.1),
    ),
    "an unknown direction is forward": (
        breakages.unknown_direction_is_forward,
        unknown.test_a_rollback_that_never_learns_the_direction_fails_and_can_be_continued,
    ),
    "a later operation is taken for the own": (
        breakages.no_look_at_the_operation,
        lambda: late.test_an_update_that_bedrock_accepts_late_is_stopped_beside_the_next(0.0, rolls_back=False),
    ),
    "nothing is delivered again": (
        breakages.no_second_delivery,
        late.test_a_late_start_that_cannot_be_stopped_is_stopped_by_lambdas_next_delivery,
    ),
    "what was started is not named": (
        breakages.started_job_not_named,
        lambda: started.test_a_job_that_was_started_is_named_whatever_comes_then(120.0, RuntimeError("x")),
    ),
    "an uncertain start is none": (
        breakages.uncertain_start_is_none,
        lambda: started.test_a_refusal_after_a_repetition_proves_nothing(120.0, "ServiceQuotaExceededException"),
    ),
    "a conflict is final": (
        breakages.conflict_is_final,
        lambda: stops.test_a_conflict_of_a_job_that_runs_is_asked_again(1),
    ),
    "every failed job is a first attempt": (
        breakages.third_attempt,
        lambda: new_rights.test_a_delivery_after_the_death_of_another_makes_no_third_attempt(0.0, 3, 2),
    ),
    "the second attempt has the number of the first": (
        breakages.first_attempt_again,
        lambda: new_rights.test_a_second_attempt_passes_and_is_the_resource(0.0),
    ),
    "a second attempt may be made at any time": (
        breakages.second_attempt_without_end,
        new_rights.test_a_gate_whose_bound_is_over_gets_no_second_attempt,
    ),
    "a second attempt is not looked for": (
        breakages.second_attempt_not_looked_for,
        refused.test_the_delete_of_a_first_attempt_stops_what_another_delivery_started_after_it,
    ),
    "an unlisted second attempt is not waited for": (
        breakages.unlisted_second_attempt_not_waited_for,
        lambda: refused.test_the_delete_of_a_first_attempt_waits_for_a_second_that_is_not_listed_yet(120.0),
    ),
    "a second attempt of another delivery is not looked for": (
        breakages.second_attempt_of_another_not_looked_for,
        lambda: new_rights.test_a_second_attempt_that_is_not_listed_yet_is_taken_by_the_next_delivery(120.0, "200"),
    ),
    "a stop is not verified": (
        breakages.stop_not_verified,
        lambda: stops.test_a_stop_without_effect_is_asked_again(0.0),
    ),
    "a rollback is green unseen": (
        breakages.rollback_is_green_unseen,
        stops.test_a_rollback_that_may_not_list_jobs_says_what_may_run_and_how_to_go_on,
    ),
    "the page of a proxy is an empty list": (
        breakages.page_of_a_proxy_is_an_empty_list,
        lambda: stops.test_a_rollback_that_cannot_list_jobs_is_not_green_over_a_job_that_runs("ProxyPage200", 200.0),
    ),
    "a job is looked for once": (
        breakages.looks_once,
        lambda: stops.test_a_cancelled_create_behind_a_list_that_lags_leaves_nothing(45.0, 1.2),
    ),
    "a made-up id stops the newest job": (
        breakages.made_up_id_stops_the_newest,
        lambda: attempts.test_the_id_of_a_failed_attempt_does_not_stop_the_job_of_the_retry("live", 0.0),
    ),
    "what was found running is not told from what was started": (
        breakages.found_marker_ignored,
        lambda: left.test_what_was_left_running_is_taken_again_and_left_again(0.0),
    ),
    "a hold is not heeded": (
        breakages.hold_not_heeded,
        lambda: hold.test_a_held_resource_is_created_and_changed_without_a_job([0.1]),
    ),
    "a release starts nothing": (
        breakages.release_starts_nothing,
        lambda: hold.test_a_release_starts_one_job(0.0, "a"),
    ),
    "a release forgets what was before": (
        breakages.release_forgets_what_was_before,
        lambda: hold.test_a_release_that_is_rolled_back_leaves_the_resource_held(
            "a", 1800.0, is_an_update=False, shows=True
        ),
    ),
    "a release forgets the job that was before": (
        breakages.release_forgets_what_was_before,
        lambda: hold.test_a_release_beside_a_job_is_rolled_back_to_that_job("b", 1800.0, is_an_update=True),
    ),
    "a held id stands for its run": (
        breakages.held_id_stands_for_its_run,
        lambda: handler_hold.test_a_clean_up_that_comes_after_a_newer_job_was_stopped_leaves_the_released_one(
            build_world()
        ),
    ),
    "the stack is not looked at": (
        breakages.no_stack_state,
        lambda: crowds.test_a_function_that_stands_still_at_any_call_costs_nothing("Create", 0.0, 0.1),
    ),
}


@pytest.mark.parametrize("name", _CASES)
def test_a_scenario_notices_a_missing_rule(name: str) -> None:
    """The same scenario passes with the handler as it is."""
    breakage, scenario = _CASES[name]
    scenario()
    with breakage(), pytest.raises(AssertionError):
        scenario()
