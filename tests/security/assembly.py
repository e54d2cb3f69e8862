"""The configurations as cloud assemblies.

Two of one stack that holds all that can share a function; they differ in the app's feature flags and in the
environment. And one in which each configuration has a stack.
"""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

from aws_cdk import App, CloudFormationValidatePlugin, Environment, Stack, Validations
from constructs import Construct, IConstruct

from security.configurations import CONFIGURATIONS
from security.registry import ENVIRONMENT

_CDK_JSON: Final = Path(__file__).parents[2] / "cdk.json"
FLAGS: Final[dict[str, Any]] = json.loads(_CDK_JSON.read_text(encoding="utf-8"))["context"]


@cache
def template_validation() -> CloudFormationValidatePlugin:
    """CDK's own validation; one for all, since loading its rules takes seconds."""
    return CloudFormationValidatePlugin()


@dataclass(frozen=True)
class Variant:
    """What else than the configuration changes how a stack is written."""

    context: dict[str, Any]
    environment: Environment | None


STACK: Final = "Reports"
APP_FLAGS: Final = "flags of the app, any environment"
VARIANTS: Final = {
    APP_FLAGS: Variant(FLAGS, None),
    "no flags, a known environment": Variant({}, ENVIRONMENT),
}


@dataclass(frozen=True)
class Assembly:
    """Every configuration as a part of one stack, under its name: the checkers look at resources one by one."""

    variant: Variant
    app: App
    stack: Stack

    @classmethod
    def of(cls, variant: Variant, folder: Path) -> "Assembly":
        """Declare all; nothing is written yet."""
        app = App(outdir=str(folder), context=variant.context)
        stack = Stack(app, STACK, env=variant.environment)
        for each in CONFIGURATIONS:
            if not each.own_handler:
                each.build(Construct(stack, each.name))
        return cls(variant, app, stack)

    @cached_property
    def folder(self) -> Path:
        """Where the written assembly lies, with CDK's own validation run over it, whether it found something or not."""
        # Registered by hand, since CDK_VALIDATION in the environment of the first import is what turns it off.
        Validations.of(self.app).add_plugins(template_validation())
        with suppress(RuntimeError):
            self.app.synth()
        folder = Path(self.app.outdir)
        assert (folder / "validation-report.json").is_file()
        return folder

    @property
    def path(self) -> Path:
        """The template's file."""
        return self.folder / f"{STACK}.template.json"

    @cached_property
    def template(self) -> dict[str, Any]:
        """The template."""
        content: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
        return content

    @cached_property
    def acknowledged(self) -> frozenset[tuple[str, str, str]]:
        """Path, finding id and reason of everything that is acknowledged."""
        return frozenset(acknowledgements(self.app))


@dataclass(frozen=True)
class Stacks:
    """Every configuration as a stack of its own, with the flags of the app and for any environment."""

    stacks: dict[str, Stack]
    templates: dict[str, dict[str, Any]]

    @classmethod
    def written(cls, folder: Path) -> "Stacks":
        """Declare and write all."""
        app = App(outdir=str(folder), context=FLAGS)
        stacks = {each.name: Stack(app, each.name) for each in CONFIGURATIONS}
        for each in CONFIGURATIONS:
            each.build(stacks[each.name])
        app.synth()
        paths = {name: folder / f"{name}.template.json" for name in stacks}
        return cls(stacks, {name: json.loads(path.read_text(encoding="utf-8")) for name, path in paths.items()})


def acknowledgements(scope: IConstruct) -> Iterable[tuple[str, str, str]]:
    """Path, finding id and reason of everything that is acknowledged in a tree."""
    for construct in scope.node.find_all():
        for entry in construct.node.metadata:
            if entry.type == Validations.ACKNOWLEDGED_RULES_METADATA_KEY:
                for finding_id, reason in entry.data.items():
                    yield construct.node.path, finding_id.removeprefix("Annotation::"), reason
