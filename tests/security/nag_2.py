"""Runs every rule pack of cdk-nag 2 over every configuration, and prints what it finds. Run with cdk-nag 2 in front.

`python -m security.nag_2 FOLDER suppressed|bare`: with suppressions or without; a bucket of the user's is beside.
"""

import json
import os
import re
import sys
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Final

os.environ.setdefault("CDK_VALIDATION", "false")

import cdk_nag
from aws_cdk import Aspects
from aws_cdk import aws_s3 as s3

from cdk_bedrock_batch import CdkNag2Suppressions
from security.assembly import APP_FLAGS, STACK, VARIANTS, Assembly
from security.rule_packs import PACKS

OPEN_BUCKET: Final = "Open"
_FINDING: Final = re.compile(rf"({'|'.join(map(re.escape, PACKS))})-\w+(\[.*?\])?(?=: )")


def findings(folder: Path, *, suppressed: bool) -> list[tuple[str, str]]:
    """Path of the resource and finding id of all that the packs of cdk-nag 2 report."""
    assembly = Assembly.of(VARIANTS[APP_FLAGS], folder)
    s3.CfnBucket(assembly.stack, OPEN_BUCKET)
    if suppressed:
        Aspects.of(assembly.app).add(CdkNag2Suppressions())
    for pack in PACKS.values():
        Aspects.of(assembly.app).add(pack())  # type: ignore[arg-type] # a pack of cdk-nag 2 is an aspect
    with suppress(RuntimeError):  # CDK takes a finding for an error
        assembly.app.synth()
    entries = json.loads((folder / f"{STACK}.metadata.json").read_text("utf-8"))
    texts = [(path, str(entry["data"])) for path, of in entries.items() for entry in of]
    return [(path.strip("/"), match[0]) for path, text in texts if (match := _FINDING.match(text))]


if __name__ == "__main__":
    assert metadata.version("cdk-nag").startswith("2."), cdk_nag.__file__
    print(json.dumps(findings(Path(sys.argv[1]), suppressed=sys.argv[2] == "suppressed")))
