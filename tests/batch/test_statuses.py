"""The statuses of a job are the API's words."""

from bedrock_batch.statuses import DEAD, ENDED, PAST_VALIDATION, RUNNING, JobStatus, is_live
from bedrock_batch_local.engine.api_model import operation


def test_they_are_those_of_the_api() -> None:
    shown = operation("GetModelInvocationJob").output_shape.members["status"].enum

    assert sorted(JobStatus) == sorted(shown)


def test_those_of_a_job_that_has_ended_are_these() -> None:
    """API_GetModelInvocationJob; a job in any other may still cost money."""
    assert {*map(str, ENDED)} == {"Completed", "Expired", "Failed", "PartiallyCompleted", "Stopped"}


def test_each_is_of_a_job_that_runs_is_stopping_or_has_ended() -> None:
    assert RUNNING | ENDED | {JobStatus.STOPPING} == {*JobStatus}
    assert not RUNNING & ENDED
    assert {*JobStatus} == DEAD | PAST_VALIDATION | RUNNING
    assert not DEAD & (PAST_VALIDATION | RUNNING)


def test_a_word_that_is_not_known_is_of_a_live_job() -> None:
    assert {status for status in JobStatus if is_live(status)} == RUNNING
    assert is_live("Paused")
    assert is_live("")
