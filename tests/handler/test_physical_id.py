"""The physical id: which job or attempt each form speaks for, and that CloudFormation's own forms speak for none."""

import pytest

from bedrock_batch.run import physical_id
from bedrock_batch.run.identity import ResourceIdentity
from bedrock_batch.run.physical_id import PhysicalId
from handler.vocabulary import CFN_MADE_ID, NO_JOB
from handler.world import STACK_ID

RESOURCE = ResourceIdentity(STACK_ID, "TicketsE1")


def test_an_arn_names_its_job() -> None:
    assert PhysicalId.parse(NO_JOB) == PhysicalId(job_arn=NO_JOB)


def test_a_job_that_was_found_running_is_told_by_its_marker() -> None:
    """Pinned: other releases must read what this one has given."""
    assert physical_id.found_running(NO_JOB) == f"{NO_JOB}#found-running"
    assert PhysicalId.parse(f"{NO_JOB}#found-running") == PhysicalId(job_arn=NO_JOB, was_found=True)


def test_the_id_after_the_rollback_to_a_job_that_is_forgotten_still_names_the_attempts_job() -> None:
    assert physical_id.earlier_job_forgotten(NO_JOB) == f"{NO_JOB}#earlier-job-forgotten"
    assert PhysicalId.parse(f"{NO_JOB}#earlier-job-forgotten") == PhysicalId(job_arn=NO_JOB)


def test_a_held_resource_has_an_id_of_its_own_that_names_no_job() -> None:
    assert physical_id.held(RESOURCE) == f"held:{RESOURCE.mark}"
    assert PhysicalId.parse(physical_id.held(RESOURCE)) == PhysicalId(is_held=True)


def test_a_held_resource_shows_an_arn_of_its_own_account_that_no_job_has() -> None:
    china = ResourceIdentity("arn:aws-cn:cloudformation:cn-north-1:444455556666:stack/S/g", "A")

    assert physical_id.held_arn(china) == "arn:aws-cn:bedrock:cn-north-1:444455556666:model-invocation-job/held"
    assert PhysicalId.parse(physical_id.held_arn(china)) == PhysicalId()
    assert not china.is_local(physical_id.held_arn(china))


@pytest.mark.parametrize("marker", ["", "#found-running"])
def test_the_job_of_a_released_resource_is_told_by_what_was_on_record_before(marker: str) -> None:
    before = NO_JOB.replace("abcdefghijkl", "mnopqrstuvwx")
    was_found = bool(marker)

    assert physical_id.released(NO_JOB, "") == f"{NO_JOB}#after-held"
    assert physical_id.released(NO_JOB, before) == f"{NO_JOB}#after-mnopqrstuvwx"
    assert PhysicalId.parse(f"{NO_JOB}#after-held{marker}") == PhysicalId(
        job_arn=NO_JOB, was_found=was_found, is_released=True
    )
    assert PhysicalId.parse(f"{NO_JOB}#after-mnopqrstuvwx{marker}") == PhysicalId(
        job_arn=NO_JOB, was_found=was_found, is_released=True, job_arn_before=before
    )


def test_an_uncertain_start_is_told_by_the_name_of_the_attempt() -> None:
    assert physical_id.maybe_started("tickets-1") == "maybe-started:tickets-1"
    assert PhysicalId.parse("maybe-started:tickets-1") == PhysicalId(job_name="tickets-1")


def test_a_later_delivery_that_names_no_attempt_speaks_for_all_of_the_run() -> None:
    """Lambda may have ended an earlier one right after its start, so the Delete looks as for a made-up id."""
    assert physical_id.maybe_started("") == "maybe-started:"
    assert PhysicalId.parse("maybe-started:") == PhysicalId()


def test_a_request_that_ended_without_a_start_has_the_mark_of_its_resource() -> None:
    assert physical_id.not_started(RESOURCE) == f"not-started:{RESOURCE.mark}"
    assert PhysicalId.parse(physical_id.not_started(RESOURCE)) == PhysicalId(is_not_started=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        CFN_MADE_ID,
        "2026/11/23/[$LATEST]0123456789abcdef",
        f"{NO_JOB}#other",
        f"{NO_JOB}#after-",
        f"{NO_JOB}#after-HELD",
        f"{NO_JOB}\n",
        f"x{NO_JOB}",
        "x" * 1024,
    ],
)
def test_any_other_id_speaks_for_nothing(text: str) -> None:
    assert PhysicalId.parse(text) == PhysicalId()
