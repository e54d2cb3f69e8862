"""The questions of `make live`, asked of two embedded services that answer each in another way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from live import account as accounts
from live.account import Account
from live.asked import cloudformation
from live.asked.setting import Setting, request_like
from live.catalog import KEYS, QUESTIONS, Finding
from live.cleanup import clean_up, leftovers
from live.cost import ASKED_JOBS
from live.jobs import ENDED, Jobs
from live.names import PROBE_STACK, RETRY_STACK, bucket_name
from live.run import Seen, ask_all
from local.cloud import NOVA, REGION, Cloud, allow, document, jsonl
from local.conftest import prepared

from bedrock_batch_local import EmbeddedAws
from security.assumptions import ASSUMPTIONS

SPEED = 2000.0
POLL, WAIT = 0.02, 20.0
PROFILE = f"eu.{NOVA}"
METRICS = ", ".join(
    f"NumberOf{what}"
    for what in ("InputTokensProcessedPerMinute", "OutputTokensProcessedPerMinute", "RecordsPendingProcessing")
)
CONTRARY = {
    "checks_invoke": False,
    "checks_profile_on_create": False,
    "shows_tags_of_ended": False,
    "replays_arn": False,
    "frees_ended_names": True,
    "ended_stop_error": "ConflictException",
    "shows_token": False,
    "lists_ended_tags": True,
    "ended_refuses_tags": True,
    "list_lag_seconds": 1200,
    "get_lag_seconds": 300,
}
ANSWERS = {
    "token-same": ("the same job", "no ARN"),
    "token-changed": ("the same job", "no ARN"),
    "token-ended": ("the same job", "no ARN"),
    "name-live": ("no, ConflictException", "no, ConflictException"),
    "name-stopped": ("no, ConflictException", "yes"),
    "name-completed": ("no, ConflictException", "yes"),
    "list-token": ("yes", "no"),
    "get-token": ("yes", "no"),
    "retention": ("0 days", "0 days"),
    "stop-stopping": ("ValidationException", "ConflictException"),
    "stop-stopped": ("ValidationException", "ConflictException"),
    "stop-failed": ("ValidationException", "ConflictException"),
    "stop-completed": ("ValidationException", "ConflictException"),
    "tags-ended-read": ("no, ValidationException", "yes"),
    "tags-ended-changed": ("yes", "no, ValidationException"),
    "tag-condition-running": ("yes", "yes"),
    "tag-condition-ended": ("yes", "no"),
    "role-refused": ("the job fails", "the job fails"),
    "rights-missing": ("the job fails", "the job fails"),
    "few-records": ("the job fails", "the job fails"),
    "start-rights": ("yes", "no"),
    "invoke-right": ("yes", "no"),
    "tools": ("the record fails, 400", "the record fails, 400"),
    "structured-output": ("the record is answered", "the record is answered"),
    "default-timeout": ("24 h", "24 h"),
    "metrics": (METRICS, METRICS),
}
MEASURED = {"list-lag", "get-lag", "stopping-seconds"}


@dataclass(frozen=True)
class Asked:
    """An account in which everything was asked."""

    cloud: Cloud
    account: Account
    seen: Seen
    started: int

    @property
    def findings(self) -> dict[str, Finding]:
        return {finding.key: finding for finding in self.seen.findings}


def setting_of(cloud: Cloud) -> Setting:
    """A job that has completed, and the roles to ask with."""
    anybody = document(
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{cloud.account}:root"}, "Action": "sts:AssumeRole"}
    )
    role = cloud.role(*cloud.rights())
    tagged = {"StringEquals": {"aws:ResourceTag/live": "yes"}}
    models = [f"arn:aws:bedrock:*::foundation-model/{NOVA}", f"{cloud.jobs_arn}*"]
    roles = {
        "WithoutInvoke": cloud.role(*cloud.rights("bedrock:InvokeModel")),
        "Starter": cloud.role(
            allow("bedrock:CreateModelInvocationJob", models), allow("iam:PassRole", role), trust=anybody
        ),
        "Stopper": cloud.role(allow("bedrock:StopModelInvocationJob", f"{cloud.jobs_arn}*", **tagged), trust=anybody),
    }
    cloud.upload(jsonl(120), "in/deeper/x.jsonl")
    place = {"s3InputDataConfig": {"s3Uri": f"s3://in-{cloud.account}/in/deeper/x.jsonl"}}
    first = Jobs(cloud.bedrock, cloud.request(role, inputDataConfig=place), most=1, wait=WAIT, poll=POLL)
    foundation = first.ended(first.start(**first.names()))
    assert foundation["status"] == "Completed", foundation
    jobs = Jobs(cloud.bedrock, request_like(foundation), most=ASKED_JOBS, wait=WAIT, poll=POLL)
    profile = f"arn:aws:bedrock:{REGION}:{cloud.account}:inference-profile/{PROFILE}"
    return Setting(accounts.embedded(cloud.aws, cloud.account, REGION), jobs, foundation, profile, roles)


@pytest.fixture(scope="module", params=["as seen", "contrary"])
def asked(request: pytest.FixtureRequest) -> Iterator[Asked]:
    quirks = CONTRARY if request.param == "contrary" else {}
    with EmbeddedAws.start(speed=SPEED, quirks=quirks) as aws:
        cloud = prepared(Cloud(aws, "700000000000"))
        setting, seen = setting_of(cloud), Seen()
        ask_all(setting, seen, lambda _: None)
        yield Asked(cloud, setting.account, seen, len(setting.jobs.started))


def test_every_question_is_answered_in_both_ways(asked: Asked, request: pytest.FixtureRequest) -> None:
    way = int("contrary" in request.node.name)

    assert asked.seen.failed == []
    observed = {key: finding.observed for key, finding in asked.findings.items() if key not in MEASURED}
    assert observed == {key: answers[way] for key, answers in ANSWERS.items()}
    assert asked.findings.keys() > MEASURED


def test_what_is_measured_is_held_against_what_the_handler_waits_for(asked: Asked) -> None:
    assert {asked.findings[key].holds for key in MEASURED} == {True}


def test_no_more_jobs_are_started_than_were_agreed_to_and_none_keeps_running(asked: Asked) -> None:
    pages = asked.cloud.bedrock.get_paginator("list_model_invocation_jobs").paginate()
    jobs = [job for page in pages for job in page["invocationJobSummaries"]]

    assert asked.started <= ASKED_JOBS
    assert {job["status"] for job in jobs} <= ENDED | {"Stopping"}


def test_every_question_is_of_the_catalog_and_each_of_it_is_asked_somewhere(asked: Asked) -> None:
    by_hand = {question.key for question in QUESTIONS if question.steps}
    of_declared = {"profile-key", "global-keys", "s3-actions", "encryption", "young-bucket"}
    of_more = {"whole-bucket", "list-prefix", "own-key", "network", "nested-output"}
    of_probe = {
        "cleanup-delete",
        "response-host",
        "rollback-update",
        "updated-time",
        "cancelled-update",
        "retry-request",
    }

    assert asked.findings.keys() | by_hand | of_declared | of_more | of_probe == KEYS
    assert {each.question for each in ASSUMPTIONS} < KEYS


def test_cloudformation_is_asked_without_a_job(aws: EmbeddedAws) -> None:
    cloud = Cloud(aws, "710000000000")
    account = accounts.embedded(cloud.aws, cloud.account, REGION)
    account.client("s3").create_bucket(
        Bucket=bucket_name(account), CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    probe = cloudformation.Probe(account, PROBE_STACK, poll=0.1)
    asks = (cloudformation.replacement, cloudformation.rollback, cloudformation.cancelled)
    found = [finding for ask in asks for finding in ask(probe)] + cloudformation.retry(account, poll=0.1)
    observed = {finding.key: finding.observed for finding in found}

    # MiniStack's CloudFormation sends no Update in a rollback, and takes none for a stack that failed.
    assert observed["cleanup-delete"] == "the old ones"
    assert observed["rollback-update"] == observed["cancelled-update"] == "no Update came"
    assert observed["retry-request"] == "a failed stack takes no update"
    assert observed["response-host"] == "127.0.0.1"
    assert observed["updated-time"] == "yes"
    assert aws.bill(account=cloud.account).started == 0
    assert "Signature" not in str(probe.events())
    assert leftovers(account) == [
        f"the stack {RETRY_STACK}",
        f"the stack {PROBE_STACK}",
        f"the bucket {bucket_name(account)}",
    ]
    assert clean_up(account, poll=0.1) == []
    assert leftovers(account) == []
