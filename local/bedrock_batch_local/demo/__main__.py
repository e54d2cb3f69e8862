"""Command line of the demo."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from bedrock_batch_local.cdk_cli import CdkCli, CdkCliError
from bedrock_batch_local.demo.report import CommandLine
from bedrock_batch_local.embedded import EmbeddedAws, StartError
from bedrock_batch_local.settings import DEFAULT_SPEED

ACCOUNT, REGION = "111122223333", "us-east-1"


def main() -> int:
    """Run the demo. Returns 0 if every job completed with at least one answer."""
    options = _options()
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # answers may hold what a terminal cannot show
    work_folder = Path(tempfile.mkdtemp(prefix="bedrock-batch-demo-"))
    try:
        return _run(options, work_folder)
    except (CdkCliError, StartError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        shutil.rmtree(work_folder, ignore_errors=True)


def _run(options: argparse.Namespace, work_folder: Path) -> int:
    with EmbeddedAws.start(
        speed=options.speed, inference_url=options.inference_url, inference_model=options.inference_model
    ) as aws:
        print(f"Embedded AWS at {aws.endpoint_url}, account {ACCOUNT}, Region {REGION}; IAM is enforced.")
        print(f"{_source_of_answers(options)} Jobs run {options.speed:g} times as fast as on AWS.\n")
        context = {"jobs": str(options.jobs.resolve()), **({"env": options.env} if options.env else {})}
        environment = aws.environment(account=ACCOUNT, region=REGION)
        cli = CdkCli(options.app, work_folder, environment, context)
        account, region = _place_of(cli) if options.env else (ACCOUNT, REGION)
        environment = aws.environment(account=account, region=region)
        cli = replace(cli, environment=environment)
        _step("cdk bootstrap")
        cli.bootstrap(account, region)
        _step("cdk deploy")
        outputs = cli.deploy(show=True)
        good = []
        for stack in outputs:
            line = CommandLine(stack, environment)
            line.watch()
            good += [line.show(job) for job in line.jobs()]
        before = aws.bill().started
        _step("cdk deploy once more")
        cli.again().deploy()
        print(
            f"  {aws.bill().started - before} jobs started, {before} before: the same records are the same run.\n",
            flush=True,
        )
    if not all(good):
        print(f"{good.count(False)} of {len(good)} jobs gave no answer; the reasons are above.", file=sys.stderr)
    return 0 if all(good) else 1


def _place_of(cli: CdkCli) -> tuple[str, str]:
    """Account and Region of an environment. What it leaves open is as without one."""
    account, region = next(iter(cli.environments()))
    return account or ACCOUNT, region or REGION


def _source_of_answers(options: argparse.Namespace) -> str:
    if options.inference_url:
        return f"The answers come from {options.inference_model} at {options.inference_url}."
    return "No model is asked, the answers are made up on this machine; --inference-url asks a real one."


def _step(text: str) -> None:
    print(f"== {text}", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bedrock_batch_local.demo", description=__doc__)
    parser.add_argument("--jobs", type=Path, default=Path("jobs"), help="folder of job files (default: jobs)")
    parser.add_argument("--env", help="an environment of environments.yaml (default: none)")
    parser.add_argument("--app", type=Path, default=Path(), help="folder with cdk.json (default: the current one)")
    parser.add_argument(
        "--speed", type=float, default=DEFAULT_SPEED, help="simulated seconds a second (default: %(default)g)"
    )
    parser.add_argument(
        "--inference-url", help="an OpenAI-compatible endpoint, for real answers (default: made-up ones)"
    )
    parser.add_argument("--inference-model", help="the model to ask there")
    options = parser.parse_args()
    if not options.jobs.is_dir():
        parser.error(f"no folder {options.jobs}")
    return options


if __name__ == "__main__":
    sys.exit(main())
