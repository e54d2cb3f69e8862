"""Asks the real Amazon Bedrock what its documentation leaves open. It starts jobs, which cost money.

    python tests/live/smoke.py --role-arn ARN --model ID --input s3://bucket/key.jsonl --output s3://bucket/prefix/

Credentials and Region are the ambient ones. Every job that is started is stopped again, whatever happens.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

# Run as a script, so its own folder and not the one above is where Python looks.
sys.path.insert(0, str(Path(__file__).parents[1]))

from live import questions
from live.jobs import Jobs, error_of

WARNING = """This starts up to {count} batch inference jobs of {model} in {region}, account {account}.
Each is stopped again, but Amazon Bedrock bills what a job has done until then, and jobs count against the quota.
"""
MOST_JOBS = 9


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 all asked, 1 something may still run or could not be asked, 2 not confirmed."""
    options = _options(arguments)
    session = boto3.Session()
    config = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 4})
    account = session.client("sts", config=config).get_caller_identity()["Account"]
    print(WARNING.format(count=MOST_JOBS, model=options.model, region=session.region_name, account=account))
    if not options.yes and input("Type 'spend money' to go on: ") != "spend money":
        print("Nothing was started.")
        return 2
    request = {
        "roleArn": options.role_arn,
        "modelId": options.model,
        "modelInvocationType": options.invocation_type,
        "inputDataConfig": {"s3InputDataConfig": {"s3Uri": options.input}},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": options.output}},
    }
    jobs = Jobs(session.client("bedrock", config=config), request, wait=options.wait, poll=options.poll)
    try:
        findings = _ask(jobs, options.role_arn)
    finally:
        left = jobs.stop_all()
        print(f"{len(jobs.started)} jobs were started, {len(left)} may still run and bill.")
        for arn in left:
            print(f"aws bedrock stop-model-invocation-job --job-identifier {arn} --region {session.region_name}")
    _print_table(findings)
    return 1 if left or any(finding.observed == "not asked" for finding in findings) else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--role-arn", required=True, help="service role with rights for input, output and model")
    parser.add_argument("--model", required=True, help="model or inference profile")
    parser.add_argument("--input", required=True, help="s3:// address of at least 100 records")
    parser.add_argument("--output", required=True, help="s3:// address of a folder")
    parser.add_argument("--invocation-type", default="InvokeModel", choices=["InvokeModel", "Converse"])
    parser.add_argument("--wait", type=float, default=900.0, help="most seconds to wait for one thing (default: 900)")
    parser.add_argument("--poll", type=float, default=5.0, help="seconds between two looks (default: 5)")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    return parser.parse_args(arguments)


def _ask(jobs: Jobs, role_arn: str) -> list[questions.Finding]:
    asked: list[tuple[str, Callable[[], list[questions.Finding]]]] = [
        ("a", lambda: questions.repeated_token(jobs)),
        ("b, d, h, l", lambda: questions.name_again(jobs)),
        ("c", lambda: questions.refused_role(jobs, role_arn)),
        ("c, d", lambda: questions.missing_rights(jobs)),
        ("e", lambda: questions.listing(jobs)),
        ("f, g, i, j, k", lambda: questions.only_by_hand(jobs)),
    ]
    findings: list[questions.Finding] = []
    for letters, ask in asked:
        try:
            findings += ask()
        except (ClientError, BotoCoreError) as error:
            findings.append(questions.Finding(letters, "not asked", error_of(error)))
        jobs.stop_all()  # the next question must not wait for a quota that the last one used up
    return findings


def _print_table(findings: list[questions.Finding]) -> None:
    print("\n| Question | Observed | Evidence |\n|---|---|---|")
    for finding in sorted(findings, key=lambda finding: finding.question[0]):
        print(f"| {finding.question} | {finding.observed} | {finding.evidence} |")


if __name__ == "__main__":
    sys.exit(main())
