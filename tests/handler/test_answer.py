"""The answer: always complete JSON of at most 4096 bytes, without a secret in it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_invocation_job.core.answer import Answer, Status
from model_invocation_job.core.event import ResourceEvent
from model_invocation_job.core.limits import MAX_ANSWER_BYTES

URL = "https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/a?X-Amz-Signature=5ec7e7"


def an_event(logical_id: str = "TicketsE1") -> ResourceEvent:
    return ResourceEvent.parse(
        {
            "RequestType": "Create",
            "RequestId": "r",
            "ResponseURL": URL,
            "StackId": "arn:aws:cloudformation:us-east-1:111122223333:stack/S/g",
            "LogicalResourceId": logical_id,
            "ResourceProperties": {},
        }
    )


@given(
    reason=st.text(max_size=20_000), data=st.dictionaries(st.sampled_from(["JobId", "JobName"]), st.text(max_size=63))
)
def test_any_reason_fits_and_leaves_the_rest_whole(reason: str, data: dict[str, str]) -> None:
    body = Answer(Status.FAILED, "not-started:0123456789abcdef", reason=reason, data=data).encode(an_event())

    assert len(body) <= MAX_ANSWER_BYTES
    answer = json.loads(body)
    assert answer["PhysicalResourceId"] == "not-started:0123456789abcdef"
    assert set(answer["Data"]) == set(data)
    assert answer["Reason"]


@pytest.mark.parametrize("character", ["a", "é", "日", "\N{FIRE}", '"', "\n", "\x00"])
def test_a_long_reason_uses_all_of_the_space(character: str) -> None:
    body = Answer(Status.FAILED, "id", reason=character * 10_000).encode(an_event())
    bytes_of_one = len(json.dumps(character, ensure_ascii=False).encode()) - 2

    assert MAX_ANSWER_BYTES - bytes_of_one < len(body) <= MAX_ANSWER_BYTES
    assert json.loads(body)["Reason"].endswith(f"{character}…")


def test_a_reason_that_fits_is_not_touched() -> None:
    assert json.loads(Answer(Status.FAILED, "id", reason="é" * 1500).encode(an_event()))["Reason"] == "é" * 1500


@pytest.mark.parametrize(
    "text", [URL, f"PUT {URL} failed", "header X-Amz-Security-Token: abc", URL.replace("a?", "b?")]
)
def test_the_address_and_signatures_never_leave(text: str) -> None:
    body = Answer(Status.FAILED, "id", reason=text).encode(an_event()).decode()

    assert "5ec7e7" not in body
    assert "X-Amz-" not in body
    assert "abc" not in body


def test_success_without_a_reason_has_none() -> None:
    assert "Reason" not in json.loads(Answer(Status.SUCCESS, "id").encode(an_event()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"PUT {URL} failed", "PUT <removed> failed"),
        ("X-Amz-Signature=1", "<removed>"),
        ("X-Amz-Security-Token: abc def", "<removed> def"),
    ],
)
def test_what_is_taken_out_of_a_reason_leaves_a_mark(text: str, shown: str) -> None:
    assert json.loads(Answer(Status.FAILED, "id", reason=text).encode(an_event()))["Reason"] == shown


def test_a_reason_that_fills_the_space_to_the_last_byte_is_not_touched() -> None:
    frame = len(Answer(Status.FAILED, "id", reason="x").encode(an_event())) - 1
    body = Answer(Status.FAILED, "id", reason="x" * (MAX_ANSWER_BYTES - frame)).encode(an_event())

    assert len(body) == MAX_ANSWER_BYTES
    assert json.loads(body)["Reason"] == "x" * (MAX_ANSWER_BYTES - frame)


@pytest.mark.parametrize("length", range(1, 7))
def test_no_character_is_cut_that_would_have_fitted(length: int) -> None:
    """JSON spells this one with six bytes; the ids around it move the place of the cut."""
    body = Answer(Status.FAILED, "i" * length, reason="\x01" * 10_000).encode(an_event())

    assert MAX_ANSWER_BYTES - 6 < len(body) <= MAX_ANSWER_BYTES


def test_a_failure_without_room_for_a_reason_says_where_to_look() -> None:
    for answer in (Answer(Status.FAILED, "id"), Answer(Status.FAILED, "id", reason="x", data={"JobId": "y" * 5000})):
        assert json.loads(answer.encode(an_event()))["Reason"] == "see the handler's log"


def test_half_a_character_is_sent_as_a_question_mark() -> None:
    assert json.loads(Answer(Status.FAILED, "id", reason="a\ud800b").encode(an_event()))["Reason"] == "a?b"


def test_no_byte_goes_into_blanks() -> None:
    assert Answer(Status.SUCCESS, "id").encode(an_event()).startswith(b'{"Status":"SUCCESS","PhysicalResourceId":"id",')
