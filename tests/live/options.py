"""The command line of `make live`."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bedrock_batch_local.engine.quirks import Quirks

_REPORTS: Final = Path(__file__).parents[2] / "docs/live-reports"
# Where the user guide lists batch inference of amazon.nova-lite-v1:0 without a profile.
_NOVA_REGIONS: Final = ("us-east-1", "us-gov-west-1", "me-central-1")
_NOVA: Final = "amazon.nova-lite-v1:0"
_GEOGRAPHIES: Final = {"us-gov-": "us-gov", "us-": "us", "eu-": "eu", "ap-": "apac", "ca-": "ca"}
_LONGEST_POLL_EMBEDDED: Final = 0.2


def parse(description: str) -> argparse.Namespace:
    """Read the options; ends with a text if one is wrong."""
    parser = argparse.ArgumentParser(
        prog="make live", description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--foundation-model", help=f"a model without a profile; '' for none (default: {_NOVA} where it runs batches)")
    add("--geographic-profile", help=f"(default: {_NOVA} of the Region's geography, such as eu.{_NOVA})")
    add("--global-profile", default="", help="such as global.amazon.nova-2-lite-v1:0 (default: none)")
    add("--vpc", action="store_true", help="also run a job in a VPC that is made for it and costs nothing")
    add(
        "--usd-per-million",
        type=float,
        nargs=2,
        default=(5.0, 25.0),
        metavar=("INPUT", "OUTPUT"),
        help="what no model exceeds, on demand (default: 5 and 25)",
    )
    add(
        "--wait",
        type=float,
        default=14_400.0,
        help="seconds after which a job counts as one that does not end; it is stopped with the rest (default: 14400)",
    )
    add("--poll", type=float, default=10.0, help="seconds between two looks (default: 10)")
    add("--report", type=Path, help="file to write (default: docs/live-reports/<date>-<time>-<where>.md)")
    add("--yes", action="store_true", help="do not ask")
    add("--quiet", action="store_true", help="do not show what the CDK CLI prints")
    add("--clean-up", action="store_true", help="only remove what an earlier run has left")
    add("--embedded", action="store_true", help="ask the embedded AWS, which costs nothing")
    add("--quirks", default="{}", help="JSON: other quirks of the embedded AWS; a wrong name lists all names")
    options = parser.parse_args()
    try:
        options.quirks = json.loads(options.quirks)
        Quirks.of(options.quirks)
    except ValueError as error:
        parser.error(f"--quirks: {error}")
    if options.embedded:
        options.poll = min(options.poll, _LONGEST_POLL_EMBEDDED)
    if options.report is None:
        where = "embedded" if options.embedded else "aws"
        options.report = _REPORTS / f"{datetime.now(UTC):%Y-%m-%d-%H%M}-{where}.md"
    return options


def models_of(options: argparse.Namespace, region: str) -> dict[str, str]:
    """The models to run, by the names of their jobs.

    :raises ValueError: the Region's geography is not known, and no profile is named.

    """
    geographic = options.geographic_profile
    if geographic is None:
        geography = next((name for prefix, name in _GEOGRAPHIES.items() if region.startswith(prefix)), None)
        if geography is None:
            raise ValueError(f"name a --geographic-profile of {region}")
        geographic = f"{geography}.{_NOVA}"
    foundation = options.foundation_model
    if foundation is None:
        foundation = _NOVA if region in _NOVA_REGIONS else ""
    named = {"foundation": foundation, "geographic": geographic, "global": options.global_profile}
    return {name: model for name, model in named.items() if model}
