"""Grants to principals that use what a job reads and writes; the service roles of jobs have statements of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_iam as iam

from cdk_bedrock_batch import _actions
from cdk_bedrock_batch._bucket_access import under_prefixes
from cdk_bedrock_batch._key_access import KeyAccess

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

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
        under_prefixes(location.list_prefixes),
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
    if location.bucket is None:
        return to_principal(grantee, actions, [resource_arn], conditions)
    return iam.Grant.add_to_principal_or_resource(
        grantee=_only_if(grantee, conditions),
        actions=[*actions],
        resource_arns=[resource_arn],
        resource=location.bucket,
        conditions=conditions,
    )


def _with_key(grant: iam.Grant, grantee: iam.IGrantable, actions: Sequence[str], location: S3Location) -> iam.Grant:
    if location.encryption_key is None:
        return grant
    statement = KeyAccess.of(location.encryption_key, actions).statement(None)
    return grant.combine(
        iam.Grant.add_to_principal_or_resource(
            grantee=_only_if(grantee, statement.conditions),
            actions=statement.actions,
            resource_arns=statement.resources,
            resource=location.encryption_key,
            resource_self_arns=["*"],
            conditions=statement.conditions,
        )
    )


def _only_if(grantee: iam.IGrantable, conditions: Mapping[str, Mapping[str, Any]] | None) -> iam.IGrantable:
    """The principal under conditions: CDK writes those of a grant into the principal's policy, not the resource's."""
    return iam.PrincipalWithConditions(grantee.grant_principal, conditions) if conditions else grantee
