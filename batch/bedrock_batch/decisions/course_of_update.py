"""What an Update that goes forward does. The table is in docs/lifecycle.md."""

from collections.abc import Callable
from enum import Enum, auto

from bedrock_batch.run.declaration import JobSpec


class Course(Enum):
    """What an Update does for the declared run."""

    KEEP = auto()
    """The job on record is the declared one. Tags and columns change in place."""
    HOLD = auto()
    """Nothing starts. The job on record stays, although it is one of another run."""
    TAKE = auto()
    """The declared run is adopted, started or held, as by a Create."""


def course_of_update(spec: JobSpec, old: JobSpec | None, *, has_job: bool, names_run: Callable[[], bool]) -> Course:
    """Choose what an Update does.

    :param old: the declaration before, `None` if it cannot be read.
    :param has_job: whether a job is on record.
    :param names_run: whether the job on record is one of the declared run. It is asked only if it matters: the answer
        may need a call.
    """
    is_same_run = old is not None and old.defining() == spec.defining()
    is_held_on_a_side = spec.hold or (old is not None and old.hold)
    if is_same_run and not is_held_on_a_side:
        return Course.KEEP
    is_on_record = (is_same_run or spec.hold) and has_job and names_run()
    if is_same_run and is_on_record:
        return Course.KEEP
    # Another id would bring the Delete of the job on record, even if a job of the declared run can be adopted.
    return Course.HOLD if spec.hold and has_job and not is_on_record else Course.TAKE


def loses_role(spec: JobSpec, role_arn_before: str | None) -> bool:
    """Whether a job that stays on record loses its role with an Update. A running job fails then."""
    return spec.role_arn != role_arn_before
