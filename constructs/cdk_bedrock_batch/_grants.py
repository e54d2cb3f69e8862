"""Grants to principals that use what a job reads and writes; the service roles of jobs have statements of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_iam as iam

from cdk_bedrock_batch import _actions
from cdk_bedrock_batch._environment import in_same_account
from cdk_bedrock_batch._key_access import KeyAccess

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_s3 as s3

    from cdk_bedrock_batch._location import S3Location


def to_principal(
    grantee: iam.IGrantable,
    actions: Sequence[str],
    resource_arns: Sequence[str],
    conditions: Mapping[str, Mapping[str, Any]] | None = None,
) -> iam.Grant:
    """A statement in the principal's own policy."""
    return iam.Grant.add_to_principal(
        grantee=grantee, actions=[*actions], resource_arns=[*resource_arns], conditions=conditions
    )


def read_objects(grantee: iam.IGrantable, location: S3Location) -> iam.Grant:
    """List, read and decrypt everything in a location."""
    location = location.for_any_stack()
    listing = _on_bucket(
        grantee,
        _actions.LIST_BUCKET,
        location,
        location.rendered_bucket_arn,
        {"StringLike": {"s3:prefix": location.list_prefixes}},
    )
    reading = _on_bucket(grantee, _actions.READ_OBJECTS, location, location.objects_arn)
    return _with_key(reading.combine(listing), grantee, _actions.DECRYPT, location)


def write_objects(grantee: iam.IGrantable, location: S3Location) -> iam.Grant:
    """Write and encrypt objects in a location."""
    location = location.for_any_stack()
    writing = _on_bucket(grantee, _actions.PUT_OBJECTS, location, location.objects_arn)
    return _with_key(writing, grantee, _actions.ENCRYPT, location)


def _on_bucket(
    grantee: iam.IGrantable,
    actions: Sequence[str],
    location: S3Location,
    resource_arn: str,
    conditions: Mapping[str, Mapping[str, Any]] | None = None,
) -> iam.Grant:
    statement = iam.PolicyStatement(actions=[*actions], resources=[resource_arn], conditions=conditions)
    return _on_resource(grantee, statement, location.bucket, [resource_arn])


def _with_key(grant: iam.Grant, grantee: iam.IGrantable, actions: Sequence[str], location: S3Location) -> iam.Grant:
    if location.encryption_key is None:
        return grant
    statement = KeyAccess.of(location.encryption_key, actions).statement(None)
    return grant.combine(_on_resource(grantee, statement, location.encryption_key, ["*"]))


def _on_resource(
    grantee: iam.IGrantable,
    statement: iam.PolicyStatement,
    resource: s3.IBucket | kms.IKey | None,
    self_arns: Sequence[str],
) -> iam.Grant:
    """A statement in the principal's policy and, for one of another account, in the resource's, with its conditions.

    CDK's own grant on both leaves the conditions out of the resource's statement.
    """
    grant = to_principal(grantee, statement.actions, statement.resources, statement.conditions)
    account = grantee.grant_principal.principal_account
    is_own = account is None or resource is None or in_same_account(resource, account)
    if resource is not None and not (grant.success and is_own):
        resource.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[grantee.grant_principal],
                actions=statement.actions,
                resources=[*self_arns],
                conditions=statement.conditions,
            )
        )
    return grant
