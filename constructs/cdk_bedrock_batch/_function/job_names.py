"""The names of jobs: `<prefix>-<part>-<key>-<attempt>`. The part stands for one resource of one stack.

The part is the first 8 characters of the GUID in the stack's id and the last 8 of the resource's logical id. The
handler makes the same part from CloudFormation's event. The key, 8 hexadecimal digits, stands for the run.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import jsii
from aws_cdk import Fn, IStableStringProducer, Lazy, Stack
from constructs import IValidation

from bedrock_batch.run.names import LOGICAL_ID_LENGTH
from cdk_bedrock_batch._template import AskedOnce, StackView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import CfnResource


def name_part(resource: CfnResource) -> str:
    """The part of a resource's job names, from the logical id that it has at synthesis."""
    return Fn.join("", [stack_part(StackView.around(resource).stack), end_of(resource)])


def stack_part(stack: Stack) -> str:
    """The beginning of that part, which all jobs of a stack have."""
    return _StackMark.of(stack).token


def end_of(resource: CfnResource) -> str:
    """The end of the logical id that a resource has at synthesis: it may be overridden until then."""
    return Lazy.string(_End(resource))


class _StackMark(AskedOnce[Stack]):
    @cached_property
    def token(self) -> str:
        # arn:aws:cloudformation:us-east-1:111122223333:stack/Name/0a1b2c3d-0000-1111-2222-333344445555
        guid = Fn.select(2, Fn.split("/", self.construct.stack_id))
        return Fn.select(0, Fn.split("-", guid))


@jsii.implements(IStableStringProducer)
class _End:
    def __init__(self, resource: CfnResource) -> None:
        self._resource = resource

    def produce(self) -> str:
        (end,) = _ends(StackView.around(self._resource).stack, [self._resource])
        return end


def _ends(stack: Stack, resources: Sequence[CfnResource]) -> list[str]:
    logical_ids: list[str] = stack.resolve([resource.logical_id for resource in resources])
    return [logical_id[-LOGICAL_ID_LENGTH:] for logical_id in logical_ids]


@jsii.implements(IValidation)
class DistinctJobNames:
    """Checks the logical ids of a stack's jobs during synthesis, when they can no longer be overridden."""

    def __init__(self, stack: Stack, resources: Sequence[CfnResource]) -> None:
        """Check these resources of a stack. The list may still grow."""
        self._stack = stack
        self._resources = resources

    def validate(self) -> list[str]:
        """An error for each job whose name has the same part as the name of an earlier job."""
        first: dict[str, CfnResource] = {}
        return [
            f"the logical ids of the jobs {_path(other)} and {_path(resource)} end with the same {LOGICAL_ID_LENGTH} "
            f"characters, {end!r}, by which the names of a stack's jobs are told apart; choose another "
            "construct id for one of them, or another logical id with job.node.default_child.override_logical_id"
            for resource, end in zip(self._resources, _ends(self._stack, self._resources), strict=True)
            if (other := first.setdefault(end, resource)) is not resource
        ]


def _path(resource: CfnResource) -> str:
    return resource.node.path.removesuffix("/Resource")
