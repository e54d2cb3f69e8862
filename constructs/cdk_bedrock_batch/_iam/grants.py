"""Grants to other principals. The service roles of jobs have their own statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_iam as iam

from cdk_bedrock_batch._iam import actions
from cdk_bedrock_batch._iam.bucket_access import under_prefixes
from cdk_bedrock_batch._iam.key_access import KeyAccess
from cdk_bedrock_batch._iam.statement import actions_of, resources_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from cdk_bedrock_batch._iam.statement import Statement
    from cdk_bedrock_batch._template import S3Location


def to_principal(grantee: iam.IGrantable, statement: Statement) -> iam.Grant:
    """Add a statement to the principal's own policy."""
    return iam.Grant.add_to_principal(
        grantee=grantee,
        actions=actions_of(statement),
        resource_arns=resources_of(statement),
        conditions=statement.get("Condition"),
    )


def all_to_principal(grantee: iam.IGrantable, statements: Sequence[Statement]) -> iam.Grant:
    """Add one or more statements to the principal's own policy."""
    first, *others = [to_principal(grantee, statement) for statement in statements]
    for grant in others:
        first = first.combine(grant)
    return first


def read_objects(grantee: iam.IGrantable, location: S3Location) -> iam.Grant:
    """Grant the right to list, read and decrypt everything in a location."""
    under = under_prefixes(location.list_prefixes)
    listing = _on_bucket(grantee, actions.LIST_BUCKET, location, location.bucket_arn, under)
    reading = _on_bucket(grantee, actions.READ_OBJECTS, location, location.objects_arn)
    return _with_key(reading.combine(listing), grantee, actions.DECRYPT, location)


def write_objects(grantee: iam.IGrantable, location: S3Location) -> iam.Grant:
    """Grant the right to write and encrypt objects in a location."""
    writing = _on_bucket(grantee, actions.PUT_OBJECTS, location, location.objects_arn)
    return _with_key(writing, grantee, actions.ENCRYPT, location)


def _on_bucket(
    grantee: iam.IGrantable,
    allowed: Sequence[str],
    location: S3Location,
    resource_arn: str,
    conditions: Mapping[str, Mapping[str, Any]] | None = None,
) -> iam.Grant:
    if location.bucket is None:
        raise ValueError(f"nothing is granted on the bucket of CDK's assets, got {location.uri}")
    return iam.Grant.add_to_principal_or_resource(
        grantee=_only_if(grantee, conditions),
        actions=[*allowed],
        resource_arns=[resource_arn],
        resource=location.bucket,
        conditions=conditions,
    )


def _with_key(grant: iam.Grant, grantee: iam.IGrantable, allowed: Sequence[str], location: S3Location) -> iam.Grant:
    if location.encryption_key is None:
        return grant
    statement = KeyAccess(location.encryption_key, tuple(allowed)).statement()
    return grant.combine(
        iam.Grant.add_to_principal_or_resource(
            grantee=_only_if(grantee, statement["Condition"]),
            actions=actions_of(statement),
            resource_arns=resources_of(statement),
            resource=location.encryption_key.key,
            resource_self_arns=["*"],
            conditions=statement["Condition"],
        )
    )


def _only_if(grantee: iam.IGrantable, conditions: Mapping[str, Mapping[str, Any]] | None) -> iam.IGrantable:
    """The principal with conditions. CDK writes them into the principal's policy, not into the resource's."""
    return iam.PrincipalWithConditions(grantee.grant_principal, conditions) if conditions else grantee
