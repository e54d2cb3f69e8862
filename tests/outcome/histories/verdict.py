"""The invariants of a history, each with the number by which a test names it."""

from collections.abc import Iterator

from outcome.histories.record import Telling
from outcome.histories.story import Declared, Story
from outcome.world import OUTPUT

_PATIENCE, _FIRST_LOOK = 600.0, 1500.0


def faults(story: Story) -> list[str]:
    """What is wrong with a history that has ended. Nothing, if the function is right."""
    return [f"{text} (seed {story.seed})" for job in story.jobs for text in _faults_of(story, job)]


def _faults_of(story: Story, job: Declared) -> Iterator[str]:
    tellings = [each for each in story.universe.record.tellings if each.job_id == job.id]
    if job.kind in ("no outcome", "another stack's"):
        if tellings and f"tickets/run/{_name(story, job)}.json" not in story.universe.record.refused:
            yield "O3: a job was told that asks for nothing"
        return
    if job.kind == "asks" and not tellings:
        yield "O1: an end was not told"
    yield from _doubled(tellings)
    yield from _by_looks(job, tellings)
    for telling in tellings:
        if not telling.detail["notes"] and telling.detail["outcome"] != job.outcome:
            yield f"O4: told {telling.detail['outcome']}, and it was {job.outcome}"
    if job.kind == "asks":
        yield from _left_behind(story, job, tellings)


def _doubled(tellings: list[Telling]) -> Iterator[str]:
    """A telling may follow one whose marker its invocation could not see.

    It was not written, or not before the later invocation has read it, or the later one could not read it.
    """
    for number, telling in enumerate(tellings):
        for earlier in tellings[:number]:
            unseen = earlier.marked_at is None or telling.read_at is None or telling.read_at < earlier.marked_at
            if not unseen:
                yield "O2: an end was told again, though its marker says that it was told"


def _by_looks(job: Declared, tellings: list[Telling]) -> Iterator[str]:
    for telling in tellings:
        if telling.by_look and telling.at < job.ended_at + _PATIENCE:
            yield "O5: the schedule has told an end whose event may still come"
        # A look may take five minutes.
        if telling.by_look and telling.at > job.ended_at + _FIRST_LOOK + 300 and not telling.claimed:
            yield "O6: a late look has told an end without a claim"


def _left_behind(story: Story, job: Declared, tellings: list[Telling]) -> Iterator[str]:
    marker = story.world.marker(job.arn, OUTPUT)
    if tellings and (marker is None or "pending" in marker or marker["eventId"] != job.id):
        yield "O7: there is no marker of a told end"
    # Without its run file, an end counts for the stack alone.
    is_known = any(each.detail["logicalResourceId"] for each in tellings)
    if is_known and not story.world.metrics.of("FailedJobs", "Reports", job.logical_id):
        yield "O8: an end has no metrics"


def _name(story: Story, job: Declared) -> str:
    return str(story.world.shown(job.arn)["jobName"])
