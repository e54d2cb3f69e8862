"""A place in S3 as a job uses it: the rights of its role, and what a bucket policy of another account must say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import aws_iam as iam

from cdk_bedrock_batch import _actions
from cdk_bedrock_batch._environment import in_same_account, in_same_stack
from cdk_bedrock_batch.required_policy import PolicyKind, RequiredPolicy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs import IConstruct

    from cdk_bedrock_batch._location import S3Location
    from cdk_bedrock_batch._principal import RolePrincipal


@dataclass(frozen=True, slots=True)
class BucketAccess:
    """A location and what the job does with the objects in it."""

    location: S3Location
    actions: tuple[str, ...]

    def statement(self) -> iam.PolicyStatement:
        """The right to use the objects, while the bucket belongs to the account that is meant."""
        return iam.PolicyStatement(
            actions=[*self.actions],
            resources=[self.location.objects_arn],
            conditions={"StringEquals": {"aws:ResourceAccount": self.location.bucket_owner}},
        )

    def open_to(self, scope: IConstruct, principal: RolePrincipal, *, lists: bool = True) -> RequiredPolicy | None:
        """Let a role in by the bucket policy, if the bucket is of another account; `lists` if it lists objects, too.

        :return: what the bucket policy must say, if it cannot be written from here.
        """
        bucket = self.location.bucket
        if bucket is None or in_same_account(scope, self.location.bucket_owner):
            return None
        statements = [principal.statement(self.actions, [self.location.objects_arn])]
        if lists:
            statements.append(
                principal.statement(
                    _actions.LIST_BUCKET,
                    [self.location.rendered_bucket_arn],
                    under_prefixes(self.location.list_prefixes),
                )
            )
        if (principal.fixed or in_same_stack(scope, bucket)) and all(
            bucket.add_to_resource_policy(statement).statement_added for statement in statements
        ):
            return None
        return RequiredPolicy.of(scope, PolicyKind.BUCKET_POLICY, self.location.rendered_bucket_arn, statements)


def list_statements(locations: Sequence[S3Location]) -> list[iam.PolicyStatement]:
    """The right to list the locations' own prefixes, and what is a whole bucket as a whole.

    Statements of their own: `s3:prefix` exists for list calls only, so beside GetObject it would deny every read. One
    for all prefixes, for the sake of the template's size.
    """
    whole = [location for location in locations if not location.list_prefixes]
    parts = [location for location in locations if location.list_prefixes]
    return [_list_statement(each) for each in (parts, whole) if each]


def _list_statement(locations: Sequence[S3Location]) -> iam.PolicyStatement:
    prefixes = list(dict.fromkeys(prefix for location in locations for prefix in location.list_prefixes))
    owners = list(dict.fromkeys(location.bucket_owner for location in locations))
    return iam.PolicyStatement(
        actions=[*_actions.LIST_BUCKET],
        resources=list(dict.fromkeys(location.rendered_bucket_arn for location in locations)),
        conditions={
            "StringEquals": {"aws:ResourceAccount": owners if len(owners) > 1 else owners[0]},
            **under_prefixes(prefixes),
        },
    )


def under_prefixes(prefixes: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    """The condition that a list call stays under some prefixes; none if there are none."""
    return {"StringLike": {"s3:prefix": [*prefixes]}} if prefixes else {}
