"""Finds targets and topics that name the job. A job is made after them, so AWS CloudFormation could make neither.

CDK itself finds no cycle within a stack. The templates are read when they have been written: only then is everything
in them, whoever added it.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import jsii
from aws_cdk import (
    IPolicyValidationContext,
    IPolicyValidationPlugin,
    PolicyValidationPluginReport,
    PolicyViolatingResource,
    PolicyViolation,
    Stack,
    Stage,
    Validations,
)

from cdk_bedrock_batch._events.nesting import Nesting
from cdk_bedrock_batch._events.template_graph import TemplateGraph
from cdk_bedrock_batch._template import AskedOnce

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aws_cdk import CfnResource

_ID: Final = "rule-names-its-job"
_WAY_OUT: Final = (
    "A target or a topic may not name the job, directly or through another resource. Take the ARN from the event, at "
    "$.detail.batchJobArn ($.detail.jobArn of an outcome), and the name from job.job_name_part; grant on the bucket of "
    "the storage, or with grant_read_output, rather than on the ARN of the job."
)


def watch(job: CfnResource, first: CfnResource) -> None:
    """Look at a job and what is made before it, when the templates of their stage have been written.

    :param first: a rule, a policy of its target, or what waits for both.
    """
    _Watched.of(cast("Stage", Stage.of(job))).pairs.append((job, first))


class _Watched(AskedOnce[Stage]):
    """The jobs of a stage, each with something that is made before it."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.pairs: list[tuple[CfnResource, CfnResource]] = []
        Validations.of(stage).add_plugins(_Cycles(self))


@jsii.implements(IPolicyValidationPlugin)
class _Cycles:
    def __init__(self, watched: _Watched) -> None:
        self._watched = watched

    @property
    def name(self) -> str:
        return "cdk-bedrock-batch"

    @property
    def rule_ids(self) -> list[str]:
        return [_ID]

    @property
    def version(self) -> str | None:
        return None

    def validate(self, _context: IPolicyValidationContext) -> PolicyValidationPluginReport:
        """A violation for each job that could not be made."""
        folder = Path(self._watched.construct.outdir)

        @cache
        def level(stack: Stack) -> _Level:
            return _Level(stack, folder)

        # One way for each job is enough: its rule and the policies of its target lead to the same.
        found: dict[tuple[Path, str], tuple[_Level, list[str]]] = {}
        for job, first in self._watched.pairs:
            for name, at, way in _cycles(job, first, level):
                found.setdefault((at.path, name), (at, way))
        violations = [
            PolicyViolation(
                rule_name=_ID,
                description="AWS CloudFormation makes a job after its rules, their targets and its topic, and one of "
                f"these after the job: {' -> '.join(way)}.",
                fix=_WAY_OUT,
                severity="fatal",
                violating_resources=[
                    PolicyViolatingResource(
                        resource_logical_id=name, template_path=str(at.path), locations=["DependsOn"]
                    )
                ],
            )
            for (_, name), (at, way) in found.items()
        ]
        return PolicyValidationPluginReport(success=not violations, violations=violations)


class _Level:
    """A stack and its template."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.path = folder / stack.template_file
        self.graph = TemplateGraph(json.loads(self.path.read_text("utf-8")))
        self._stack = stack

    def logical_id(self, element: CfnResource) -> str:
        return cast("str", self._stack.resolve(element.logical_id))


def _cycles(
    job: CfnResource, first: CfnResource, level: Callable[[Stack], _Level]
) -> Iterator[tuple[str, _Level, list[str]]]:
    """The logical id, the template and the way of a cycle, if there is one."""
    of_job, of_first = Nesting.around(job), Nesting.around(first)
    inside: str | None = None
    names: set[str] = set()
    for stack, element in of_job.items():
        if stack not in of_first:
            continue
        at = level(stack)
        goal = at.logical_id(element)
        # Above the stack that holds both, they are in the same nested stack. It needs what its parameters name.
        starts = at.graph.named_in_parameters(goal, names) if inside else [at.logical_id(of_first[stack])]
        way = at.graph.path(starts, goal)
        if way is not None:
            yield goal, at, [at.graph.shown(each) for each in (goal, *way)]
        inside = goal
        names = at.graph.reached(starts)
