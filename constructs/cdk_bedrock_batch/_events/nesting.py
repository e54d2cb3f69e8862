"""What is around a stack that may be nested."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from aws_cdk import Stack

from cdk_bedrock_batch._template import AskedOnce, StackView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_cdk import CfnResource


class Nesting(AskedOnce[Stack]):
    """A stack and the stacks around it."""

    @cached_property
    def holder(self) -> CfnResource | None:
        """The resource that the stack is in the stack around it. None: it is not nested."""
        return self.construct.nested_stack_resource

    @property
    def outermost(self) -> Stack:
        """The stack that is deployed with this one in it."""
        *_, (outermost, _) = self._levels(None)
        return outermost

    @classmethod
    def around(cls, element: CfnResource) -> dict[Stack, CfnResource]:
        """Each stack around an element, the innermost first, and what holds the element there."""
        levels = cls.of(StackView.around(element).stack)._levels(element)
        return {stack: holder for stack, holder in levels if holder is not None}

    def _levels(self, element: CfnResource | None) -> Iterator[tuple[Stack, CfnResource | None]]:
        yield self.construct, element
        if self.holder is not None:
            yield from Nesting.of(StackView.around(self.holder).stack)._levels(self.holder)
