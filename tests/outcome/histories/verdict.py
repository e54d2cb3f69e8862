"""The invariants of a history, each with the number by which a test names it."""

from collections.abc import Iterator

from outcome.histories.record import Telling
from outcome.histories.story import TOLD, Declared, Story
from outcome.world import OUTPUT

_PATIENCE, _FIRST_LOOK = 600.0, 1500.0


def faults(story: Story) -> list[str]:
    """What is wrong with a history that has ended. Nothing, if the function is right."""
    found = [text for job in story.jobs for text in _faults_of(story, job)]
    if story.universe.record.hidden:
        found.append("O9: a run file that cannot be read was no error")
    return [f"{text} (seed {story.seed})" for text in found]


def _faults_of(story: Story, job: Declared) -> Iterator[str]:
    tellings = [each for each in story.universe.record.tellings if each.job_id == job.id]
    if job.kind not in TOLD:
        if tellings or story.world.marker(job.arn, OUTPUT):
            yield "O3: a job was told that asks for nothing, as far as its run file can be read"
        return
    if not tellings:
        yield "O1: an end was not told"
    yield from _doubled(tellings)
    yield from _by_looks(job, tellings)
    for telling in tellings:
        if not telling.detail["notes"] and telling.detail["outcome"] != job.outcome:
            yield f"O4: told {telling.detail['outcome']}, and it was {job.outcome}"
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
    if tellings and not story.world.metrics.of("FailedJobs", "Reports", job.logical_id):
        yield "O8: an end has no metrics"
