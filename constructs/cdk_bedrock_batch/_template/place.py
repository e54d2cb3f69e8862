"""The folders of a stack and of a job in the buckets of a storage, derived from the construct tree."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from bedrock_batch import places
from cdk_bedrock_batch._checks import has_token

if TYPE_CHECKING:
    from cdk_bedrock_batch._template.stack_view import StackView


@lru_cache
def stack_folder(view: StackView) -> str:
    """The folder of a stack, with a final slash."""
    named = view.stack
    while has_token(named.stack_name) and named.nested_stack_parent is not None:
        named = named.nested_stack_parent
    return places.stack_folder(named.stack_name, view.path[len(named.node.path) :])


def job_folder(view: StackView, path: str) -> str:
    """The folder of a job, from its path in the construct tree, with a final slash."""
    return places.job_folder(stack_folder(view), path.rpartition("/")[2], path[len(view.path) :])
