"""The stacks of an app before a deployment, or after it, with the values that their jobs get."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from bedrock_batch.plan.attributes import attributes
from bedrock_batch.plan.stack import NO_ACCOUNT, NO_PARTITION, NO_REGION, DeclaredStack, pseudo_parameters
from bedrock_batch.plan.values import Values
from bedrock_batch.run.declaration import RESOURCE_TYPE


@dataclass(eq=False)
class Located:
    """A stack with what its expressions refer to.

    `physical_id_of` knows the resources that are there and stay. `parent` is the stack around a nested one, in
    which `logical_id` names it.
    """

    declared: DeclaredStack
    stack_id: str
    side: "Side"
    physical_id_of: Callable[[str], str | None] = lambda _logical_id: None
    own_parameters: Mapping[str, str] = field(default_factory=dict)
    parent: "Located | None" = None
    logical_id: str = ""
    nested: dict[str, "Located"] = field(default_factory=dict)
    _outputs: dict[str, Any] = field(default_factory=dict)
    _traits: dict[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Partition, Region and account, as its ARN begins."""
        return self.stack_id.partition(":stack/")[0]

    @property
    def root(self) -> "Located":
        """The stack around all, which is itself if nothing is around it."""
        return self if self.parent is None else self.parent.root

    @cached_property
    def values(self) -> Values:
        """The values of the template."""
        pseudo = pseudo_parameters(self.stack_id)
        return Values(
            self.declared.template,
            pseudo=pseudo,
            parameters=self._parameters(),
            attribute=attributes(self.declared, pseudo, self.physical_id_of, self.trait_of, self._nested_output),
            outside=partial(self.side.outside, self.place),
        )

    @cached_property
    def jobs(self) -> dict[str, Mapping[str, Any]]:
        """The properties of the jobs, by logical id, as CloudFormation sends them."""
        return {
            logical_id: found if isinstance(found, Mapping) else {}
            for logical_id, resource in self.declared.resources()
            if resource.get("Type") == RESOURCE_TYPE and self.has(logical_id)
            for found in [self.values.resolved(resource.get("Properties") or {})]
        }

    def has(self, logical_id: str) -> bool:
        """Whether the stack has a resource, as far as its condition tells."""
        resource = self.declared.resource(logical_id)
        condition = resource.get("Condition")
        return bool(resource) and (condition is None or self.values.holds(str(condition)))

    def presence_of(self, logical_id: str) -> bool | str:
        """Whether the stack has a resource, or a placeholder if its condition cannot be told."""
        condition = self.declared.resource(logical_id).get("Condition")
        return self.has(logical_id) if condition is None else self.values.truth(str(condition))

    def trait_of(self, logical_id: str) -> str:
        """A text that stays the same as long as CloudFormation keeps the resource."""
        if logical_id not in self._traits:
            # One that leads back to itself has none.
            self._traits[logical_id] = ""
            self._traits[logical_id] = json.dumps(
                self.values.resolved(self.declared.traits(logical_id)), sort_keys=True
            )
        return self._traits[logical_id]

    def output(self, name: str) -> Any:
        """The value of an output. None if there is none, or if it leads back to itself."""
        if name not in self._outputs:
            self._outputs[name] = None
            found = self.declared.template.get("Outputs", {}).get(name)
            if isinstance(found, Mapping):
                self._outputs[name] = self.values.resolved(found.get("Value"))
        return self._outputs[name]

    def exports(self) -> Iterator[tuple[str, str]]:
        """The names of exports, and the outputs that they are."""
        for name, each in self.declared.template.get("Outputs", {}).items():
            if isinstance(each, Mapping) and "Export" in each:
                yield str(self.values.resolved(each["Export"].get("Name"))), name

    def _parameters(self) -> Mapping[str, str]:
        if self.parent is None:
            return self.own_parameters
        properties = self.parent.declared.resource(self.logical_id).get("Properties") or {}
        given = self.parent.values.resolved(properties.get("Parameters") or {})
        return given if isinstance(given, Mapping) else {}

    def _nested_output(self, logical_id: str, output: str) -> Any:
        return self.nested[logical_id].output(output) if logical_id in self.nested else None


class Side:
    """All stacks of an app, at one time."""

    def __init__(self, exports: Mapping[str, str] | None = None) -> None:
        """Know no stack yet.

        :param exports: of stacks that the app does not have.
        """
        self.stacks: list[Located] = []
        self._others = exports or {}
        self._exports: dict[tuple[str, str], tuple[Located, str]] | None = None

    def outside(self, place: str, name: str, arguments: Any) -> Any:
        """The value of an intrinsic function that names another stack, None if it is not known.

        :param place: of the stack that asks.
        """
        if name == "Fn::ImportValue":
            return self._exported(place, str(arguments))
        if name == "Fn::GetStackOutput" and isinstance(arguments, Mapping):
            found = self._of(self.stacks, arguments)
            return found[0].output(str(arguments.get("OutputName"))) if len(found) == 1 else None
        return None

    def _exported(self, place: str, name: str) -> Any:
        if self._exports is None:
            # The name of an export may be a value of another stack, too.
            self._exports = {}
            self._exports = {
                (stack.place, export): (stack, output) for stack in self.stacks for export, output in stack.exports()
            }
        if (place, name) in self._exports:
            stack, output = self._exports[place, name]
            return stack.output(output)
        return self._others.get(name)

    @staticmethod
    def _of(stacks: Sequence[Located], arguments: Mapping[str, Any]) -> list[Located]:
        named = [each for each in stacks if each.declared.name == arguments.get("StackName")]
        region = arguments.get("Region")
        return [each for each in named if region in (None, pseudo_parameters(each.stack_id)["AWS::Region"])]


def made_up_stack_id(declared: DeclaredStack, other: DeclaredStack | None = None, around: str = "") -> str:
    """What stands for the ARN of a stack of which AWS was not asked, or which is not there.

    :param other: the same stack at another time, which may say where it is.
    :param around: the id of the stack around a nested one, which is where it is.
    """
    places = [each for each in (declared, other) if each is not None]
    account = next((each.account for each in places if each.account), NO_ACCOUNT)
    region = next((each.region for each in places if each.region), NO_REGION)
    begin = f"arn:{NO_PARTITION}:cloudformation:{region}:{account}"
    if around:
        begin = around.partition(":stack/")[0]
    guid = hashlib.sha256(f"{around} {declared.name}".encode()).hexdigest()
    return f"{begin}:stack/{declared.name}/{guid[:8]}-{guid[8:12]}"
