"""What a resource is called: what `Ref` and `Fn::GetAtt` mean in a template."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from bedrock_batch.plan.stack import DeclaredStack
from bedrock_batch.plan.values import is_known, placeholder
from bedrock_batch.run.declaration import RESOURCE_TYPE
from bedrock_batch.run.physical_id import PhysicalId

# The attribute `Arn` of the types that a job refers to.
_ARNS: Final[Mapping[str, str]] = {
    "AWS::S3::Bucket": "arn:{partition}:s3:::{id}",
    "AWS::KMS::Key": "arn:{partition}:kms:{region}:{account}:key/{id}",
    "AWS::IAM::Role": "arn:{partition}:iam::{account}:role{path}{id}",
    "AWS::Lambda::Function": "arn:{partition}:lambda:{region}:{account}:function:{id}",
}
# The attributes of a job that come from its ARN.
_OF_JOB: Final[Mapping[str, Callable[[str], str]]] = {
    "JobArn": lambda job_arn: job_arn,
    "JobId": lambda job_arn: job_arn.rpartition("/")[2],
}


def attributes(
    declared: DeclaredStack,
    pseudo: Mapping[str, str],
    physical_id_of: Callable[[str], str | None],
    trait_of: Callable[[str], str],
    nested: Callable[[str, str], Any] = lambda _logical_id, _output: None,
) -> Callable[[str, str], str]:
    """A function from logical id and attribute to a value. The attribute "" is what `Ref` means.

    :param physical_id_of: the physical id of a resource that is there and stays. The others have placeholders.
    :param trait_of: a text that stays the same as long as CloudFormation keeps a resource.
    :param nested: the value of an output of a nested stack, None if it is not known.
    """

    def of(logical_id: str, attribute: str) -> str:
        physical_id = physical_id_of(logical_id)
        if attribute.startswith("Outputs."):
            found = nested(logical_id, attribute.removeprefix("Outputs."))
            if found is not None:
                return str(found)
        resource = declared.resource(logical_id)
        kind = str(resource.get("Type"))
        form = {"": "{id}", "Arn": _ARNS.get(kind)}.get(attribute)
        if physical_id is not None and kind == RESOURCE_TYPE and attribute in _OF_JOB:
            job_arn = PhysicalId.parse(physical_id).job_arn
            return _OF_JOB[attribute](job_arn) if job_arn else placeholder(logical_id, attribute, physical_id)
        if physical_id is None or form is None or not is_known(physical_id):
            return placeholder(logical_id, attribute, physical_id or trait_of(logical_id))
        path = (resource.get("Properties") or {}).get("Path", "/")
        return form.format(
            partition=pseudo["AWS::Partition"],
            region=pseudo["AWS::Region"],
            account=pseudo["AWS::AccountId"],
            id=physical_id,
            path=path if isinstance(path, str) else "/",
        )

    return of
