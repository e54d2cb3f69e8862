"""What a runner gives the commands of a job: variables, and credentials once they were asked for."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from bedrock_batch_local.embedded import EmbeddedAws
from e2e.cloud import ACCOUNT, REGION
from e2e.polls import quick

_KEPT = ("PATH", "PYTHONPATH", "TMPDIR")

# jsii's own, which takes ten seconds to fill.
_CACHE = Path.home() / ".cache" / "aws" / "jsii" / "package-cache"
# The CLI must not ask the internet for notices.
_CDK = {"notices": False, "versionReporting": False}
# Without questions to the internet, and without the validation of templates, which other tests have.
_FASTER = {"AWS_EC2_METADATA_DISABLED": "true", "CDK_DISABLE_CLI_TELEMETRY": "true", "CDK_VALIDATION": "false"}


def without_credentials(home: Path) -> dict[str, str]:
    """The variables of a command that knows no account."""
    home.mkdir(parents=True, exist_ok=True)
    (home / ".cdk.json").write_text(json.dumps(_CDK))
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    kept["JSII_RUNTIME_PACKAGE_CACHE_ROOT"] = str(_CACHE)
    return {**kept, "HOME": str(home), "CI": "true", **_FASTER}


def with_credentials(aws: EmbeddedAws, variables: Mapping[str, str], keys: Mapping[str, str] | None) -> dict[str, str]:
    """The same with the credentials of an account of the embedded AWS, or with the keys of one of its users."""
    there = aws.environment(ACCOUNT, REGION)
    added = {name: value for name, value in there.items() if os.environ.get(name) != value}
    return quick({**variables, **added, **(keys or {})})
