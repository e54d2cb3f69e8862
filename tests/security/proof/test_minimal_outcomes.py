"""Each statement, action and resource of the outcome role is taken away in turn: something must be told no more."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from draws import sample

from bedrock_batch_local.cdk_cli import CdkCli
from bedrock_batch_local.embedded import EmbeddedAws
from e2e.polls import quick
from security.proof.outcome_bench import STACK, OutcomeBench, synthesize, upload
from security.proof.surroundings import OURS, REGION, Account
from security.proof.variations import removals

NO_X_RAY = "the embedded AWS has no X-Ray; Lambda Developer Guide, services-xray: a function that traces needs both"
SURVIVORS = {
    "xray:PutTelemetryRecords on *": NO_X_RAY,
    "xray:PutTraceSegments on *": NO_X_RAY,
}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OutcomeBench]:
    os.environ["CDK_VALIDATION"] = "false"
    folder = tmp_path_factory.mktemp("outcomes")
    with EmbeddedAws.start(manual_clock=True) as aws:
        ours = Account(aws, OURS)
        upload(ours)
        environment = quick(aws.environment(account=OURS, region=REGION))
        cli = CdkCli(folder, folder, environment, app=str(synthesize(folder / "assembly")))
        cli.bootstrap(OURS, REGION)
        outputs = cli.deploy()[STACK]
        arns = {name.removesuffix("Arn"): arn for name, arn in outputs.items()}
        with OutcomeBench.of_stack(ours, arns) as opened:
            yield opened


def test_with_its_whole_policy_the_function_tells_each_end(bench: OutcomeBench) -> None:
    for told in bench.outcome():
        assert told.startswith("handled, {"), told
        assert '"notes": []' in told
        assert '"success": 110' in told
    assert bench.told_again() == (0, 0)
    assert bench.logs()


@pytest.mark.parametrize(
    "count",
    [pytest.param(None, marks=pytest.mark.soak), 3],  # all of them take two minutes
    ids=["all", "drawn"],
)
def test_nothing_but_what_is_listed_can_be_taken_from_the_outcome_role(bench: OutcomeBench, count: int | None) -> None:
    plan = sample([*removals(bench.role.statements)], count, "outcome role")
    survivors = bench.unseen(plan, lambda: (bench.outcome(), bench.told_again(), bench.logs()))

    print(f"{bench.tried} statements, actions and resources taken from the outcome role, seen but for {survivors}")
    assert survivors <= set(SURVIVORS)
    if count is None:
        assert survivors == set(SURVIVORS)
