"""Every statement about who may do what in a template, in the order and the words of a page for reviewers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from cdk_bedrock_batch import RequiredPolicy
from security.policies import find_documents

_HOLDERS: Final = {
    # Beginnings of logical ids or kinds of policy; the first that fits.
    r"(BedrockBatchHandler(Role|Policy)|FunctionRole)": "handler role",
    r"BedrockBatchOutcomes(Role|Policy)": "outcome role",
    r"\w*TopicPolicy[0-9A-F]{8}": "topic policy",
    r"CustomS3AutoDelete\w+": "role of CDK's emptying function",
    r"Reader\w+": "grantee",
    r"\w*(ServiceRole|SharedRole|Theirs)\w*": "service role",
    r"\w*Policy[0-9A-F]{8}": "bucket policy",
    r"\w*Key[0-9A-F]{8}": "key policy",
    r"\w+Endpoint[0-9A-F]{8}": "endpoint policy",
}
TRUST: Final = ", trust"
OTHERS: Final = "others: "
BOUNDARY: Final = "permissions boundary"
_READABLE: Final = (
    (r"\$\{AWS::(Account)Id\}|\$\{AWS::(\w+)\}", lambda found: f"${{{found[1] or found[2]}}}"),
    (r"\$\{(?:(?:Bedrock)?(?:Batch)?Storage)?(\w+?)[0-9A-F]{8}((?:\.(?:Job)?Arn)?)\}", r"${\1\2}"),
    (r"\b[0-9a-f]{64}\b", "${Sha256OfRecords}"),
    (r"\b([A-Za-z][A-Za-z-]*?\d*)-[0-9a-f]{8}(?=/|$)", r"\1-${Address}"),
    (r"cdk-hnb659fds-assets-\$\{Account\}-\$\{Region\}", "${CdkAssetBucket}"),
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; texts that only a deployment tells are `${...}` without the hashes of logical ids."""

    holder: str
    effect: str
    principal: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Operator, key, values."""

    @property
    def kind(self) -> tuple[str, str, tuple[str, ...]]:
        """What stays the same when only the place or a condition is another one."""
        return self.holder, self.effect, self.actions


def statements(template: dict[str, Any], required: Iterable[RequiredPolicy]) -> list[Statement]:
    """All of a template, those that others must add last; bucket policies that say the same are one statement."""
    found: dict[Statement, tuple[str, ...]] = {}
    for each in (*_of_template(template), *_of_others(required)):
        key = replace(each, resources=()) if each.holder == "bucket policy" else each
        found[key] = tuple(dict.fromkeys((*found.get(key, ()), *each.resources)))
    return sorted(
        (replace(each, resources=resources) for each, resources in found.items()),
        key=lambda each: (each.holder.startswith(OTHERS), _rank(each.holder)),
    )


def in_any_stack(statement: Statement, stack: str) -> Statement:
    """The same with `${StackName}` for the folder of a stack, so that other stacks can say the same."""
    folder = re.compile(rf"(?<![\w.-]){re.escape(stack)}(?=$|/\*|/[A-Z]\w*-\$\{{Address\}})")

    def told(texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(folder.sub("${StackName}", text) for text in texts)

    conditions = tuple((operator, key, told(values)) for operator, key, values in statement.conditions)
    return replace(statement, resources=told(statement.resources), conditions=conditions)


def _rank(holder: str) -> int:
    order = ["service role", "handler role", "outcome role", "key policy", "bucket policy", "topic policy"]
    return next((place for place, name in enumerate(order) if holder.startswith(name)), len(order))


def _of_template(template: dict[str, Any]) -> Iterator[Statement]:
    for logical_id, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        holder = _holder(logical_id, resource["Type"])
        for path, document in find_documents(properties):
            name = holder + TRUST if path == "AssumeRolePolicyDocument" else holder
            yield from (_statement(name, each) for each in document["Statement"])
        for policy in properties.get("ManagedPolicyArns", ()):
            yield Statement(holder, "Allow", "", ("managed policy",), _texts(policy), ())
        if "PermissionsBoundary" in properties:
            boundary = _texts(properties["PermissionsBoundary"])
            yield Statement(holder, "Allow at most", "", (BOUNDARY,), boundary, ())
        if resource["Type"] == "AWS::EC2::VPCEndpoint":
            yield Statement(holder, "Allow", "*", ("*",), ("*",), ())


def _of_others(required: Iterable[RequiredPolicy]) -> Iterator[Statement]:
    for policy in required:
        for each in policy.statements:
            yield _statement(f"{OTHERS}{policy.kind}", each, of=policy.resource)


def _holder(logical_id: str, resource_type: str) -> str:
    if not resource_type.startswith(("AWS::IAM::", "AWS::S3::", "AWS::KMS::", "AWS::EC2::", "AWS::SNS::")):
        return resource_type
    named = (name for pattern, name in _HOLDERS.items() if re.fullmatch(pattern + r"\w*", logical_id))
    return next(named, resource_type)


def _statement(holder: str, statement: dict[str, Any], of: str = "") -> Statement:
    principal = statement.get("Principal", {})
    names = (
        [principal] if isinstance(principal, str) else [text for each in principal.values() for text in _texts(each)]
    )
    resources = _texts(statement.get("Resource", []))
    return Statement(
        holder,
        statement["Effect"],
        ", ".join(names),
        _texts(statement["Action"]),
        tuple(f"{each} (of {readable(of)})" if each == "*" and of else each for each in resources),
        tuple(
            (operator, key, _texts(values))
            for operator, pairs in statement.get("Condition", {}).items()
            for key, values in pairs.items()
        ),
    )


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(readable, value if isinstance(value, list) else [value]))


def readable(value: Any) -> str:
    """A text with intrinsic functions as one a person can read."""
    text = _flat(value)
    for pattern, replacement in _READABLE:
        text = re.sub(pattern, replacement, text)
    return text


def _flat(value: Any) -> str:
    match value:
        case {"Fn::Join": [str(delimiter), list(parts)]}:
            return delimiter.join(map(_flat, parts))
        case {"Fn::Sub": str(text)}:
            return text
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return f"${{{name}.{attribute}}}"
        case {"Ref": str(name)}:
            return f"${{{name}}}"
        case str():
            return value
        case _:
            return json.dumps(value)
