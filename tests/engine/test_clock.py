"""Clocks: standing still, running, running faster."""

from __future__ import annotations

import pytest

from bedrock_batch_local import ManualClock, ScaledClock


def test_a_manual_clock_moves_forward_only() -> None:
    clock = ManualClock(1000)
    clock.advance(5)

    assert clock.now() == clock.wall() == 1005
    with pytest.raises(ValueError, match=r"^seconds must be 0 or more, got -1$"):
        clock.advance(-1)


def test_a_scaled_clock_runs_faster_and_changes_its_speed_without_a_jump(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([0.0, 10.0, 10.0, 10.0, 12.0])
    monkeypatch.setattr("time.monotonic", lambda: next(seconds))
    monkeypatch.setattr("time.time", lambda: 5000.0)
    clock = ScaledClock(speed=60)

    assert clock.now() == 5600
    clock.speed = 2
    assert clock.now() == 5600 + 2 * 2
    assert clock.wall() == 5000


def test_a_scaled_clock_can_be_moved_forward(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.monotonic", lambda: 0.0)
    monkeypatch.setattr("time.time", lambda: 5000.0)
    clock = ScaledClock(speed=60)
    clock.advance(5)

    assert clock.now() == 5005
    assert clock.wall() == 5000
    with pytest.raises(ValueError, match=r"^seconds must be 0 or more, got nan$"):
        clock.advance(float("nan"))


@pytest.mark.parametrize("speed", [0, -1, float("inf"), float("nan")])
def test_a_speed_must_be_more_than_nothing(speed: float) -> None:
    with pytest.raises(ValueError, match=r"^speed must be more than 0, got "):
        ScaledClock(speed)
