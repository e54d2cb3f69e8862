"""Ceilings in a plan, with the real CLI: the context value of a plan lets no job above a ceiling start."""

from __future__ import annotations

from pathlib import Path

import pytest

from bedrock_batch.plan.told import PLANNING
from bedrock_batch_local.cdk_cli import CdkCli, CdkCliError
from e2e.cloud import ACCOUNT, REGION, Cloud
from e2e.polls import quick

ROOT = Path(__file__).parents[3]
ABOVE = r"max_records is 4,999, and the job has 5,000 records"


def test_the_context_value_of_a_plan_deploys_no_job_above_a_ceiling(
    cloud: Cloud, prompts: Path, tmp_path: Path
) -> None:
    jobs, started = tmp_path / "jobs", cloud.started
    jobs.mkdir()
    (jobs / prompts.name).write_bytes(prompts.read_bytes())
    job = f"name: a\ninvocation_type: Converse\nmodel: us.amazon.nova-lite-v1:0\ninput: {prompts.name}\n"
    (jobs / "job.yaml").write_text(job)
    (jobs / "environments.yaml").write_text("environments: {prod: {ceilings: {max_records: 4999}}}\n")
    environment = quick(cloud.aws.environment(account=ACCOUNT, region=REGION))
    context = {"jobs": str(jobs), "env": "prod", PLANNING: "true"}
    cli = CdkCli(ROOT, tmp_path, environment, context=context)

    with pytest.raises(CdkCliError, match=f"^cdk synth ended with 1: (?s:.*){ABOVE}"):
        cli.environments()
    # The assembly is there.
    with pytest.raises(CdkCliError, match=f"^cdk deploy ended with 1: (?s:.*){ABOVE}"):
        cli.again().deploy()
    assert cloud.started == started
