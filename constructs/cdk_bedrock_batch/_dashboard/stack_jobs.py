"""The jobs of one stack, as a dashboard shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from aws_cdk import Stage

from cdk_bedrock_batch._template import StackView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdk_bedrock_batch._job import DeclaredJob


@dataclass(frozen=True, slots=True)
class StackJobs:
    """Jobs of one stack."""

    view: StackView
    jobs: tuple[DeclaredJob, ...]
    is_near: bool
    """Whether the dashboard's template can name what the stack makes: its log group and its buckets."""

    @classmethod
    def of(cls, jobs: Sequence[DeclaredJob], dashboard: StackView) -> tuple[Self, ...]:
        """The jobs of each stack, in the order in which the stacks are first met.

        :param dashboard: the stack of the dashboard.
        """
        by_stack: dict[StackView, list[DeclaredJob]] = {}
        for job in jobs:
            by_stack.setdefault(StackView.around(job), []).append(job)
        return tuple(cls(view, tuple(each), _is_near(view, dashboard)) for view, each in by_stack.items())

    @property
    def told(self) -> tuple[DeclaredJob, ...]:
        """Those whose outcomes are told."""
        return tuple(job for job in self.jobs if job._outcome is not None)


def _is_near(view: StackView, dashboard: StackView) -> bool:
    """Whether CDK makes references from one stack to the other: both are of one stage and one environment."""
    here = (view.account, view.region) == (dashboard.account, dashboard.region)
    return here and Stage.of(view.stack) is Stage.of(dashboard.stack)
