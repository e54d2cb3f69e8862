"""Stacks whose last update failed and was not rolled back: the template is what was attempted."""

from batch.plan.jobs import foreseen, job, properties

from bedrock_batch.plan.planned import Action

ANY, OTHER = properties(), properties(RunId="2")
NAME = "Tickets"


def test_an_invalid_declaration_is_refused() -> None:
    found = foreseen({NAME: properties(RunId=None)}, {NAME: OTHER}, job(1, ANY), is_unsure=True)

    assert found[NAME].action is Action.REFUSED


def test_an_invalid_attempt_is_not_what_is_on_record() -> None:
    found = foreseen({NAME: OTHER}, {NAME: properties(RunId=None)}, job(1, ANY), is_unsure=True)

    assert found[NAME].action is Action.REPLACES


def test_what_was_attempted_and_reached_is_on_record() -> None:
    other_tags = properties(Job={"tags": [{"key": "team", "value": "sales"}]})

    same = foreseen({NAME: ANY}, {NAME: ANY}, job(1, ANY), is_unsure=True)
    changed = foreseen({NAME: other_tags}, {NAME: ANY}, job(1, ANY), is_unsure=True)

    assert same[NAME].action is Action.NOTHING
    assert changed[NAME].action is Action.TAGS


def test_what_was_attempted_and_not_reached_starts_with_the_next_deployment() -> None:
    found = foreseen({NAME: OTHER}, {NAME: OTHER}, job(1, ANY), is_unsure=True)

    assert found[NAME].action is Action.REPLACES


def test_a_resource_whose_request_failed_gets_another_one() -> None:
    found = foreseen({NAME: ANY}, {NAME: ANY}, job(1, ANY, "Failed"), is_unsure=True, failed=frozenset({NAME}))

    assert found[NAME].action is Action.REPLACES


def test_a_job_that_the_failed_update_removed_is_stopped_by_the_next_one() -> None:
    recorded = job(1, ANY)

    found = foreseen({}, {}, recorded, is_unsure=True)

    assert found[NAME].stops == recorded
