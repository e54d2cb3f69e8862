"""The questions of `make live`, asked of two embedded services that answer each in another way."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from live import account as accounts
from live.__main__ import is_agreed
from live.account import Account
from live.asked import cloudformation
from live.asked.setting import Setting, request_like
from live.catalog import KEYS, QUESTIONS, Finding
from live.cleanup import clean_up, leftovers
from live.cost import ASKED_JOBS, WorstCase
from live.jobs import ENDED, Jobs, TooManyJobsError
from live.names import PROBE_STACK, RETRY_STACK, bucket_name, is_log_group_of_a_run, is_of_a_run
from live.records import records
from live.report import Report
from live.run import Seen, ask_all
from live.spent import Spent
from local.cloud import NOVA, REGION, Cloud, allow, document, jsonl
from local.conftest import prepared

from bedrock_batch_local import EmbeddedAws
from security.assumptions import ASSUMPTIONS

ROOT = Path(__file__).parents[2]
SPEED = 2000.0
POLL, WAIT = 0.02, 20.0
PROFILE = f"eu.{NOVA}"
CONTRARY = {
    "checks_invoke": False,
    "checks_profile_on_create": False,
    "shows_tags_of_ended": False,
    "replays_arn": False,
    "frees_ended_names": True,
    "ended_stop_error": "ConflictException",
    "shows_token": False,
    "ended_refuses_tags": True,
    "list_lag_seconds": 1200,
    "get_lag_seconds": 300,
}
# By question: what the service answers as seen, and what the contrary one answers.
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
    "tags-ended-read": ("yes", "no, ValidationException"),
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
    "metrics": ("none", "none"),
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


def account_of(cloud: Cloud) -> Account:
    def as_role(role_arn: str, service: str) -> Any:
        found = cloud.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="live")["Credentials"]
        return cloud.aws.client(service, account=cloud.account, region=REGION, credentials=found)

    environment = cloud.aws.environment(cloud.account, REGION)
    return Account(cloud.account, REGION, "aws", environment, cloud.client, as_role, is_embedded=True)


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
    return Setting(account_of(cloud), jobs, foundation, profile, roles)


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


def test_the_report_names_no_account_and_counts_what_holds(asked: Asked) -> None:
    now = datetime.now(UTC)
    asked.seen.findings.append(Finding("profile-key", "no", f"of {asked.cloud.account} | Failed", holds=False))
    caller = f"arn:aws:sts::{asked.cloud.account}:assumed-role/Admin/ada@example.com"
    asked.seen.failed.append(f"all: AccessDenied: User: {caller} is not authorized")
    worst = WorstCase((100, 200), (5.0, 25.0))
    report = Report(
        asked.account, now, now + timedelta(minutes=5), worst, Spent(3, (10, 20)), asked.seen, ["aws s3 rb x"]
    )
    text = report.text(Path("/work/of/this/run"))

    assert asked.cloud.account not in text
    assert "* all: AccessDenied: User: (the caller) is not authorized" in text
    assert "| `profile-key` |" in text
    assert "of 000000000000 \\| Failed" in text
    assert text.count("\n| A") == len(ASSUMPTIONS)
    assert "| A1 |" in text.partition("## Questions")[0]
    assert "| **no** | another `run_id`, and `BatchModel.of(..., restrict_to_profile=False)`" in text
    assert any(line.startswith("A1 does not hold: ") for line in report.broken())
    assert "* `aws s3 rb x`" in text


def test_cloudformation_is_asked_without_a_job(aws: EmbeddedAws) -> None:
    cloud = Cloud(aws, "710000000000")
    account = account_of(cloud)
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


def test_a_clean_up_leaves_nothing_and_says_what_it_may_not_remove(asked: Asked) -> None:
    account, cloud = asked.account, asked.cloud
    where = {"LocationConstraint": REGION}
    cloud.client("s3").create_bucket(Bucket=bucket_name(account), CreateBucketConfiguration=where)
    cloud.client("s3").put_object(Bucket=bucket_name(account), Key="a.jsonl", Body=b"")
    jobs = Jobs(cloud.bedrock, cloud.request(cloud.role(*cloud.rights())), most=1, wait=WAIT, poll=POLL)
    arn, listed = jobs.start(**Jobs.names()), cloud.bedrock.list_model_invocation_jobs
    shown = jobs.seconds_until(lambda: any(each["jobArn"] == arn for each in listed()["invocationJobSummaries"]))
    assert shown is not None
    user = cloud.client("iam").create_user(UserName="nobody")["User"]["UserName"]
    key = cloud.client("iam").create_access_key(UserName=user)["AccessKey"]
    credentials = {"AccessKeyId": key["AccessKeyId"], "SecretAccessKey": key["SecretAccessKey"]}

    def without_s3(service: str) -> Any:
        nobody = cloud.aws.client(service, account=cloud.account, region=REGION, credentials=credentials)
        return nobody if service == "s3" else cloud.client(service)

    hindered = Account(cloud.account, REGION, "aws", {}, without_s3, account.as_role, is_embedded=True)
    left = clean_up(hindered, poll=0.1)

    assert [text.partition("  # ")[0] for text in left][:1] == [f"aws s3 rb --force s3://{bucket_name(account)}"]
    assert clean_up(account, poll=0.1) == []
    assert leftovers(account) == []
    assert cloud.get(arn)["status"] in ENDED | {"Stopping"}


def test_no_job_more_than_was_agreed_to(ready: Cloud) -> None:
    jobs = Jobs(ready.bedrock, ready.request(ready.role()), most=1, wait=1, poll=POLL)
    jobs.start(**jobs.names())

    with pytest.raises(TooManyJobsError, match=r"^1 jobs were started, and no more were agreed to$"):
        jobs.start(**jobs.names())
    assert len(jobs.started) == 1


def test_without_the_typed_words_nothing_is_started(tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    done = subprocess.run(
        [sys.executable, "-m", "live", "--embedded", "--report", str(report)],
        cwd=ROOT / "tests",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 2, done.stderr
    assert "Worst case: " in done.stdout
    assert " USD if no model costs more than 5 and 25 USD a million" in done.stdout
    assert done.stdout.endswith("Type 'spend money' to go on: Nothing was started.\n")
    assert not report.exists()


@pytest.mark.parametrize(("typed", "agreed"), [("yes\n", False), ("", False), ("spend money\n", True)])
def test_only_the_words_themselves_agree(typed: str, agreed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))

    assert is_agreed("spend money") is agreed


def test_the_worst_case_counts_every_job_twice_and_every_byte_as_a_token() -> None:
    worst = WorstCase(declared_records=(100, 100, 200), price=(1.0, 10.0))
    count = 2 * 400 + ASKED_JOBS * 100

    assert worst.jobs == 2 * 3 + ASKED_JOBS
    assert worst.tokens[1] == count * 8
    assert worst.tokens[0] > count * max(len(line) for line in records(100, "geographic").splitlines())
    assert worst.usd == pytest.approx((worst.tokens[0] + 10 * worst.tokens[1]) / 1_000_000)


def test_the_real_account_is_that_of_the_ambient_credentials(ready: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ready.aws.environment(ready.account, REGION).items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    account = accounts.real()

    assert (account.account_id, account.region, account.partition) == (ready.account, REGION, "aws")
    assert account.title == f"aws, {REGION}"
    role = ready.role(trust=document({"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}))
    assert ":assumed-role/" in account.as_role(role, "sts").get_caller_identity()["Arn"]


@pytest.mark.parametrize(
    ("name", "role", "is_ours"),
    [
        ("cdk-bedrock-batch-live-0123456789abcdef", "role/x", True),
        ("foundation-1a2b-3c4d-1", "role/cdk-bedrock-batch/us-east-1/CdkBedrockBatchLive/CdkBedrock-1", True),
        ("network-1a2b-3c4d-1", "role/cdk-bedrock-batch/us-east-1/CdkBedrockBatchLiveMore/CdkBedrock-1", True),
        ("network-1a2b-3c4d-1", "role/cdk-bedrock-batch/us-east-1/CdkBedrockBatchLiveDashboard/x", False),
        ("foundation-1a2b-3c4d-1", "role/cdk-bedrock-batch/us-east-1/Mine/x", False),
        ("cdk-bedrock-batch-lively", "role/x", False),
    ],
)
def test_only_jobs_of_a_run_are_stopped(name: str, role: str, is_ours: bool) -> None:
    assert is_of_a_run({"jobName": name, "roleArn": f"arn:aws:iam::111122223333:{role}"}) is is_ours


@pytest.mark.parametrize(
    ("name", "is_ours"),
    [
        ("CdkBedrockBatchLive-BedrockBatchHandlerLogGroup-1", True),
        ("/aws/lambda/CdkBedrockBatchLiveMore-CustomS3AutoDelete-1", True),
        ("/aws/lambda/CdkBedrockBatchLiveDashboard-prod", False),
        ("CdkBedrockBatchLive2-AuditLogs", False),
        ("/aws/lambda/other", False),
    ],
)
def test_only_log_groups_of_a_run_are_removed(name: str, is_ours: bool) -> None:
    assert is_log_group_of_a_run(name) is is_ours
