"""`cdk watch` while a prompt file is saved: whether a save is a paid job."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import app
import pytest

from e2e.cloud import Cloud
from e2e.prompts import many, write_prompts
from e2e.watch import watching

_SAVES = 2


@pytest.mark.soak
@pytest.mark.parametrize(
    ("options", "hold", "paid_saves"),
    [((), False, 0), (("--no-hotswap",), False, _SAVES), (("--no-hotswap",), True, 0)],
    ids=["hotswap", "no-hotswap", "no-hotswap-held"],
)
def test_a_save_is_a_paid_job_without_hotswap_unless_the_job_is_held(
    cloud: Cloud, tmp_path: Path, options: tuple[str, ...], hold: bool, paid_saves: int
) -> None:
    """By default the CLI hotswaps: it uploads the records, and leaves the job as it is."""
    stack = f"Watched{paid_saves}{'Held' if hold else ''}"
    _write(tmp_path, stack, "rivers", hold=False)
    with watching(cloud, tmp_path, "--no-hotswap") as first:
        first.wait_for(1)
    (deployed,) = cloud.live(stack)
    started = cloud.started
    _write(tmp_path, stack, "rivers", hold=hold)

    with watching(cloud, tmp_path, *options) as watch:
        watch.wait_for(1)
        for number in range(_SAVES):
            write_prompts(tmp_path / "jobs/rivers.jsonl", many(5000, f"save {number}"))
            watch.wait_for(2 + number)

    assert cloud.started == started + paid_saves
    (live,) = cloud.live(stack)
    assert (live == deployed) == (paid_saves == 0)


def _write(folder: Path, stack: str, topic: str, *, hold: bool) -> None:
    """A folder of job files with one job, and a cdk.json for it."""
    write_prompts(folder / "jobs/rivers.jsonl", many(5000, topic))
    job = "name: rivers\ninvocation_type: Converse\nmodel: us.amazon.nova-lite-v1:0\ninput: rivers.jsonl\n"
    (folder / "jobs/rivers.yaml").write_text(f"{job}hold: {str(hold).lower()}\n")
    settings = {
        "app": f'"{sys.executable}" "{app.__file__}"',
        "context": {"jobs": str(folder / "jobs"), "stack": stack},
        "watch": {"include": ["jobs/**"]},
    }
    (folder / "cdk.json").write_text(json.dumps(settings))
