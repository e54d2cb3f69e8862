"""A rule exists before its job: an event that no rule waits for is lost."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

import jsii
from aws_cdk import Stack, Stage, Validations
from constructs import IValidation

from bedrock_batch.run.names import LOGICAL_ID_LENGTH
from cdk_bedrock_batch._events import cycles
from cdk_bedrock_batch._events.nesting import Nesting
from cdk_bedrock_batch._template import StackView

if TYPE_CHECKING:
    from aws_cdk import CfnResource

    from cdk_bedrock_batch._events.job_rule import JobRule


def put_before(job: CfnResource, rule: JobRule, *, by_name: bool = True) -> None:
    """Deploy a rule before a job: in one stack and its nested stacks by a dependency, else stack by stack.

    The same holds for the policies that let the rule's targets take its events.

    :param by_name: whether the rule knows the job by the end of its logical id.
    """
    ours, theirs = StackView.around(job).stack, StackView.around(rule).stack
    if Nesting.of(ours).outermost is Nesting.of(theirs).outermost:
        job.node.add_dependency(rule)
        cycles.watch(job, cast("CfnResource", rule.node.default_child))
    rule.each_policy(partial(_wait_for, job))
    if ours is not theirs:
        rule.node.add_validation(_RuleOfAnotherStack(job, rule, ours, theirs, by_name=by_name))


def _wait_for(job: CfnResource, policy: CfnResource) -> None:
    """Deploy a policy before a job, if one deployment makes both."""
    ours, theirs = StackView.around(job).stack, StackView.around(policy).stack
    if Nesting.of(ours).outermost is Nesting.of(theirs).outermost:
        job.node.add_dependency(policy)
        cycles.watch(job, policy)


@jsii.implements(IValidation)
class _RuleOfAnotherStack:
    """Looks at a rule and the job of another stack when references and logical ids are settled."""

    def __init__(self, job: CfnResource, rule: JobRule, ours: Stack, theirs: Stack, *, by_name: bool) -> None:
        self._job = job
        self._rule = rule
        self._ours = ours
        self._theirs = theirs
        self._by_name = by_name

    def validate(self) -> list[str]:
        """An error for a logical id by which too many jobs would be matched. The stacks are put into order."""
        ours, theirs = Nesting.of(self._ours).outermost, Nesting.of(self._theirs).outermost
        if ours is not theirs and Stage.of(ours) is Stage.of(theirs):
            if ours in _needed(theirs):
                Validations.of(self._rule).add_warning(
                    "cdk-bedrock-batch:rule-after-its-job",
                    f"the stack {theirs.node.path} refers to {ours.node.path}, so this rule is deployed after its job "
                    "and misses what the job does until then",
                )
            else:
                ours.add_stack_dependency(theirs)
        logical_id: str = self._ours.resolve(self._job.logical_id)
        if not self._by_name or len(logical_id) >= LOGICAL_ID_LENGTH:
            return []
        return [
            f"the logical id of the job {self._job.node.path.removesuffix('/Resource')}, {logical_id!r}, must have at "
            f"least {LOGICAL_ID_LENGTH} characters for a rule in another stack, which knows the job by their end"
        ]


def _needed(stack: Stack) -> set[Stack]:
    """The stacks that are deployed before a stack."""
    found: set[Stack] = set()
    new = [stack]
    while new:
        more = [each for each in new.pop().dependencies if each not in found]
        found.update(more)
        new += more
    return found
