"""One deployment, by the real CDK CLI, of every configuration; the tests share it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bedrock_batch_local.cdk_cli import CdkCli
from bedrock_batch_local.embedded import EmbeddedAws
from e2e.polls import quick
from security.proof.declared import declare
from security.proof.deployment import Deployment
from security.proof.preparation import prepare
from security.proof.surroundings import OTHER_REGION, OURS, REGION, THEIRS, Account, records


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """All jobs, started and not yet run: their time stands still until a test moves it."""
    os.environ["CDK_VALIDATION"] = "false"
    folder: Path = tmp_path_factory.mktemp("proof")
    prompts = folder / "prompts.jsonl"
    prompts.write_bytes(records())
    with EmbeddedAws.start(manual_clock=True) as aws:
        ours, theirs = Account(aws, OURS), Account(aws, THEIRS)
        brought = prepare(ours, theirs)
        declared = declare(folder / "assembly", prompts, brought)
        refused = Deployment.open_up(declared, ours, theirs)
        environment = quick(aws.environment(account=OURS, region=REGION))
        cli = CdkCli(folder, folder, environment, app=str(folder / "assembly"))
        for region in (REGION, OTHER_REGION):
            cli.bootstrap(OURS, region)
        outputs = cli.deploy()
        yield Deployment(aws, declared, ours, theirs, refused, outputs)
