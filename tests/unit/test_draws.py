"""Samples: the same for the same seed, others for another, and over some runs all that there is."""

import draws
import pytest

MANY = [*range(30)]


def drawn(monkeypatch: pytest.MonkeyPatch, seed: str, what: str = "any") -> list[int]:
    monkeypatch.setenv("DRAW", seed)
    return draws.sample(MANY, 4, what)


def test_a_seed_draws_the_same_again_and_says_how(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first = drawn(monkeypatch, "7")

    assert drawn(monkeypatch, "7") == first == sorted(first)
    assert len(first) == 4
    assert capsys.readouterr().out == "samples: DRAW=7 draws the same again\n" * 2


def test_the_runs_of_a_month_try_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {each for seed in range(60) for each in drawn(monkeypatch, str(seed))} == {*MANY}
    assert drawn(monkeypatch, "7", "other") != drawn(monkeypatch, "7")


def test_without_a_seed_each_run_has_another(monkeypatch: pytest.MonkeyPatch) -> None:
    seeds = set()
    for _ in range(5):
        monkeypatch.delenv("DRAW")
        seeds.add(draws.seed())
        assert draws.seed() in seeds

    assert len(seeds) > 1


def test_no_number_draws_all() -> None:
    assert draws.sample(MANY, None, "any") == MANY
