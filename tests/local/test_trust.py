"""Who may assume a service role, and what limits it: trust policies, explicit denials, permissions boundaries."""

from __future__ import annotations

from typing import Any

import pytest
from local.cloud import REGION, Cloud, Statement, allow, document

NO_ROLE = "Could not assume provided IAM role"
NO_PUT = "Could not validate PutObject permissions"
NO_INVOKE = "Customer doesn't have permissions to invokeModel"


def trust(effect: str = "Allow", service: str = "bedrock.amazonaws.com", **conditions: Any) -> Statement:
    principal = {"Service": service}
    statement = {"Effect": effect, "Principal": principal, "Action": "sts:AssumeRole"}
    return statement | ({"Condition": conditions} if conditions else {})


def deny(action: str, resource: str = "*") -> Statement:
    return allow(action, resource) | {"Effect": "Deny"}


def ended(job: dict[str, Any]) -> str:
    return str(job["status"] if job["status"] != "Failed" else job["message"])


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("arn:aws:bedrock:{region}:{account}:model-invocation-job/*", "Completed"),
        ("arn:aws:bedrock:*:{account}:*", "Completed"),
        ("arn:aws:bedrock:{region}:{account}:model-customization-job/*", NO_ROLE),
        ("arn:aws:bedrock:us-east-1:{account}:model-invocation-job/*", NO_ROLE),
        ("arn:aws:bedrock:{region}:999999999999:model-invocation-job/*", NO_ROLE),
    ],
)
@pytest.mark.parametrize("operator", ["ArnLike", "ArnEquals"])
def test_the_source_of_the_session_is_the_job(ready: Cloud, operator: str, source: str, message: str) -> None:
    job_arns = source.format(region=REGION, account=ready.account)
    role = ready.role(*ready.rights(), trust=document(trust() | {"Condition": {operator: {"aws:SourceArn": job_arns}}}))

    assert ended(ready.finish(role)).startswith(message)


@pytest.mark.parametrize("statement", ["Deny Bedrock", "Deny everyone", "somebody else's", "another action"])
def test_a_role_that_does_not_let_bedrock_in_fails_the_job(ready: Cloud, statement: str) -> None:
    statements = {
        "Deny Bedrock": [trust(), trust("Deny")],
        "Deny everyone": [trust(), trust("Deny") | {"Principal": "*"}],
        "somebody else's": [trust(service="lambda.amazonaws.com")],
        "another action": [trust() | {"Action": "sts:TagSession"}],
    }[statement]

    assert ended(ready.finish(ready.role(*ready.rights(), trust=document(*statements)))).startswith(NO_ROLE)


def test_a_role_of_another_account_is_refused_at_once(ready: Cloud, other: Cloud) -> None:
    with pytest.raises(ready.bedrock.exceptions.AccessDeniedException, match="Cross-account pass role"):
        ready.create(other.role(*other.rights()))


@pytest.mark.parametrize(("action", "message"), [("s3:PutObject", NO_PUT), ("bedrock:InvokeModel", NO_INVOKE)])
def test_an_explicit_deny_wins_over_every_allow(ready: Cloud, action: str, message: str) -> None:
    role = ready.role(*ready.rights(), allow("*"), deny(action))

    assert ended(ready.finish(role)).startswith(message)


class TestPermissionsBoundary:
    def boundary(self, cloud: Cloud, *statements: Statement) -> str:
        made = cloud.client("iam").create_policy(PolicyName="limit", PolicyDocument=document(*statements))
        return str(made["Policy"]["Arn"])

    def test_what_is_within_it_is_allowed(self, ready: Cloud) -> None:
        limit = self.boundary(ready, allow(["s3:*", "bedrock:*"]))

        assert ended(ready.finish(ready.role(*ready.rights(), PermissionsBoundary=limit))) == "Completed"

    @pytest.mark.parametrize("kind", ["left out", "denied"])
    def test_what_is_outside_of_it_is_not(self, ready: Cloud, kind: str) -> None:
        statements = [allow("s3:*")] if kind == "left out" else [allow("*"), deny("bedrock:InvokeModel")]
        limit = self.boundary(ready, *statements)

        assert ended(ready.finish(ready.role(*ready.rights(), PermissionsBoundary=limit))).startswith(NO_INVOKE)

    def test_it_grants_nothing(self, ready: Cloud) -> None:
        limit = self.boundary(ready, allow("*"))

        role = ready.role(*ready.rights("bedrock:InvokeModel"), PermissionsBoundary=limit)

        assert ended(ready.finish(role)).startswith(NO_INVOKE)
