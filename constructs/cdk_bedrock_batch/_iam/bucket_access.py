"""A place in S3 that a job uses: the rights of its role, and what the bucket policy in another account must say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import aws_iam as iam

from cdk_bedrock_batch._iam import actions
from cdk_bedrock_batch._iam.statement import Conditions, Statement, allow
from cdk_bedrock_batch.required_policy import PolicyKind, RequiredPolicy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdk_bedrock_batch._iam.principal import RolePrincipal
    from cdk_bedrock_batch._template import S3Location, StackView


@dataclass(frozen=True, slots=True)
class BucketAccess:
    """A location, and what the job does with its objects."""

    location: S3Location
    actions: tuple[str, ...]

    def statement(self) -> Statement:
        """The right to use the objects, as long as the bucket belongs to the expected account."""
        only_of_the_owner = {"StringEquals": {"aws:ResourceAccount": self.location.bucket_owner}}
        return allow(self.actions, [self.location.objects_arn], only_of_the_owner)

    def open_to(self, view: StackView, principal: RolePrincipal, *, lists: bool = True) -> RequiredPolicy | None:
        """Allow a role in the bucket policy, if the bucket is in another account. `lists`: the role also lists objects.

        :return: what the bucket policy must say, if this stack cannot change it.
        """
        statements = [principal.statement(self.actions, [self.location.objects_arn])]
        if lists:
            under = under_prefixes(self.location.list_prefixes)
            statements.append(principal.statement(actions.LIST_BUCKET, [self.location.bucket_arn], under))
        return add_to_bucket(view, self.location, principal, statements)


def add_to_bucket(
    view: StackView, location: S3Location, principal: RolePrincipal, statements: Sequence[Statement]
) -> RequiredPolicy | None:
    """Add statements for a role to the policy of a bucket that is in another account.

    :return: what the bucket policy must say, if this stack cannot change it.
    """
    bucket = location.bucket
    if bucket is None or view.is_own_account(location.bucket_owner):
        return None
    if (principal.fixed or view.holds(bucket)) and all(
        bucket.add_to_resource_policy(iam.PolicyStatement.from_json(statement)).statement_added
        for statement in statements
    ):
        return None
    return RequiredPolicy._of(view, PolicyKind.BUCKET_POLICY, location.bucket_arn, statements)


def list_statements(locations: Sequence[S3Location]) -> list[Statement]:
    """The right to list the prefixes of these locations. A location that is a whole bucket is listed without a prefix.

    Separate statements: `s3:prefix` exists for list calls only, so it would deny GetObject in the same statement. One
    statement covers all prefixes, to keep the template small.
    """
    whole = [location for location in locations if not location.list_prefixes]
    parts = [location for location in locations if location.list_prefixes]
    return [_list_statement(each) for each in (parts, whole) if each]


def _list_statement(locations: Sequence[S3Location]) -> Statement:
    prefixes = list(dict.fromkeys(prefix for location in locations for prefix in location.list_prefixes))
    owners = list(dict.fromkeys(location.bucket_owner for location in locations))
    return allow(
        actions.LIST_BUCKET,
        dict.fromkeys(location.bucket_arn for location in locations),
        {
            "StringEquals": {"aws:ResourceAccount": owners if len(owners) > 1 else owners[0]},
            **under_prefixes(prefixes),
        },
    )


def under_prefixes(prefixes: Sequence[str]) -> Conditions:
    """The condition that a list call names one of these prefixes. Empty if there are no prefixes."""
    return {"StringLike": {"s3:prefix": [*prefixes]}} if prefixes else {}
