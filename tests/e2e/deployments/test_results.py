"""What a deployed job leaves behind when it ends, with and without a right."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from bedrock_batch.manifest import MANIFEST_NAME, folder_of
from bedrock_batch_local.cdk_cli import CdkCliError
from cdk_bedrock_batch import JobGate
from e2e.assembly import Options, synthesize, synthesize_jobs, without_action
from e2e.cloud import ACCOUNT, REGION, Cloud
from e2e.prompts import many, write_prompts
from unit.pages import blocks, is_script

RECORDS = 120


@pytest.fixture(scope="module")
def few_prompts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file just above the service's minimum of records."""
    return write_prompts(tmp_path_factory.mktemp("prompts") / "clouds.jsonl", many(RECORDS, "clouds"))


# What is taken from a job's role, and what the service says about it.
MISSING = {
    "s3:PutObject": "Could not validate PutObject permissions to access Amazon S3 bucket",
    "kms:GenerateDataKey": "Could not validate PutObject permissions to access Amazon S3 bucket",
    "bedrock:InvokeModel": "Customer doesn't have permissions to invokeModel",
}


@pytest.fixture(scope="module")
def outputs(cloud: Cloud, few_prompts: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Of a stack with a job that has all its rights, and one without each of those that are missing."""
    missing: dict[str, Options] = {
        _name(action): {"prompts": few_prompts, "change": without_action(action)} for action in MISSING
    }
    jobs = {"Answers": {"prompts": few_prompts}, **missing}
    return cloud.deploy(synthesize_jobs(tmp_path_factory.mktemp("results") / "out", "Results", jobs))


def _name(action: str) -> str:
    return f"No{action.partition(':')[2]}"


def test_a_job_answers_every_record_where_its_output_says(cloud: Cloud, outputs: Mapping[str, str]) -> None:
    job = cloud.ended(outputs["AnswersJobArn"])
    folder = folder_of(job["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"], job["jobArn"].rpartition("/")[2])
    environment = cloud.aws.environment(account=ACCOUNT, region=REGION)
    command = [sys.executable, "-m", "bedrock_batch", "results", job["jobArn"]]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    manifest = cloud.client("s3").get_object(Bucket=folder.bucket, Key=f"{folder.key}{MANIFEST_NAME}")["Body"].read()

    assert job["status"] == "Completed"
    assert outputs["AnswersOutputUri"] == folder.uri
    assert (job["totalRecordCount"], job["successRecordCount"], job["errorRecordCount"]) == (RECORDS, RECORDS, 0)
    assert json.loads(manifest)["successRecordCount"] == RECORDS
    assert [row["recordId"] for row in rows] == [f"R{number:06}" for number in range(1, RECORDS + 1)]
    assert len({row["text"] for row in rows}) > 1


def test_the_script_of_the_page_on_output_gives_a_row_for_each_record(
    cloud: Cloud, outputs: Mapping[str, str], tmp_path: Path
) -> None:
    (script,) = (each.values[0] for each in blocks("python") if is_script(each.values[0]))
    (tmp_path / "read_output.py").write_text(script, "utf-8")
    job = cloud.ended(outputs["AnswersJobArn"])
    environment = cloud.aws.environment(account=ACCOUNT, region=REGION)
    command = [sys.executable, str(tmp_path / "read_output.py"), job["jobArn"]]

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert [(name, outcome) for name, outcome, _ in rows] == [
        (f"R{number:06}", "success") for number in range(1, RECORDS + 1)
    ]
    assert all(text for _, _, text in rows)


@pytest.mark.parametrize("action", MISSING)
def test_a_missing_right_fails_the_job_as_on_aws(cloud: Cloud, outputs: Mapping[str, str], action: str) -> None:
    job = cloud.ended(outputs[f"{_name(action)}JobArn"])

    assert job["status"] == "Failed"
    assert MISSING[action] in job["message"]


def test_a_gated_deployment_fails_with_the_service_s_own_message(
    cloud: Cloud, few_prompts: Path, tmp_path: Path
) -> None:
    change = without_action("s3:PutObject")
    gated = synthesize(tmp_path / "out", "Gated", few_prompts, change=change, gate=JobGate.VALIDATED)

    with pytest.raises(CdkCliError, match="Could not validate PutObject permissions"):
        cloud.deploy(gated)


def test_the_service_role_of_one_job_cannot_be_taken_on_by_a_person(cloud: Cloud, outputs: Mapping[str, str]) -> None:
    role_arn = cloud.job(outputs["AnswersJobArn"])["roleArn"]
    trust = cloud.client("iam").get_role(RoleName=role_arn.rpartition("/")[2])["Role"]["AssumeRolePolicyDocument"]
    (statement,) = trust["Statement"] if isinstance(trust, dict) else json.loads(trust)["Statement"]

    assert statement["Principal"] == {"Service": "bedrock.amazonaws.com"}
    assert set(statement["Condition"]) == {"StringEquals", "ArnLike"}
    assert ":role/cdk-bedrock-batch/us-east-1/Results/" in role_arn
