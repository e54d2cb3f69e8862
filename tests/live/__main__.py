"""Asks AWS what its documentation leaves open. It deploys this library, starts jobs, which cost money, and cleans up.

Credentials and Region are the ambient ones; the account must be bootstrapped for the CDK. See docs/live.md.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError
from live import account as accounts
from live import options as command_line
from live.account import Account
from live.cleanup import clean_up, leftovers
from live.cost import WorstCase
from live.deployed import Deployment
from live.jobs import error_of
from live.records import LEAST
from live.report import Report
from live.run import Run, Seen
from live.spent import spent

from bedrock_batch_local import EmbeddedAws

_AGREEMENT = "spend money"
_REMOVAL = "remove it"
_EMBEDDED_SPEED = 600.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Whole bucket, folder, own key, network.
_MORE_RECORDS = (2 * LEAST, LEAST, LEAST, LEAST)


def main() -> int:
    """Exit status: 0 all asked and removed, 1 something could not be asked or removed, 2 not agreed to or refused."""
    options = command_line.parse(__doc__ or "")
    for each in _SIGNALS:
        signal.signal(each, _interrupt)
    try:
        with _account(options) as account:
            return _clean(account, options) if options.clean_up else _ask(account, options)
    except NoCredentialsError:
        print("error: no AWS credentials; set AWS_PROFILE, or ask the embedded AWS: --embedded", file=sys.stderr)
    except NoRegionError:
        print("error: no Region; set AWS_REGION, or ask the embedded AWS: --embedded", file=sys.stderr)
    except (ClientError, BotoCoreError, ValueError) as error:
        print(f"error: {error_of(error) if isinstance(error, ClientError) else error}", file=sys.stderr)
    return 1


def _ask(account: Account, options: argparse.Namespace) -> int:
    models = command_line.models_of(options, account.region)
    more = _MORE_RECORDS if options.vpc else _MORE_RECORDS[:-1]
    worst = WorstCase((LEAST,) * len(models) + more, tuple(options.usd_per_million))
    print(f"{account.title}, account {account.account_id}.\n{worst.text(models)}")
    if found := leftovers(account):
        print(f"Left from an earlier run: {', '.join(found)}. --clean-up removes it.", file=sys.stderr)
        return 2
    if not options.yes and not is_agreed(_AGREEMENT):
        print("Nothing was started.")
        return 2
    seen, began = Seen(), datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="live-") as work:
        deployment = Deployment(account, Path(work), quiet=options.quiet)
        try:
            if account.is_embedded:
                deployment.bootstrap()
            run = Run(account, deployment, models, options.vpc, options.wait, options.poll, _tell)
            seen.note("the rest", lambda: run.go(seen))
        except KeyboardInterrupt:
            seen.failed.append("the rest: interrupted")
        finally:
            # Whoever presses Ctrl-C twice still wants everything removed.
            for each in _SIGNALS:
                signal.signal(each, signal.SIG_IGN)
            _tell("removing everything")
            # What was spent can be read only while it is there.
            used = spent(account, began)
            left = clean_up(account, poll=options.poll)
    report = Report(account, began, datetime.now(UTC), worst, used, seen, left)
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(report.text(Path(work)), "utf-8")
    for text in report.broken():
        print(text)
    print(f"{options.report} has the answers.")
    return _outcome(seen.failed, left)


def is_agreed(words: str) -> bool:
    """Whether the words were typed."""
    print(f"Type '{words}' to go on: ", end="", flush=True)
    return sys.stdin.readline().strip() == words


def _clean(account: Account, options: argparse.Namespace) -> int:
    found = leftovers(account)
    print(
        f"{account.title}, account {account.account_id}. This stops the jobs of a run of `make live`, also of one that "
        f"somebody else has under way, and removes: {', '.join(found) or 'its uploads and log groups'}."
    )
    if not options.yes and not is_agreed(_REMOVAL):
        print("Nothing was removed.")
        return 2
    return _outcome([], clean_up(account, poll=options.poll))


def _outcome(failed: list[str], left: list[str]) -> int:
    for text in failed:
        print(f"not asked: {text}", file=sys.stderr)
    for command in left:
        print(f"left: {command}", file=sys.stderr)
    return 1 if failed or left else 0


@contextmanager
def _account(options: argparse.Namespace) -> Iterator[Account]:
    if not options.embedded:
        yield accounts.real()
        return
    with EmbeddedAws.start(speed=_EMBEDDED_SPEED, quirks=options.quirks) as aws:
        yield accounts.embedded(aws)


def _tell(text: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {text}", flush=True)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
