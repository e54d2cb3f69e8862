"""What `watch` shows while jobs run."""

from __future__ import annotations

import io

import pytest
from batch.cli.made import job

from bedrock_batch.cli.board import LiveBoard, PlainBoard, board_of, duration, speed
from bedrock_batch.cli.facts import progress_of
from bedrock_batch.cli.found_job import FoundJob
from bedrock_batch.cli.pace import Pace
from bedrock_batch.cli.terminal import Terminal


def running(processed: int, total: int = 150) -> FoundJob:
    return job(
        status="InProgress", processedRecordCount=processed, totalRecordCount=total, errorRecordCount=processed // 50
    )


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_without_a_terminal_a_line_is_printed_only_if_something_changed() -> None:
    out = io.StringIO()
    board = board_of(Terminal(out=out))
    with board.opened():
        for each in (
            running(0),
            running(0),
            running(50),
            running(50),
            job(processedRecordCount=150, totalRecordCount=150),
        ):
            board.show([each], [Pace()])

    assert isinstance(board, PlainBoard)
    assert out.getvalue().splitlines() == [
        "job-1: InProgress, 0 of 150 records processed",
        "job-1: InProgress, 50 of 150 records processed, 1 with an error",
        "job-1: Completed, 150 of 150 records processed",
    ]


def test_a_terminal_has_a_table_if_rich_is_installed() -> None:
    pytest.importorskip("rich")
    assert isinstance(board_of(Terminal(out=Screen())), LiveBoard)


@pytest.mark.parametrize("variables", [{"TERM": "dumb"}, {"COLUMNS": "59"}])
def test_a_terminal_that_cannot_have_a_table_gets_lines(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert isinstance(board_of(Terminal(out=Screen())), PlainBoard)


def test_an_ended_job_without_counts_waits_for_none() -> None:
    assert progress_of(job()) == "no records counted"
    assert progress_of(job(status="InProgress")) == "no records counted yet"


def test_json_has_no_table() -> None:
    assert isinstance(board_of(Terminal(as_json=True, out=Screen())), PlainBoard)


def test_the_pace_is_that_since_the_first_record_that_was_seen() -> None:
    pace = Pace()
    for seconds, processed in ((0.0, 0), (600.0, 0), (660.0, 100), (720.0, 200)):
        pace.add(seconds, processed)

    assert pace.per_minute == 100
    assert pace.minutes_left(500) == 3
    assert pace.minutes_left(100) == 0


def test_a_pace_of_nothing_is_not_known() -> None:
    pace = Pace()
    assert (pace.per_minute, pace.minutes_left(10)) == (None, None)
    pace.add(0.0, 5)
    pace.add(60.0, 5)
    assert (pace.per_minute, pace.minutes_left(10)) == (None, None)
    assert speed(running(5), pace) == ("-", "-")


def test_speed_has_records_a_minute_and_the_time_left() -> None:
    pace = Pace()
    pace.add(0.0, 10)
    pace.add(60.0, 60)

    assert speed(running(60), pace) == ("50", "2 min")
    assert speed(job(), pace) == ("-", "-")


@pytest.mark.parametrize(("minutes", "text"), [(0.1, "6 s"), (1.2, "1 min"), (59.4, "59 min"), (185.0, "3 h 05 min")])
def test_a_duration_is_short(minutes: float, text: str) -> None:
    assert duration(minutes) == text
