"""What the handler calls, logs, waits and answers on every way through it, compared with a kept transcript.

The log lines are what a user reads when something went wrong, the calls are what IAM must allow, the waits are what a
stack operation takes: a change of any of them is seen here, and read before it is kept.
"""

import json
import os
import random
import re
from pathlib import Path
from typing import Any

import pytest

from handler.flows import FLOWS

_KEPT = Path(__file__).parent / "transcripts.json"
_UPDATE = os.environ.get("UPDATE_SNAPSHOTS") == "1"


# One story shows the whole request; elsewhere its name and token are enough.
_WHOLE = {"create", "create with every member", "create of the default kind"}


def shown(call: tuple[str, dict[str, Any]], *, whole: bool) -> str:
    """A call in one line."""
    method, arguments = call
    if method == "create_model_invocation_job" and not whole:
        arguments = {name: arguments[name] for name in ("jobName", "clientRequestToken")}
    return f"{method} {json.dumps(arguments, sort_keys=True, default=str)}"


def counted(lines: list[str]) -> list[str]:
    """The same line, or the same two or three, many times over, told once."""
    told = []
    while lines:
        size, count = max(
            ((size, repetitions(lines, size)) for size in (1, 2, 3)),
            key=lambda found: (found[1] > 1, found[0] * found[1]),
        )
        if count == 1:
            size = 1
        told.append((f"{count} x " if count > 1 else "") + " + ".join(lines[:size]))
        lines = lines[size * count :]
    return told


def repetitions(lines: list[str], size: int) -> int:
    """How often the first lines, so many of them, come one after the other."""
    count = 1
    while lines[size * count : size * (count + 1)] == lines[:size]:
        count += 1
    return count


def transcript(name: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """One flow, in the order of its log, its calls, its waits and its answers."""
    capsys.readouterr()
    world = FLOWS[name].run()
    return {
        # Places in the source move with every edit.
        "log": re.sub(r'places": "[^"]*"', 'places": "…"', capsys.readouterr().out).splitlines(),
        "calls": counted([shown(call, whole=name in _WHOLE) for call in world.bedrock.calls]),
        "stack": counted(world.cloudformation.calls),
        "waits": counted([f"{seconds:.3f}" for seconds in world.clock.slept]),
        "answers": [json.dumps(answer) for answer in world.answers],
    }


@pytest.mark.parametrize("name", FLOWS)
def test_each_way_through_the_handler_is_as_its_transcript_says(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run with UPDATE_SNAPSHOTS=1 to keep today's; read the difference before you commit it."""
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)
    found = transcript(name, capsys)
    kept: dict[str, Any] = json.loads(_KEPT.read_text("utf-8")) if _KEPT.exists() else {}
    if _UPDATE:
        _KEPT.write_text(json.dumps(dict(sorted((kept | {name: found}).items())), indent=1) + "\n", "utf-8")
        return

    assert found == kept[name]


def test_no_transcript_is_of_a_way_that_is_gone() -> None:
    assert set(json.loads(_KEPT.read_text("utf-8"))) == set(FLOWS)


def test_the_transcripts_hold_every_log_line_of_the_handler() -> None:
    """But for those of `invocation.py` about answers that are not delivered, which no world can tell of."""
    kept = json.loads(_KEPT.read_text("utf-8"))
    told = {line["message"] for one in kept.values() for line in map(json.loads, one["log"])}
    handler = Path(__file__).parents[2] / "lambda" / "model_invocation_job"
    if not handler.exists():  # a copy for mutation testing has another layout
        pytest.skip("the handler's source is not where it is in a checkout")
    written = {
        text
        for path in handler.rglob("*.py")
        if path.name not in {"invocation.py", "outbox.py"}
        for text in re.findall(r'\blog\(\s*"([^"]+)"', path.read_text("utf-8"))
    }

    assert written <= told
