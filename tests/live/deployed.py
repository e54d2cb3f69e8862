"""What is deployed: `app.py` with job files, and a second app with what job files cannot say."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from live.account import Account
from live.names import APP_STACK, TOPICS, bucket_name
from live.places import output_folder
from live.records import LEAST, records

from bedrock_batch_local.cdk_cli import CdkCli

ROOT: Final = Path(__file__).parents[2]
_JOB_FILE: Final = """name: {name}
model: {model}
input: {name}.jsonl
invocation_type: Converse
tags: {{live: "yes"}}
run_id: "{run}"
restrict_to_profile: {restricted}
"""


@dataclass(frozen=True)
class Declared:
    """How one job is declared: `run` is its `run_id`."""

    model: str
    run: int = 1
    restricted: bool = True


class Deployment:
    """Deploys with the real CDK CLI; `work` takes what that writes, `quiet` keeps what it prints."""

    def __init__(self, account: Account, work: Path, *, quiet: bool) -> None:
        """Make the folder of job files and records."""
        self._account = account
        self._work = work
        self._quiet = quiet
        self._records = work / "jobs"
        for name in ("jobs", "app", "more"):
            (work / name).mkdir(parents=True, exist_ok=True)
        for topic in TOPICS:
            (self._records / f"{topic}.jsonl").write_bytes(records(LEAST, topic))

    def bootstrap(self) -> None:
        """Make the bootstrap stack; only the embedded AWS needs it from here."""
        CdkCli(ROOT, self._work / "app", self._account.environment).bootstrap(
            self._account.account_id, self._account.region
        )

    def app(self, declared: Mapping[str, Declared]) -> dict[str, str]:
        """Deploy `app.py` with a job file each; the ARNs of the jobs by name."""
        for name, each in declared.items():
            text = _JOB_FILE.format(name=name, model=each.model, run=each.run, restricted=str(each.restricted).lower())
            (self._records / f"{name}.yaml").write_text(text)
        context = {"jobs": str(self._records), "stack": APP_STACK, "removal_policy": "destroy"}
        self.deploy(CdkCli(ROOT, self._work / "app", self._account.environment, context), APP_STACK)
        resources = self._account.client("cloudformation").describe_stack_resources(StackName=APP_STACK)
        jobs = [
            each["PhysicalResourceId"]
            for each in resources["StackResources"]
            if each["ResourceType"] == "Custom::BedrockModelInvocationJob"
        ]
        bedrock = self._account.client("bedrock")
        named = {bedrock.get_model_invocation_job(jobIdentifier=arn)["jobName"]: arn for arn in jobs}
        return {name: next(arn for job, arn in named.items() if job.startswith(f"{name}-")) for name in declared}

    def more(self, base: Mapping[str, Any], profile: str, *, network: bool) -> CdkCli:
        """The second app, to be deployed; `base` is a job whose places and role the roles are made for."""
        config = json.loads((ROOT / "cdk.json").read_text("utf-8"))
        output = base["outputDataConfig"]["s3OutputDataConfig"]
        source = base["inputDataConfig"]["s3InputDataConfig"]["s3Uri"].removeprefix("s3://").partition("/")[0]
        told = {
            "model": base["modelId"],
            "bucket": bucket_name(self._account),
            "records": str(self._records),
            "network": "yes" if network else "no",
            "base": {
                "buckets": [source, output_folder(base)[0]],
                "key": output["s3EncryptionKeyId"],
                "role": base["roleArn"],
                "profiled": profile.rpartition("/")[2].partition(".")[2],
            },
        }
        folder = self._work / "more"
        app = {"app": f"{sys.executable} -m live.declared", "context": {**config["context"], **told}}
        (folder / "cdk.json").write_text(json.dumps(app))
        path = os.pathsep.join(filter(None, [str(ROOT / "tests"), os.environ.get("PYTHONPATH")]))
        return CdkCli(folder, folder, {**self._account.environment, "PYTHONPATH": path})

    def deploy(self, cli: CdkCli, stack: str) -> dict[str, str]:
        """Deploy one stack of an app; its outputs."""
        (outputs,) = cli.deploy(stack, show=not self._quiet).values()
        return outputs
