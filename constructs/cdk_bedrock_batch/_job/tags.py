"""The tags of the jobs of a stack: by `Tags.of`, by the option of a job, and of the stack itself.

CloudFormation gives the tags of a stack to all its resources but custom ones. So a job's resource names them itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import jsii
from aws_cdk import Aspects, IAspect, TagManager, TagType
from constructs import Construct, IValidation

from bedrock_batch.run.declaration import RESOURCE_TYPE
from cdk_bedrock_batch._checks import options
from cdk_bedrock_batch._template import AskedOnce
from cdk_bedrock_batch.handler import BatchHandler

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from constructs import IConstruct

# Below those of the option, 50, and of `Tags.of`, 100.
_PRIORITY_OF_STACK: Final = 0


@jsii.implements(IAspect, IValidation)
class JobTags(AskedOnce[BatchHandler]):
    """The tags of a stack's jobs. They are complete when aspects have been applied, and are checked then."""

    def __init__(self, handler: BatchHandler) -> None:
        """Keep the handler of the stack. Callers use `of`."""
        super().__init__(handler)
        self._view = handler._view
        self._known = self._view.tags()
        self._jobs: list[tuple[str, TagManager]] = []
        # An aspect costs a call for each construct below its place: none here. CDK visits the stack before.
        place = Construct(handler, "Tags")
        Aspects.of(place).add(self)
        place.node.add_validation(self)

    def of_job(self, path: str, tags: Mapping[str, str]) -> tuple[TagManager, list[dict[str, str]]]:
        """The tags of a new job, and those that are known of them now; `tags` are checked ones of its option."""
        manager = TagManager(TagType.STANDARD, RESOURCE_TYPE, _listed(tags))
        self._jobs.append((path, manager))
        return manager, _listed({**self._known, **tags})

    def visit(self, _node: IConstruct) -> None:
        """Give the jobs the tags that their stack has now, unless they have tags of their own with these keys."""
        of_stack = self._view.tags()
        if not of_stack:
            return
        for _, manager in self._jobs:
            for key in of_stack.keys() - manager.tag_values().keys():
                manager.set_tag(key, of_stack[key], _PRIORITY_OF_STACK)

    def validate(self) -> list[str]:
        """An error for each tag that CreateModelInvocationJob would not accept, however many jobs have it."""
        paths: dict[str, list[str]] = {}
        for path, manager in self._jobs:
            for fault in _late_faults(manager.tag_values()):
                paths.setdefault(fault, []).append(path)
        return [f"the job {first}{_and_more(others)}: {fault}" for fault, (first, *others) in paths.items()]


def _listed(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tags.items()]


def _and_more(jobs: Sequence[str]) -> str:
    return f" and {len(jobs):,} more" if jobs else ""


def _late_faults(tags: Mapping[str, str]) -> Iterator[str]:
    for key, fault in options.tag_faults(tags):
        which = "key" if key is None else repr(key)
        yield f"{fault}; Tags.of(job).remove({which}) removes {'a' if key is None else 'the'} tag from the job"
