"""What AWS does not document of rights and files: the embedded AWS can answer each question in both ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from local.cloud import NOVA, REGION, Cloud, allow, converse, jsonl
from local.conftest import prepared

from bedrock_batch_local import EmbeddedAws
from bedrock_batch_local.engine.quirks import Quirks

PROFILE = f"eu.{NOVA}"
MAY_NOT_INVOKE = "Customer doesn't have permissions to invokeModel"


@pytest.fixture(scope="module")
def contrary() -> Iterator[EmbeddedAws]:
    """A service that answers every open question the other way."""
    quirks = {
        "names_profile": False,
        "checks_invoke": False,
        "checks_profile_on_create": False,
        "shows_tags_of_ended": False,
        "unsubscribed": ["anthropic"],
        "lists_with_prefix": False,
        "young_bucket_failures": 1,
        "keeps_folders": False,
    }
    with EmbeddedAws.start(manual_clock=True, quirks=quirks) as running:
        yield running


@pytest.fixture(params=["as seen", "the other way"])
def both(request: pytest.FixtureRequest, aws: EmbeddedAws) -> tuple[Cloud, bool]:
    """An account of either service, and whether it is the contrary one."""
    is_contrary = request.param == "the other way"
    running = request.getfixturevalue("contrary") if is_contrary else aws
    cloud = prepared(Cloud(running, str(600_000_000_000 + sum(request.node.name.encode()))))
    if is_contrary:
        # The first job of a bucket fails there.
        cloud.finish(cloud.role(*cloud.rights()), jobName="first")
    return cloud, is_contrary


def storage(cloud: Cloud) -> list[dict[str, Any]]:
    """Rights on the buckets that hold whatever way the service lists."""
    return [
        *cloud.rights("s3:ListBucket", "bedrock:InvokeModel"),
        allow("s3:ListBucket", f"arn:aws:s3:::in-{cloud.account}"),
    ]


def profile_rights(cloud: Cloud, **conditions: Any) -> list[dict[str, Any]]:
    return [
        allow("bedrock:InvokeModel", f"arn:aws:bedrock:{REGION}:{cloud.account}:inference-profile/{PROFILE}"),
        allow("bedrock:InvokeModel", f"arn:aws:bedrock:*::foundation-model/{NOVA}", **conditions),
    ]


def through_profile(cloud: Cloud) -> dict[str, Any]:
    arn = f"arn:aws:bedrock:{REGION}:{cloud.account}:inference-profile/{PROFILE}"
    return {"StringEquals": {"bedrock:InferenceProfileArn": arn}}


def test_the_profile_that_a_model_is_invoked_through(both: tuple[Cloud, bool]) -> None:
    cloud, is_contrary = both
    bound = cloud.role(*storage(cloud), *profile_rights(cloud, **through_profile(cloud)))
    free = cloud.role(*storage(cloud), *profile_rights(cloud))

    ended = cloud.finish(bound, modelId=PROFILE, jobName="bound")

    assert ended.get("message", "") == (MAY_NOT_INVOKE if is_contrary else "")
    assert cloud.finish(free, modelId=PROFILE, jobName="free")["status"] == "Completed"


def test_the_right_to_invoke_a_plain_model(both: tuple[Cloud, bool]) -> None:
    cloud, is_contrary = both
    ended = cloud.finish(cloud.role(*storage(cloud)), jobName="plain")

    assert ended["status"] == ("Completed" if is_contrary else "Failed")


def test_the_prefix_of_a_list_call(both: tuple[Cloud, bool]) -> None:
    cloud, is_contrary = both
    ended = cloud.finish(cloud.role(*cloud.rights()), jobName="listed")

    assert ended["status"] == ("Failed" if is_contrary else "Completed")
    assert ("ListBucket" in ended.get("message", "")) is is_contrary


def test_a_whole_bucket_is_listed_without_a_prefix(ready: Cloud) -> None:
    whole = {"inputDataConfig": {"s3InputDataConfig": {"s3Uri": f"s3://in-{ready.account}/"}}}
    objects = [
        *ready.rights("s3:ListBucket", "s3:GetObject"),
        allow("s3:GetObject", f"arn:aws:s3:::in-{ready.account}/*"),
    ]
    pattern = allow("s3:ListBucket", f"arn:aws:s3:::in-{ready.account}", StringLike={"s3:prefix": "*"})
    without = allow("s3:ListBucket", f"arn:aws:s3:::in-{ready.account}")

    assert ready.finish(ready.role(*objects, pattern), jobName="pattern", **whole)["status"] == "Failed"
    assert ready.finish(ready.role(*objects, without), jobName="without", **whole)["status"] == "Completed"


def test_a_bucket_that_is_too_young(contrary: EmbeddedAws) -> None:
    cloud = prepared(Cloud(contrary, "610000000000"))
    role = cloud.role(*storage(cloud))
    first, second = (cloud.finish(role, jobName=name) for name in ("one", "two"))

    assert (first["status"], second["status"]) == ("Failed", "Completed")
    assert first["message"].startswith("Could not validate ListBucket permissions for S3URI")


def test_a_model_to_which_nobody_has_subscribed(both: tuple[Cloud, bool]) -> None:
    cloud, is_contrary = both
    model = "anthropic.claude-3-haiku-20240307-v1:0"
    role = cloud.role(
        *storage(cloud), allow("bedrock:InvokeModel", f"arn:aws:bedrock:{REGION}::foundation-model/{model}")
    )
    ended = cloud.finish(role, modelId=model, jobName="claude")

    assert ("aws-marketplace:Subscribe" in ended.get("message", "")) is is_contrary


def test_the_folders_of_nested_files(both: tuple[Cloud, bool]) -> None:
    cloud, is_contrary = both
    cloud.upload(jsonl(120), "in/deeper/y.jsonl")
    role = cloud.role(*storage(cloud), allow("bedrock:InvokeModel"))
    job = cloud.finish(role, jobName="nested")

    names = {name for name in cloud.output_names() if job["jobArn"].rsplit("/", 1)[-1] in name or "/" not in name}
    assert any(name.endswith("deeper/y.jsonl.out") for name in cloud.output_names()) is not is_contrary, names


def test_the_profile_in_the_rights_of_the_caller(both: tuple[Cloud, bool]) -> None:
    cloud, is_contrary = both
    role = cloud.role()
    caller = cloud.user(
        allow(
            "bedrock:CreateModelInvocationJob", [f"arn:aws:bedrock:*::foundation-model/{NOVA}", cloud.jobs_arn + "*"]
        ),
        allow("iam:PassRole", role),
    )
    request = cloud.request(role, modelId=PROFILE, jobName="asked")

    assert accepted(lambda: caller.create_model_invocation_job(**request)) is is_contrary


def test_tags_of_an_ended_job_as_a_condition(both: tuple[Cloud, bool]) -> None:
    cloud, is_contrary = both
    job = cloud.finish(cloud.role(), jobName="tagged", tags=[{"key": "team", "value": "a"}])
    tagged = {"StringEquals": {"aws:ResourceTag/team": "a"}}
    caller = cloud.user(allow("bedrock:GetModelInvocationJob", cloud.jobs_arn + "*", **tagged))

    assert accepted(lambda: caller.get_model_invocation_job(jobIdentifier=job["jobArn"])) is not is_contrary


def accepted(call: Callable[[], Any]) -> bool:
    try:
        call()
    except ClientError as error:
        if error.response["Error"]["Code"] != "AccessDeniedException":
            raise
        return False
    return True


def test_converse_takes_no_tools(ready: Cloud) -> None:
    ready.upload(jsonl(120, lambda number: converse("x", **({"toolConfig": {"tools": []}} if number == 7 else {}))))
    job = ready.finish(ready.role(*ready.rights()))

    (failed,) = [line for line in ready.output(job, "x.jsonl.out") if "error" in line]
    assert (failed["recordId"], failed["error"]["errorCode"]) == ("R0007", 400)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"outages": []}, "quirks must be of"),
        ({"no_such": 1}, "got 'no_such'"),
        ({"names_profile": "no"}, "names_profile must be a bool, got 'no'"),
        ({"unsubscribed": "anthropic"}, "unsubscribed must be a list, got 'anthropic'"),
        ({"list_lag_seconds": True}, "list_lag_seconds must be a float, got True"),
        ({"young_bucket_failures": -1}, "young_bucket_failures must be 0 or more, got -1"),
    ],
)
def test_fails_on_quirks_that_are_none(values: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Quirks.of(values)


def test_quirks_of_json() -> None:
    found = Quirks.of({"unsubscribed": ["meta"], "shown_as": {"InProgress": "Thinking"}, "list_lag_seconds": 3})

    assert found.unsubscribed == {"meta"}
    assert [*found.shown_as.values()] == ["Thinking"]
    assert found.list_lag_seconds == 3
