"""`status`, `watch` and `results` judge a job by the rule in its run file, as its event does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from batch.cli.fake_aws import Fake, answers, faked, records, refusal

from bedrock_batch.job import Job
from bedrock_batch.outcome.detail import detail_of
from bedrock_batch.outcome.report import Report
from bedrock_batch.outcome.rule import OutcomeRule, Partial

LAX = OutcomeRule(0.05, 2, Partial.BY_LIMITS, ("arn:aws:sns:eu-west-1:111122223333:ended",))
DEFAULT = {"maxErrorRate": 0.0, "maxMissing": 0, "partial": "degraded"}


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Fake:
    return faked(monkeypatch, capsys)


def ended(
    fake: Fake,
    outcome: Any = None,
    counts: tuple[int, int, int] | None = (500, 488, 12),
    status: str = "Completed",
    **members: Any,
) -> str:
    """The ARN of a job with a run file and, if it has counts, a manifest."""
    arn = fake.aws.add("a", status=status, **members)
    written = {"jobName": "a", "stackId": "x", "outcome": outcome}
    fake.aws.objects["out/run/a.json"] = json.dumps(written).encode()
    if counts is not None:
        names = ("totalRecordCount", "successRecordCount", "errorRecordCount")
        manifest = json.dumps(dict(zip(names, counts, strict=True))).encode()
        fake.aws.objects[f"out/{arn.rpartition('/')[2]}/manifest.json.out"] = manifest
    return arn


@pytest.mark.parametrize("command", ["status", "watch"])
def test_a_job_is_judged_by_its_rule_which_is_shown(fake: Fake, command: str) -> None:
    arn = ended(fake, LAX.members())

    code, out, _ = fake(command, arn)
    lines = out.splitlines()
    first = lines.index("a: Completed, good")

    assert code == 0
    assert lines[first + 1 : first + 3] == [
        "  500 records: 488 success, 12 error",
        "  rule: 2.4 % errors, at most 5 % allowed; 0 missing, at most 2 allowed",
    ]
    (found,) = json.loads(fake(command, arn, "--json")[1])["jobs"]
    assert (found["outcome"], found["rule"]) == ("good", LAX.limits())


def test_without_a_rule_the_default_rule_holds_and_is_not_shown(fake: Fake) -> None:
    arn = ended(fake)

    _, out, _ = fake("status", arn)

    assert out.startswith("a: Completed, degraded\n  500 records: 488 success, 12 error\n  job: ")
    (found,) = json.loads(fake("status", arn, "--json")[1])["jobs"]
    assert (found["outcome"], found["rule"], found["notes"]) == ("degraded", DEFAULT, [])


def test_watch_is_good_if_the_rule_is_kept(fake: Fake) -> None:
    arn = ended(fake, LAX.members(), (100, 90, 10))

    assert fake("watch", arn)[0] == 1


def test_the_rule_of_a_job_that_runs_is_shown_before_it_ends(fake: Fake) -> None:
    arn = ended(fake, LAX.members(), None, "InProgress")

    assert "  rule: at most 5 % errors, 2 missing, partial by_limits\n" in fake("status", arn)[1]
    (found,) = json.loads(fake("status", arn, "--json")[1])["jobs"]
    assert (found["outcome"], found["rule"]) == (None, LAX.limits())


@pytest.mark.parametrize("command", ["status", "watch"])
@pytest.mark.parametrize("status", ["Failed", "Stopped", "Expired"])
def test_the_rule_is_not_shown_where_it_does_not_decide(fake: Fake, command: str, status: str) -> None:
    arn = ended(fake, LAX.members(), (100, 7, 1), status)

    assert "rule:" not in fake(command, arn)[1]
    (found,) = json.loads(fake(command, arn, "--json")[1])["jobs"]
    assert found["rule"] == LAX.limits()


def test_results_of_a_stopped_job_do_not_show_the_rule(fake: Fake) -> None:
    arn = ended(fake, LAX.members(), None, "Stopped")
    fake.aws.objects |= {"in/x.jsonl": records(9), f"out/{arn.rpartition('/')[2]}/x.jsonl.out": answers(8)}

    assert "a: Stopped, stopped. 9 records: 8 success, 1 cancelled\n" in fake("results", arn)[2]


def test_a_rule_that_cannot_be_read_is_noted(fake: Fake) -> None:
    arn = ended(fake, {"partial": "x"})

    (found,) = json.loads(fake("status", arn, "--json")[1])["jobs"]

    assert (found["outcome"], found["rule"]) == ("degraded", DEFAULT)
    assert found["notes"] == ["the rule in the run file cannot be read: the default rule holds"]


def test_results_judges_by_the_records_and_shows_the_rule(fake: Fake) -> None:
    arn = ended(fake, LAX.members(), None)
    fake.aws.objects |= {"in/x.jsonl": records(9), f"out/{arn.rpartition('/')[2]}/x.jsonl.out": answers(8)}

    code, _, err = fake("results", arn)

    assert code == 0
    assert "a: Completed, good. 9 records: 8 success, 1 missing; 0 % errors, at most 5 % allowed; 1 missing" in err
    told = json.loads(fake("results", arn, "--json")[2].splitlines()[-1])
    assert (told["outcome"], told["rule"]) == ("good", LAX.limits())


def test_the_marker_of_a_told_end_is_no_output(fake: Fake) -> None:
    arn = ended(fake, LAX.members(), None)
    folder = f"out/{arn.rpartition('/')[2]}"
    fake.aws.objects |= {"in/x.jsonl": records(9), f"{folder}/x.jsonl.out": answers(9)}
    before = fake("results", arn)
    fake.aws.objects[f"{folder}/outcome.json"] = b'{"eventId": "x"}\n'

    assert fake("results", arn) == before
    assert "note" not in before[2]


def test_results_gives_the_rows_of_a_job_whose_run_file_cannot_be_read(fake: Fake) -> None:
    arn = ended(fake, LAX.members(), None)
    fake.aws.objects |= {"in/x.jsonl": records(9), f"out/{arn.rpartition('/')[2]}/x.jsonl.out": answers(8)}
    fake.aws.objects["out/run/a.json"] = refusal("AccessDenied", "no", 403)

    code, out, err = fake("results", arn)

    assert (code, len(out.splitlines())) == (0, 9)
    assert "a: Completed, degraded. 9 records: 8 success, 1 missing\n" in err
    assert "note: cannot read s3://out/run/a.json" in err


COUNTS = [None, (0, 0, 0), (9, 9, 0), (9, 8, 1), (9, 0, 9), (9, 7, 0), (9, 1, 9), (100, 95, 5), (100, 93, 5)]


@pytest.mark.parametrize("status", ["Completed", "PartiallyCompleted", "Failed", "Stopped", "Expired"])
@pytest.mark.parametrize("counts", COUNTS)
@pytest.mark.parametrize("shown", [COUNTS[0], COUNTS[2], COUNTS[4]])
@pytest.mark.parametrize("outcome", [None, LAX.members(), {"partial": "failed"}, "x"])
def test_the_command_line_says_what_the_event_says(
    fake: Fake, status: str, counts: Any, shown: Any, outcome: Any
) -> None:
    """Counts of the manifest come before those of Bedrock. If nothing counts, nothing can be read here either."""
    names = ("totalRecordCount", "successRecordCount", "errorRecordCount")
    arn = ended(fake, outcome, counts, status, **dict(zip(names, shown or (None, None, None), strict=True)))
    fake.aws.objects |= dict.fromkeys(["in/", "out/"], refusal("AccessDenied", "no", 403))
    manifest = None if counts is None else dict(zip(names, counts, strict=True))
    run_file = json.loads(fake.aws.objects["out/run/a.json"])

    detail = detail_of(Report.of(Job.of(fake.aws.jobs[arn]), "x", run_file, manifest))
    (found,) = json.loads(fake("status", arn, "--json")[1])["jobs"]

    assert (found["outcome"], found["rule"]) == (detail["outcome"], detail["rule"])
