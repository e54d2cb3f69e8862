"""IAM for callers: each right that a call needs, and what its absence looks like."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from local.cloud import NOVA, REGION, Cloud, Statement, allow, document

MODEL = f"arn:aws:bedrock:{REGION}::foundation-model/{NOVA}"
PASSED = {"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}}


def rights(cloud: Cloud, **replaced: Statement | None) -> list[Statement]:
    """What a caller needs for everything, each right a statement of its own; ``None`` leaves one out."""
    statements: dict[str, Statement | None] = {
        "model": allow("bedrock:CreateModelInvocationJob", MODEL),
        "job": allow("bedrock:CreateModelInvocationJob", cloud.jobs_arn + "*"),
        "pass_role": allow("iam:PassRole", f"arn:aws:iam::{cloud.account}:role/role-*", **PASSED),
        "use": allow(["bedrock:GetModelInvocationJob", "bedrock:StopModelInvocationJob"], cloud.jobs_arn + "*"),
        "tags": allow(
            ["bedrock:TagResource", "bedrock:UntagResource", "bedrock:ListTagsForResource"], cloud.jobs_arn + "*"
        ),
        "list": allow("bedrock:ListModelInvocationJobs"),
        **replaced,
    }
    return [statement for statement in statements.values() if statement]


def denial(call: Any, **kwargs: Any) -> str:
    with pytest.raises(ClientError) as raised:
        call(**kwargs)
    assert raised.value.response["Error"]["Code"] == "AccessDeniedException"
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    return str(raised.value.response["Error"]["Message"])


def test_a_caller_with_exactly_the_rights_can_do_everything(ready: Cloud) -> None:
    caller, role = ready.user(*rights(ready)), ready.role()
    arn = caller.create_model_invocation_job(**ready.request(role, tags=[{"key": "a", "value": "b"}]))["jobArn"]

    caller.get_model_invocation_job(jobIdentifier=arn)
    caller.list_model_invocation_jobs()
    caller.tag_resource(resourceARN=arn, tags=[{"key": "a", "value": "c"}])
    caller.untag_resource(resourceARN=arn, tagKeys=["a"])
    caller.list_tags_for_resource(resourceARN=arn)
    caller.stop_model_invocation_job(jobIdentifier=arn)


@pytest.mark.parametrize(
    ("missing", "action", "resource"),
    [
        ("model", "bedrock:CreateModelInvocationJob", MODEL),
        ("job", "bedrock:CreateModelInvocationJob", "{jobs}*"),
        ("pass_role", "iam:PassRole", "{role}"),
        ("tags", "bedrock:TagResource", "{jobs}*"),
    ],
)
def test_create_names_the_right_that_is_missing(ready: Cloud, missing: str, action: str, resource: str) -> None:
    role = ready.role()
    caller = ready.user(*rights(ready, **{missing: None}))

    message = denial(
        caller.create_model_invocation_job, **ready.request(role, tags=[{"key": "team", "value": "support"}])
    )

    who = f"arn:aws:iam::{ready.account}:user/caller"
    what = resource.format(jobs=ready.jobs_arn, role=role)
    assert message == (
        f"User: {who} is not authorized to perform: {action} on resource: {what} "
        f"because no identity-based policy allows the {action} action"
    )
    assert ready.aws.bill(account=ready.account).started == 0


def test_a_role_may_be_passed_to_bedrock_only_if_the_policy_names_bedrock(ready: Cloud) -> None:
    other = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    caller = ready.user(*rights(ready, pass_role=allow("iam:PassRole", "*", **other)))

    assert "iam:PassRole on resource: " in denial(caller.create_model_invocation_job, **ready.request(ready.role()))


def test_an_inference_profile_needs_the_profile_and_its_model(ready: Cloud) -> None:
    profile = f"arn:aws:bedrock:{REGION}:{ready.account}:inference-profile/eu.{NOVA}"
    caller, role = ready.user(*rights(ready)), ready.role()

    message = denial(caller.create_model_invocation_job, **ready.request(role, modelId=f"eu.{NOVA}"))

    assert f"on resource: {profile} because" in message


@pytest.mark.parametrize(
    ("call", "action"),
    [
        ("get_model_invocation_job", "GetModelInvocationJob"),
        ("stop_model_invocation_job", "StopModelInvocationJob"),
        ("list_tags_for_resource", "ListTagsForResource"),
    ],
)
def test_a_job_of_the_account_is_not_open_to_everyone_in_it(ready: Cloud, call: str, action: str) -> None:
    arn = ready.create(ready.role())
    caller = ready.user(allow("bedrock:ListModelInvocationJobs"))
    name = "resourceARN" if call.startswith("list_tags") else "jobIdentifier"

    message = denial(getattr(caller, call), **{name: arn})

    assert f"bedrock:{action} on resource: {arn} because" in message
    assert ready.get(arn)["status"] == "Submitted"


@pytest.mark.parametrize(
    ("call", "members", "action"),
    [
        ("tag_resource", {"tags": [{"key": "a", "value": "b"}]}, "TagResource"),
        ("untag_resource", {"tagKeys": ["team"]}, "UntagResource"),
        ("list_tags_for_resource", {}, "ListTagsForResource"),
        ("get_model_invocation_job", {}, "GetModelInvocationJob"),
        ("stop_model_invocation_job", {}, "StopModelInvocationJob"),
        ("list_model_invocation_jobs", {}, "ListModelInvocationJobs"),
    ],
)
def test_every_action_on_a_job_is_a_right_of_its_own(
    ready: Cloud, call: str, members: dict[str, Any], action: str
) -> None:
    arn = ready.create(ready.role(), tags=[{"key": "team", "value": "support"}])
    every = ("Get", "Stop", "List")
    names = [f"bedrock:{verb}ModelInvocationJob{'s' if verb == 'List' else ''}" for verb in every]
    names += [f"bedrock:{name}" for name in ("TagResource", "UntagResource", "ListTagsForResource")]
    caller = ready.user(allow([name for name in names if name != f"bedrock:{action}"]))
    name = "resourceARN" if "resource" in call else "jobIdentifier"
    identified = {} if call.startswith("list_model") else {name: arn}

    message = denial(getattr(caller, call), **identified, **members)

    assert (
        f"is not authorized to perform: bedrock:{action} on resource: {arn if identified else '*'} because" in message
    )
    assert ready.bedrock.list_tags_for_resource(resourceARN=arn)["tags"] == [{"key": "team", "value": "support"}]
    assert ready.get(arn)["status"] == "Submitted"


@pytest.mark.parametrize("missing", ["eu-west-1", "eu-central-1", "eu-north-1", "eu-west-3", None])
def test_a_caller_needs_the_model_in_every_region_of_a_profile(ready: Cloud, missing: str | None) -> None:
    profile = f"arn:aws:bedrock:{REGION}:{ready.account}:inference-profile/eu.{NOVA}"
    regions = [one for one in ("eu-west-1", "eu-central-1", "eu-north-1", "eu-west-3") if one != missing]
    models = [f"arn:aws:bedrock:{region}::foundation-model/{NOVA}" for region in regions]
    caller = ready.user(*rights(ready, model=allow("bedrock:CreateModelInvocationJob", [profile, *models])))
    request = ready.request(ready.role(), modelId=f"eu.{NOVA}")

    if missing is None:
        caller.create_model_invocation_job(**request)
    else:
        model = f"arn:aws:bedrock:{missing}::foundation-model/{NOVA}"
        assert f"on resource: {model} because" in denial(caller.create_model_invocation_job, **request)


def test_a_caller_of_another_account_sees_nothing(ready: Cloud, other: Cloud) -> None:
    arn = ready.create(ready.role())

    with pytest.raises(ClientError, match="could not be found"):
        other.get(arn)
    caller = other.user(allow("bedrock:GetModelInvocationJob", other.jobs_arn + "*"))
    denial(caller.get_model_invocation_job, jobIdentifier=arn)


def test_a_boundary_limits_a_caller(ready: Cloud) -> None:
    caller = ready.user(*rights(ready))
    iam = ready.client("iam")
    limit = iam.create_policy(PolicyName="limit", PolicyDocument=document(allow("bedrock:Get*")))["Policy"]["Arn"]
    iam.put_user_permissions_boundary(UserName="caller", PermissionsBoundary=limit)

    denial(caller.list_model_invocation_jobs)


def test_listing_has_no_resource(ready: Cloud) -> None:
    caller = ready.user(allow("bedrock:ListModelInvocationJobs", ready.jobs_arn + "*"))

    assert "bedrock:ListModelInvocationJobs on resource: * because" in denial(caller.list_model_invocation_jobs)


def test_policies_may_ask_for_tags_of_the_request_and_of_the_job(ready: Cloud) -> None:
    by_request = allow("bedrock:*", ready.jobs_arn + "*", StringEquals={"aws:RequestTag/team": "support"})
    by_job = allow("bedrock:StopModelInvocationJob", "*", StringEquals={"aws:ResourceTag/team": "support"})
    caller = ready.user(*rights(ready, job=by_request, tags=None, use=None), by_job)
    role = ready.role()
    denial(caller.create_model_invocation_job, **ready.request(role, tags=[{"key": "team", "value": "sales"}]))

    tags = [{"key": "team", "value": "support"}]
    arn = caller.create_model_invocation_job(**ready.request(role, tags=tags))["jobArn"]
    other = ready.create(role, jobName="job-2")

    denial(caller.stop_model_invocation_job, jobIdentifier=other)
    caller.stop_model_invocation_job(jobIdentifier=arn)


def test_an_explicit_deny_wins_and_says_so(ready: Cloud) -> None:
    deny = allow("bedrock:ListModelInvocationJobs") | {"Effect": "Deny"}
    caller = ready.user(*rights(ready), deny)

    assert denial(caller.list_model_invocation_jobs).endswith("with an explicit deny in an identity-based policy")


class TestPlainHttp:
    """Everything here passes for TLS, except a caller that says otherwise."""

    def without_tls(self, client: Any) -> Any:
        client.meta.events.register(
            "before-sign", lambda request, **_: request.headers.add_header("x-forwarded-proto", "http")
        )
        return client

    def test_a_bucket_that_demands_tls_refuses_it(self, ready: Cloud) -> None:
        insecure = {"Bool": {"aws:SecureTransport": "false"}}
        objects = f"arn:aws:s3:::in-{ready.account}/*"
        deny = allow("s3:*", objects, **insecure) | {"Effect": "Deny", "Principal": "*"}
        ready.client("s3").put_bucket_policy(Bucket=f"in-{ready.account}", Policy=document(deny))
        iam = ready.client("iam")
        ready.user(allow("s3:*"))
        access = iam.create_access_key(UserName="caller")["AccessKey"]
        credentials = {name: access[name] for name in ("AccessKeyId", "SecretAccessKey")}
        s3 = ready.aws.client("s3", account=ready.account, region=REGION, credentials=credentials)

        s3.get_object(Bucket=f"in-{ready.account}", Key="in/x.jsonl")
        with pytest.raises(ClientError, match="AccessDenied"):
            self.without_tls(s3).get_object(Bucket=f"in-{ready.account}", Key="in/x.jsonl")

    def test_a_policy_of_a_caller_may_demand_tls(self, ready: Cloud) -> None:
        caller = ready.user(allow("bedrock:ListModelInvocationJobs", "*", Bool={"aws:SecureTransport": "true"}))

        caller.list_model_invocation_jobs()
        denial(self.without_tls(caller).list_model_invocation_jobs)
