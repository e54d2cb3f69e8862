"""The IAM policy documents of a template, as they are once CloudFormation has put values into them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from security.registry import ACCOUNT, REGION

_PSEUDO: Final = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/Stack/51af3dc0-da77-11e4-872e-1234567db123",
    "AWS::StackName": "Stack",
    "AWS::URLSuffix": "amazonaws.com",
}
_ARNS: Final = {
    "AWS::IAM::Role": f"arn:aws:iam::{ACCOUNT}:role/%s",
    "AWS::KMS::Key": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/%s",
    "AWS::Lambda::Function": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:%s",
    "AWS::Logs::LogGroup": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:%s:*",
    "AWS::SNS::Topic": f"arn:aws:sns:{REGION}:{ACCOUNT}:%s",
    "AWS::S3::Bucket": "arn:aws:s3:::%s",
    # The id of a job has twelve characters.
    "Custom::BedrockModelInvocationJob": f"arn:aws:bedrock:{REGION}:{ACCOUNT}:model-invocation-job/%.12s",
}


@dataclass(frozen=True, slots=True)
class Document:
    """A policy document and where it stands."""

    resource: str
    """Logical id."""
    path: str
    """The properties that lead to the document, joined by dots."""
    policy: dict[str, Any]

    @property
    def is_trust(self) -> bool:
        """True for the policy that says who may assume a role. It names no resource: it is about the role itself."""
        return self.path == "AssumeRolePolicyDocument"


def documents(template: dict[str, Any]) -> list[Document]:
    """Every policy document of a template, wherever in a resource it stands.

    :raises KeyError: it holds a value that cannot be known here.
    """
    types = {name: resource["Type"] for name, resource in template["Resources"].items()}
    return [
        Document(name, path, _resolve(policy, types))
        for name, resource in template["Resources"].items()
        for path, policy in find_documents(resource.get("Properties", {}))
    ]


def find_documents(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Path and unresolved text of every policy document in a resource's properties."""
    match value:
        case {"Statement": list(), "Version": _}:
            yield path, value
        case dict():
            for key, each in value.items():
                yield from find_documents(each, f"{path}.{key}".lstrip("."))
        case list():
            for number, each in enumerate(value):
                yield from find_documents(each, f"{path}.{number}")


def _resolve(value: Any, types: dict[str, str]) -> Any:  # noqa: PLR0911 - one return for each intrinsic function
    match value:
        case {"Ref": str(name)} if len(value) == 1:
            return _variable(name, types)
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return _variable(f"{name}.{attribute}", types)
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{([^}]*)\}", lambda found: _variable(found[1], types), text)
        case {"Fn::Join": [str(delimiter), list(parts)]}:
            return delimiter.join(_resolve(part, types) for part in parts)
        case dict():
            assert not any(key.startswith("Fn::") for key in value), value
            return {key: _resolve(each, types) for key, each in value.items()}
        case list():
            return [_resolve(each, types) for each in value]
        case _:
            return value


def _variable(name: str, types: dict[str, str]) -> str:
    if name.startswith("AWS::"):
        return _PSEUDO[name]
    resource, _, attribute = name.partition(".")
    if attribute:
        assert attribute in ("Arn", "JobArn"), name
        return _ARNS[types[resource]] % resource.lower()
    assert resource in types, name
    # The Ref of a topic is its ARN.
    return _ARNS[types[resource]] % resource if types[resource] == "AWS::SNS::Topic" else resource.lower()
