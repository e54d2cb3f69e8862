"""A stack as a template declares it, and as AWS has it on record."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from bedrock_batch.job import Job
from bedrock_batch.plan.values import placeholder
from bedrock_batch.run.declaration import RESOURCE_TYPE

NO_PARTITION: Final = "aws-unknown"
NO_REGION: Final = "unknown"
NO_ACCOUNT: Final = "0" * 12
"""What stands in the ARN of a stack that is made up."""
STACK_TYPE: Final = "AWS::CloudFormation::Stack"
# Metadata of a resource in the template, and an entry in that of the assembly.
_PATH: Final = "aws:cdk:path"
_LOGICAL_ID: Final = "aws:cdk:logicalId"
# The properties of which a change makes another resource, from the template reference of each type. Of a type that is
# not here, any change may.
_MADE_ANEW_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "AWS::S3::Bucket": ("BucketName", "BucketNamePrefix", "BucketNamespace"),
    # A change of its other properties makes no other key.
    "AWS::KMS::Key": (),
    "AWS::IAM::Role": ("RoleName", "Path"),
    "AWS::Lambda::Function": ("FunctionName", "PackageType", "TenancyConfig"),
    STACK_TYPE: (),
    # What becomes of a job is planned. Its properties do not tell.
    RESOURCE_TYPE: (),
}


@dataclass(frozen=True, kw_only=True)
class DeclaredStack:
    """A stack of an app.

    * `path`: of its construct, `Stage/Stack` in a stage.
    * `artifact`: its id in the assembly; `depends_on` has those that are deployed before it.
    * `told`: what the assembly says of each construct, by its path: type and data of each entry.
    * `account`, `region`: `None` if the app leaves them open.
    * `lookup_role`: the ARN of the role with which the CDK CLI looks into the account, with pseudo parameters.
    * `nested`: the nested stacks by logical id.
    """

    name: str
    template: Mapping[str, Any]
    path: str = ""
    artifact: str = ""
    depends_on: Sequence[str] = ()
    told: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    account: str | None = None
    region: str | None = None
    lookup_role: str | None = None
    nested: Mapping[str, "DeclaredStack"] = field(default_factory=dict)

    def resources(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The resources by logical id, those of conditions that do not hold, too."""
        for logical_id, resource in self.template.get("Resources", {}).items():
            if isinstance(resource, Mapping):
                yield logical_id, resource

    def resource(self, logical_id: str) -> Mapping[str, Any]:
        """A resource, empty if there is none."""
        found = self.template.get("Resources", {}).get(logical_id)
        return found if isinstance(found, Mapping) else {}

    def path_of(self, logical_id: str) -> str:
        """The path of a construct, `Stack/Job/Resource`. Otherwise the logical id: some apps tell no paths."""
        metadata = self.resource(logical_id).get("Metadata")
        path = metadata.get(_PATH) if isinstance(metadata, Mapping) else None
        return str(path or self._paths.get(logical_id) or logical_id)

    @cached_property
    def _paths(self) -> dict[str, str]:
        return {str(entries[_LOGICAL_ID]): path[1:] for path, entries in self.told.items() if _LOGICAL_ID in entries}

    def traits(self, logical_id: str) -> list[Any]:
        """The type of a resource, and the properties that stay the same as long as CloudFormation keeps it."""
        resource = self.resource(logical_id)
        properties = resource.get("Properties") or {}
        named = _MADE_ANEW_BY.get(str(resource.get("Type")))
        kept = properties if named is None else {name: properties.get(name) for name in named}
        return [resource.get("Type"), kept]

    def is_same_place(self, other: "DeclaredStack") -> bool:
        """Whether both are the same stack to CloudFormation, as far as they say where they are."""
        pairs = ((self.account, other.account), (self.region, other.region))
        return self.name == other.name and all(one == two or None in (one, two) for one, two in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What AWS has on record of a stack.

    * `declared`: its template.
    * `physical_ids`: by logical id.
    * `parameters`: their values at the last deployment. `current` has those that are read anew at the next one.
    * `jobs`: all jobs of the stack that Bedrock knows.
    * `is_assumed`: nobody has asked AWS. The base is taken as deployed once, and its jobs as running.
    * `is_unsure`: the last operation failed and was not rolled back. So the template may not be what is on record.
    * `failed`: logical ids of resources whose last request failed.
    """

    stack_id: str
    declared: DeclaredStack
    physical_ids: Mapping[str, str]
    parameters: Mapping[str, str] = field(default_factory=dict)
    current: Mapping[str, str] = field(default_factory=dict)
    jobs: Sequence[Job] = ()
    nested: Mapping[str, "Record"] = field(default_factory=dict)
    is_assumed: bool = False
    is_unsure: bool = False
    failed: frozenset[str] = frozenset()


def pseudo_parameters(stack_id: str) -> dict[str, str]:
    """The pseudo parameters that the ARN of a stack tells. What is made up of it is not known."""
    _, partition, _, region, account, resource = stack_id.split(":", 5)
    found = {
        "AWS::AccountId": account,
        "AWS::Partition": partition,
        "AWS::Region": region,
        "AWS::StackId": stack_id,
        "AWS::StackName": resource.split("/")[1],
        "AWS::URLSuffix": "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com",
    }
    if partition == NO_PARTITION:
        not_known = {"AWS::Partition", "AWS::StackId", "AWS::URLSuffix"}
        not_known |= {"AWS::AccountId"} if account == NO_ACCOUNT else set()
        not_known |= {"AWS::Region"} if region == NO_REGION else set()
        found |= {name: placeholder(name) for name in not_known}
    return found
