"""Reads a cloud assembly: the folder `cdk.out` that an app writes."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from bedrock_batch.local_file import opened
from bedrock_batch.plan.stack import STACK_TYPE, DeclaredStack

MANIFEST: Final = "manifest.json"
_ENVIRONMENT: Final = "aws://"
_UNKNOWN: Final = "unknown-"
# The hash in the address of a template that the CDK uploads.
_ASSET: Final = re.compile("[0-9a-f]{64}")


def read_assembly(folder: Path) -> list[DeclaredStack]:
    """The stacks of an assembly, those of its stages, too.

    :raises ValueError: the folder is not a whole assembly.
    """
    return list(_stacks(folder, _read(folder, MANIFEST)))


def lacks_values(folder: Path) -> bool:
    """Whether an app left values open that only AWS can tell. The CDK CLI looks them up, and runs the app again.

    :raises ValueError: as `read_assembly`.
    """
    return bool(_read(folder, MANIFEST).get("missing"))


def _stacks(folder: Path, manifest: Mapping[str, Any]) -> Iterator[DeclaredStack]:
    for artifact_id, artifact in _objects(manifest, "artifacts", folder / MANIFEST):
        properties = _members(artifact, "properties")
        if artifact.get("type") == "aws:cloudformation:stack":
            yield _stack(folder, artifact_id, artifact, properties)
        elif artifact.get("type") == "cdk:cloud-assembly":
            inner = _inside(folder, str(properties.get("directoryName")))
            yield from _stacks(inner, _read(inner, MANIFEST))


def _stack(folder: Path, artifact_id: str, artifact: Mapping[str, Any], properties: Mapping[str, Any]) -> DeclaredStack:
    place = str(artifact.get("environment", "")).removeprefix(_ENVIRONMENT)
    account, _, region = place.partition("/")
    told = dict(_members(artifact, "metadata"))
    if "additionalMetadataFile" in artifact:
        told |= _read(folder, str(artifact["additionalMetadataFile"]))
    template = _template(folder, str(properties.get("templateFile")))
    by_type = {path: _by_type(entries) for path, entries in told.items()}
    return DeclaredStack(
        name=str(properties.get("stackName", artifact_id)),
        template=template,
        path=str(artifact.get("displayName", artifact_id)),
        artifact=artifact_id,
        depends_on=[str(each) for each in found] if isinstance(found := artifact.get("dependencies"), list) else [],
        told=by_type,
        account=_known(account),
        region=_known(region),
        lookup_role=_role(properties),
        nested=dict(_nested(folder, template, by_type)),
    )


def _nested(
    folder: Path, template: Mapping[str, Any], told: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, DeclaredStack]]:
    for logical_id, resource in _members(template, "Resources").items():
        if resource.get("Type") != STACK_TYPE:
            continue
        file = _members(resource, "Metadata").get("aws:asset:path")
        if isinstance(file, str):
            inner = _template(folder, file)
            nested = dict(_nested(folder, inner, told))
            yield logical_id, DeclaredStack(name=logical_id, template=inner, told=told, nested=nested)
        elif _ASSET.search(json.dumps(_members(resource, "Properties").get("TemplateURL"))):
            raise ValueError(
                f"{folder}: nobody can tell which file is the template of the nested stack {logical_id}; let the CDK "
                "CLI synthesize, without --no-asset-metadata"
            )


def _template(folder: Path, name: str) -> dict[str, Any]:
    """A template whose parts have the form that a plan relies on.

    :raises ValueError: they have not, as with `Fn::ForEach` among the resources.
    """
    template, path = _read(folder, name), folder / name
    for part in ("Resources", "Parameters", "Outputs"):
        for logical_id, each in _objects(template, part, path):
            if not isinstance(each.get("Properties", {}), Mapping):
                raise ValueError(f"{path}: the properties of {logical_id} are no object")  # noqa: TRY004 - of a file
    for part in ("Conditions", "Mappings"):
        if not isinstance(template.get(part, {}), Mapping):
            raise ValueError(f"{path}: {part} is no object")  # noqa: TRY004 - as above
    return template


def _objects(value: Mapping[str, Any], part: str, path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    found = value.get(part, {})
    if not isinstance(found, Mapping):
        raise ValueError(f"{path}: {part} is no object")  # noqa: TRY004 - of a file, not of an argument
    for name, each in found.items():
        if not isinstance(each, Mapping):
            raise ValueError(f"{path}: {name} of {part} is no object, so no plan can read it")  # noqa: TRY004 - as above
        yield name, each


def _role(properties: Mapping[str, Any]) -> str | None:
    """The role with which the CDK CLI looks into an account."""
    arn = _members(properties, "lookupRole").get("arn")
    return arn if isinstance(arn, str) else None


def _by_type(entries: object) -> dict[str, Any]:
    found = [each for each in entries if isinstance(each, Mapping)] if isinstance(entries, list) else []
    return {str(each.get("type")): each.get("data") for each in found}


def _known(part: str) -> str | None:
    return None if not part or part.startswith(_UNKNOWN) else part


def _members(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _inside(folder: Path, name: str) -> Path:
    """A file of the assembly. One that lies elsewhere is not read: an assembly may come from anywhere."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"{folder / MANIFEST} names a file outside of its folder")
    return path


def _read(folder: Path, name: str) -> dict[str, Any]:
    path = _inside(folder, name)
    with opened(path, str(path)) as file:
        try:
            found = json.load(file)
        except (ValueError, RecursionError):
            found = None
    if isinstance(found, dict):
        return found
    raise ValueError(f"{path} is no file of an assembly; is {folder} the folder that cdk synth writes?")
