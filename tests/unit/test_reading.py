"""How often a file of records is read, and what a terminal shows meanwhile."""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk.assertions import Annotations, Match

from bedrock_batch import records
from bedrock_batch.families import family_of
from cdk_bedrock_batch import BatchModel, InvocationType, JobInput, ModelInvocationJob
from cdk_bedrock_batch._records import progress, read_once, reading
from cdk_bedrock_batch._records.progress import progress_of

Declare = Callable[..., ModelInvocationJob]
CLAUDE = "anthropic.claude-haiku-4-5-20251001-v1:0"
CLAUDE_BODY = {
    "anthropic_version": "bedrock-2023-05-31",
    "max_tokens": 9,
    "messages": [{"role": "user", "content": "?"}],
}
LIMITS: dict[str, Any] = {"max_records": 100_000, "max_bytes": 1 << 30}
GOOD = '{"modelInput": {"messages": [{"role": "user", "content": [{"text": "?"}]}]}}\n'
ODD = GOOD.replace('"messages"', '"odd": 1, "messages"')


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The families with which files are read."""
    seen: list[Any] = []

    def read(path: Path, **options: Any) -> records.RecordFile:
        seen.append(options["family"])
        return records.read_records(path, **options)

    monkeypatch.setattr(reading, "read_records", read)
    # As if the files had been written a while ago: nobody can set the time of a change back.
    monkeypatch.setattr(reading, "_STAMP_NANOSECONDS", -1)
    return seen


def write(path: Path, text: str = GOOD) -> Path:
    path.write_text(text * 100, "utf-8")
    return path


def test_one_file_is_read_once_for_all_jobs_of_one_family(declare: Declare, tmp_path: Path, reads: list[Any]) -> None:
    path = write(tmp_path / "prompts.jsonl")
    for number in range(5):
        declare(f"Job{number}", input=JobInput.from_file(path))
    assert len(reads) == 1
    claude = write(tmp_path / "claude.jsonl", json.dumps({"modelInput": CLAUDE_BODY}) + "\n")
    for version in ("4-1", "4-7"):
        model = BatchModel.from_model_id(f"anthropic.claude-opus-{version}")
        declare(f"Claude{version}", input=JobInput.from_file(claude), model=model)
    assert [family.name for family in reads[1:]] == ["Anthropic Claude"] * 2
    declare("Converse", input=JobInput.from_file(path), invocation_type=InvocationType.CONVERSE)
    assert len(reads) == 4


@pytest.mark.parametrize("change", ["size", "content", "file"])
def test_a_changed_file_is_read_again(tmp_path: Path, reads: list[Any], change: str) -> None:
    """Though its size and the time of its content say that it is the same."""
    path = write(tmp_path / "prompts.jsonl")
    os.utime(path, (1, 1))
    before, _ = read_once(path, None, **LIMITS)
    time.sleep(0.02)
    other = write(
        tmp_path / "other.jsonl" if change == "file" else path, GOOD.replace("?", "??" if change == "size" else "!")
    )
    os.utime(other, (1, 1))
    other.replace(path)
    after, _ = read_once(path, None, **LIMITS)
    assert after.sha256 != before.sha256
    assert len(reads) == 2


def test_a_file_is_read_again_for_another_limit(tmp_path: Path, reads: list[Any]) -> None:
    path = write(tmp_path / "prompts.jsonl")
    read_once(path, None, **LIMITS)
    read_once(path, None, **LIMITS | {"max_records": 200})
    assert len(reads) == 2


@pytest.mark.parametrize("when", ["read", "uploaded"])
def test_fails_on_a_file_that_changes_before_it_is_uploaded(
    declare: Declare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """What is uploaded is what was checked."""
    path = write(tmp_path / "prompts.jsonl")
    room, name = (
        (reading, "read_records") if when == "read" else (sys.modules["cdk_bedrock_batch._input.upload"], "new_asset")
    )
    original = getattr(room, name)

    def meanwhile(*given: Any, **options: Any) -> Any:
        found = original(*given, **options)
        write(path, GOOD.replace("?", "!"))
        return found

    monkeypatch.setattr(room, name, meanwhile)
    with pytest.raises(ValueError, match=r"prompts\.jsonl: the file has changed while it was read; synthesize again$"):
        declare(input=JobInput.from_file(path))


def test_a_file_that_was_just_written_is_read_again(
    tmp_path: Path, reads: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its time stamps may stay the same when it is written once more."""
    monkeypatch.setattr(reading, "_STAMP_NANOSECONDS", 2_000_000_000)
    path = write(tmp_path / "prompts.jsonl")
    read_once(path, None, **LIMITS)
    read_once(path, None, **LIMITS)
    assert len(reads) == 2


@pytest.mark.parametrize(
    ("model", "invocation_type", "family"),
    [
        (BatchModel.from_model_id(CLAUDE), "InvokeModel", family_of(CLAUDE, converse=False)),
        (BatchModel.from_model_id(f"us.{CLAUDE}"), "InvokeModel", family_of(CLAUDE, converse=False)),
        (BatchModel.from_model_id(f"global.{CLAUDE}"), "InvokeModel", family_of(CLAUDE, converse=False)),
        (BatchModel.from_model_id(CLAUDE), "Converse", family_of(CLAUDE, converse=True)),
        (
            BatchModel.from_application_inference_profile(
                "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc", foundation_models=[CLAUDE]
            ),
            "InvokeModel",
            family_of(CLAUDE, converse=False),
        ),
        (
            BatchModel.from_application_inference_profile(
                "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc",
                foundation_models=[CLAUDE, "amazon.nova-lite-v1:0"],
            ),
            "InvokeModel",
            None,
        ),
        (
            BatchModel.from_custom_model(
                "arn:aws:bedrock:us-east-1:111122223333:custom-model/amazon.nova-lite-v1:0:300k/abcdefghijkl"
            ),
            "InvokeModel",
            family_of("amazon.nova-lite-v1:0", converse=False),
        ),
    ],
    ids=["id", "geographic", "global", "Converse", "application profile", "two families", "custom"],
)
def test_records_are_checked_with_the_family_of_the_models(
    model: BatchModel, invocation_type: str, family: object
) -> None:
    assert model._family(converse=invocation_type == "Converse") is family


def test_fails_on_records_of_another_family_with_file_line_member_and_reason(declare: Declare, tmp_path: Path) -> None:
    path = write(tmp_path / "prompts.jsonl", '{"modelInput": {"messages": [{"role": "user", "content": "?"}]}}\n')
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole text is compared
        declare(model=BatchModel.from_model_id(CLAUDE), input=JobInput.from_file(path))
    assert str(error.value) == (
        f"{path}:1: modelInput.anthropic_version: required by Anthropic Claude (100 records)\n"
        f"{path}:1: modelInput.max_tokens: required by Anthropic Claude (100 records)"
    )


def test_what_a_model_may_accept_all_the_same_is_a_warning(stack: Stack, declare: Declare, tmp_path: Path) -> None:
    path = write(tmp_path / "prompts.jsonl", ODD)
    declare(input=JobInput.from_file(path))
    Annotations.from_stack(stack).has_warning(
        "/Stack/Job",
        Match.string_like_regexp(
            r"prompts\.jsonl:1: modelInput\.odd: not a member that Amazon Nova is known to have \(100 records\)"
        ),
    )


def test_good_records_need_no_warning(stack: Stack, declare: Declare, tmp_path: Path) -> None:
    declare(input=JobInput.from_file(write(tmp_path / "prompts.jsonl")))
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


def test_a_terminal_shows_the_progress_after_two_seconds_in_one_line_that_is_removed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    times = iter([0.0, 1.9, 2.0, 2.0, 2.1, 2.3, 2.3])
    with progress_of("a.jsonl", 80_000_000, clock=lambda: next(times)) as show:
        assert show is not None
        for read in (4_000_000, 20_000_000, 30_000_000, 40_000_000):
            show(read)
    assert terminal.getvalue().split(progress._CLEAR) == [
        "",
        "[#####---------------] 20 of 80 MB of 'a.jsonl'",
        "[##########----------] 40 of 80 MB of 'a.jsonl'",
        "",
    ]


def test_the_line_is_removed_when_the_records_have_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    times = iter([0.0, 9.0, 9.0])
    clearing = progress_of("\x1b]0;title\x07" + "x" * 500, 1, clock=lambda: next(times))
    show = clearing.__enter__()
    assert show is not None
    show(1)
    assert not clearing.__exit__(ValueError, ValueError("a fault"), None)
    assert terminal.getvalue().endswith(progress._CLEAR)
    shown = terminal.getvalue().replace(progress._CLEAR, "")
    assert shown.isprintable()
    assert len(shown) < 80


def test_what_is_read_at_once_shows_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    read_once(write(tmp_path / "prompts.jsonl"), None, **LIMITS)
    assert terminal.getvalue() == ""


@pytest.mark.parametrize("stream", [io.StringIO(), None])
def test_nothing_is_shown_without_a_terminal(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO | None) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    with progress_of("a.jsonl", 1) as show:
        assert show is None


def test_progress_is_told_every_few_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "prompts.jsonl"
    path.write_text(GOOD.replace("?", "x" * 100_000) * 200, "utf-8")
    told: list[int] = []
    records.read_records(path, progress=told.append)
    assert [round(read / 2**22) for read in told] == [1, 2, 3, 4]


def test_a_family_is_known_in_any_stack() -> None:
    model = BatchModel.from_foundation_model(Stack(App(), "Stack").region)
    assert model._family(converse=False) is None
