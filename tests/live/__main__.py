"""Asks AWS what its documentation leaves open. It deploys this library, starts jobs, which cost money, and cleans up.

Credentials and Region are the ambient ones; the account must be bootstrapped for the CDK. See docs/live.md.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from botocore.exceptions import BotoCoreError, ClientError
from live import account as accounts
from live.account import Account
from live.cleanup import clean_up, leftovers
from live.cost import WorstCase
from live.deployed import Deployment
from live.jobs import error_of
from live.report import Report
from live.run import Run, Seen
from live.spent import spent

from bedrock_batch_local import EmbeddedAws

_AGREEMENT = "spend money"
_EMBEDDED_SPEED = 600.0


def main() -> int:
    """Exit status: 0 all asked and removed, 1 something could not be asked or removed, 2 not agreed to or refused."""
    options = _options()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with _account(options) as account:
            return _clean(account, options) if options.clean_up else _ask(account, options)
    except (ClientError, BotoCoreError) as error:
        print(f"error: {error_of(error)}", file=sys.stderr)
        return 1


def _ask(account: Account, options: argparse.Namespace) -> int:
    models = {"foundation": options.foundation_model, "geographic": options.geographic_profile}
    if options.global_profile:
        models["global"] = options.global_profile
    worst = WorstCase(len(models) + (3 if options.vpc else 2), tuple(options.usd_per_million))
    print(f"{account.title}, account {account.account_id}.\n{worst.text(models)}")
    if found := leftovers(account):
        print(f"Left from an earlier run: {', '.join(found)}. --clean-up removes it.", file=sys.stderr)
        return 2
    if not options.yes and not is_agreed():
        print("Nothing was started.")
        return 2
    seen, began = Seen(), datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="live-") as work:
        deployment = Deployment(account, Path(work), quiet=options.quiet)
        try:
            if account.is_embedded:
                deployment.bootstrap()
            run = Run(account, deployment, models, options.vpc, options.wait, options.poll, _tell)
            seen.note("deploying", lambda: run.go(seen))
        except KeyboardInterrupt:
            seen.failed.append("the rest: interrupted")
        finally:
            # Whoever presses Ctrl-C twice still wants everything removed.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            _tell("removing everything")
            # What was spent can be read only while it is there.
            started, tokens = spent(account, began)
            left = clean_up(account, poll=options.poll)
    report = Report(account, began, datetime.now(UTC), worst, started, tokens, seen, left)
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(report.text(), "utf-8")
    print(f"{options.report} has the answers.")
    return _outcome(seen.failed, left)


def is_agreed() -> bool:
    """Whether the words were typed."""
    print(f"Type '{_AGREEMENT}' to go on: ", end="", flush=True)
    return sys.stdin.readline().strip() == _AGREEMENT


def _clean(account: Account, options: argparse.Namespace) -> int:
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
    with EmbeddedAws.start(speed=_EMBEDDED_SPEED, quirks=json.loads(options.quirks)) as aws:
        yield accounts.embedded(aws)


def _tell(text: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {text}", flush=True)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make live", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--foundation-model", default="amazon.nova-lite-v1:0", help="that runs batches here (default: %(default)s)")
    add("--geographic-profile", default="us.amazon.nova-lite-v1:0", help="of the Region (default: %(default)s)")
    add("--global-profile", default="", help="such as global.amazon.nova-2-lite-v1:0 (default: none)")
    add("--vpc", action="store_true", help="also run a job in a VPC of its own")
    add(
        "--usd-per-million",
        type=float,
        nargs=2,
        default=(5.0, 25.0),
        metavar=("INPUT", "OUTPUT"),
        help="what no model exceeds, on demand (default: 5 and 25)",
    )
    add("--wait", type=float, default=14_400.0, help="most seconds to wait for one thing (default: four hours)")
    add("--poll", type=float, default=10.0, help="seconds between two looks (default: 10)")
    add("--report", type=Path, help="file to write (default: docs/live-reports/<date>-<where>.md)")
    add("--yes", action="store_true", help="do not ask")
    add("--quiet", action="store_true", help="do not show what the CDK CLI prints")
    add("--clean-up", action="store_true", help="only remove what an earlier run has left")
    add("--embedded", action="store_true", help="ask the embedded AWS, which costs nothing")
    add("--quirks", default="{}", help="JSON: how the embedded AWS answers open questions (default: as seen)")
    options = parser.parse_args()
    where = "embedded" if options.embedded else "aws"
    options.report = options.report or Path("docs/live-reports") / f"{datetime.now(UTC):%Y-%m-%d}-{where}.md"
    if options.embedded:
        options.poll = min(options.poll, 0.2)
    return options


if __name__ == "__main__":
    sys.exit(main())
