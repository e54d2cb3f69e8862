"""`stop` asks for all jobs, whatever becomes of one of them."""

from __future__ import annotations

import json

import pytest
from batch.cli.fake_aws import Fake, faked, refusal

DENIED = refusal("AccessDeniedException", "no right", 403)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Fake:
    return faked(monkeypatch, capsys)


def test_a_refusal_is_no_reason_not_to_ask_for_the_others(fake: Fake) -> None:
    arns = [fake.aws.add(name, status="InProgress") for name in "abcd"]
    fake.aws.refused_stops = {arns[1]: DENIED, arns[2]: refusal("ResourceNotFoundException", "gone", 404)}
    code, out, err = fake("stop", "Stack", "--yes")

    assert fake.aws.asked == arns
    assert code == 5
    assert out.splitlines() == [f"{name}: Bedrock was asked to stop it, now Stopping" for name in "ad"]
    assert err.splitlines() == [
        f"b: cannot stop the job {arns[1]}: AccessDeniedException: no right",
        f"c: cannot stop the job {arns[2]}: ResourceNotFoundException: gone",
    ]


def test_json_has_all_that_were_asked_and_all_refusals(fake: Fake) -> None:
    arns = [fake.aws.add(name, status="InProgress") for name in "abc"]
    fake.aws.refused_stops = dict.fromkeys(arns, DENIED)
    code, out, err = fake("stop", "Stack", "--yes", "--json")
    given = json.loads(out)

    assert (code, err) == (5, "")
    assert (given["jobs"], len(given["errors"])) == ([], 3)


def test_the_refusal_of_one_job_is_the_failure(fake: Fake) -> None:
    arn = fake.aws.add("a", status="InProgress")
    fake.aws.refused_stops = {arn: DENIED}

    assert fake("stop", arn, "--yes") == (
        5,
        "",
        f"bedrock-batch: cannot stop the job {arn}: AccessDeniedException: no right\n",
    )


def test_a_job_that_cannot_be_read_after_the_stop_was_asked_to_stop(fake: Fake) -> None:
    arn = fake.aws.add("a", status="InProgress")
    answers = iter([fake.aws.jobs[arn], DENIED])
    fake.aws.jobs[arn] = lambda: next(answers)
    fake.aws.stop_model_invocation_job = lambda **_: None  # type: ignore[method-assign]
    code, out, err = fake("stop", arn, "--yes")

    assert (code, out) == (5, "")
    assert err.startswith(f"bedrock-batch: Bedrock was asked to stop it, but: cannot read the job {arn}: AccessDenied")
