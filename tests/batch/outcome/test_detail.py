"""The detail of the event: it has a schema, and fits whatever was read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest
from batch.outcome.made import JOB_ARN, MANIFEST, STACK_ID, counts, job, report, run_file
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bedrock_batch.cli.main import main
from bedrock_batch.outcome.detail import detail_of
from bedrock_batch.outcome.names import RunOutcome
from bedrock_batch.outcome.report import Report
from bedrock_batch.outcome.rule import OutcomeRule, Partial
from bedrock_batch.statuses import ENDED

TEXT = (resources.files("bedrock_batch") / "schemas" / "outcome.schema.json").read_text("utf-8")
SCHEMA = json.loads(TEXT)
MOST_BYTES = 240_000


def schemas(of: Any) -> Iterator[dict[str, Any]]:
    """Each object with members, wherever in the schema."""
    if isinstance(of, dict):
        if "properties" in of:
            yield of
        for each in of.values():
            yield from schemas(each)


def strict() -> Draft202012Validator:
    """The schema as this release keeps to it: with no other members."""
    schema = json.loads(TEXT)
    for each in list(schemas(schema)):
        each["additionalProperties"] = False
    return Draft202012Validator(schema)


STRICT = strict()


def told(found: Report) -> Any:
    """The detail, as a reader of the event has it."""
    text = json.dumps(detail_of(found))
    assert len(text) < MOST_BYTES
    members = json.loads(text)
    assert [each.message for each in STRICT.iter_errors(members)] == []
    return members


def test_a_run_is_told_with_all_that_is_known() -> None:
    assert told(report()) == {
        "schemaVersion": 1,
        "eventId": "abcdefghijkl",
        "outcome": "degraded",
        "status": "Completed",
        "jobArn": JOB_ARN,
        "jobName": "tickets-0a1b2c3d1A2B3C4D-704dce9f-1",
        "logicalResourceId": "TicketTriage1A2B3C4D",
        "stackId": STACK_ID,
        "stackName": "Support",
        "runId": "1",
        "modelId": "amazon.nova-lite-v1:0",
        "message": "",
        "outputUri": "s3://answers/tickets/abcdefghijkl/",
        "records": {"total": 500, "success": 488, "error": 12, "missing": 0},
        "errorRate": 0.024,
        "tokens": {"input": 70_000, "output": 9_000},
        "durationSeconds": 5_400,
        "submitTime": "2026-01-31T12:00:00Z",
        "endTime": "2026-01-31T13:30:00Z",
        "tags": {"team": "support"},
        "rule": {"maxErrorRate": 0.01, "maxMissing": 0, "partial": "degraded"},
        "notify": [],
        "notes": [],
        "text": {
            "title": "TicketTriage of Support: degraded",
            "records": "500 records: 488 success, 12 error; 2.4 % errors, at most 1 % allowed",
            "message": "More records have an error or no output than the limits allow.",
            "output": "s3://answers/tickets/abcdefghijkl/",
            "job": JOB_ARN,
            "next": "bedrock-batch errors Support TicketTriage --region us-east-1",
        },
    }


def test_a_job_of_which_only_its_event_is_known_is_told() -> None:
    gone = job("Failed", submitTime=None, endTime=None, modelId=None, outputDataConfig=None, message="Why.\nThus.")

    members = told(Report.of(gone, STACK_ID, None, None, ("the job is gone",)))

    unknown = {name for name, value in members.items() if value is None}
    assert unknown == {
        *("logicalResourceId", "runId", "modelId", "outputUri", "records"),
        *("errorRate", "tokens", "durationSeconds", "submitTime", "endTime"),
    }
    assert (members["outcome"], members["notes"]) == ("failed", ["the job is gone"])
    assert members["text"] == {
        "title": "tickets-0a1b2c3d1A2B3C4D-704dce9f-1 of Support: failed",
        "records": "records not counted; the status is Failed",
        "message": "Why. Thus. The job is gone.",
        "output": "not known",
        "job": JOB_ARN,
        "next": f"bedrock-batch status {JOB_ARN}",
    }


def test_without_a_manifest_the_counts_are_those_of_bedrock() -> None:
    members = told(report(job(**counts(10, 10, 0)), manifest={}))

    assert (members["outcome"], members["records"]["total"], members["tokens"]) == ("good", 10, None)
    assert members["text"]["next"] == "bedrock-batch results Support TicketTriage --region us-east-1"


@pytest.mark.parametrize("manifest", [{}, {"totalRecordCount": 5}, counts("5", "5", "0")])
def test_a_completed_run_that_nothing_counted_is_degraded_and_says_why(manifest: dict[str, Any]) -> None:
    members = told(report(manifest=manifest))

    assert (members["outcome"], members["notes"]) == ("degraded", ["nothing counted the records"])
    assert members["text"]["message"] == "Nothing counted the records."


@pytest.mark.parametrize("written", ["x", [], {"maxErrorRate": 2}, {"partial": "x"}, {"maxMissing": None}])
def test_a_rule_that_cannot_be_read_is_the_default_rule_with_a_note(written: Any) -> None:
    members = told(report(written=run_file(outcome=written)))

    assert members["rule"] == {"maxErrorRate": 0.0, "maxMissing": 0, "partial": "degraded"}
    assert members["notes"] == ["the rule in the run file cannot be read: the default rule holds"]


def test_the_topics_are_told_beside_the_rule() -> None:
    topic = "arn:aws:sns:us-east-1:111122223333:ended"

    assert told(report(written=run_file(outcome=OutcomeRule(notify=(topic,)).members())))["notify"] == [topic]


@pytest.mark.parametrize("tags", [{"a": 1}, [["a", "b"]], "x", {"a": "ä" * 50_000}])
def test_tags_that_do_not_fit_are_left_out_with_a_note(tags: Any) -> None:
    members = told(report(written=run_file(tags=tags)))

    assert members["tags"] == {}
    assert members["notes"] == ["some tags are left out: they are no texts, or together too long for an event"]


def test_the_most_that_others_can_write_fits_into_one_event() -> None:
    long = "\U0001f600" * 100_000
    written = run_file(
        tags={f"{number}{long[:1_000]}": long[:1_000] for number in range(100)},
        runId=long,
        logicalResourceId=long,
        outcome={"notify": [long] * 100},
    )

    assert told(report(job("Failed", message=long, jobName=long[:63]), written))["notes"]


@pytest.mark.parametrize("end", sorted(ENDED))
def test_a_clock_that_went_back_is_no_negative_time(end: str) -> None:
    early = report(job(end))
    late = job(end, submitTime=early.job.ended_at, endTime=early.job.submitted_at)

    assert told(report(late))["durationSeconds"] == 0


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@settings(deadline=None, max_examples=100)
@given(
    status=st.sampled_from(sorted(ENDED)),
    message=st.text(),
    written=st.fixed_dictionaries({}, optional=dict.fromkeys([*run_file()], ANY)),
    manifest=st.fixed_dictionaries({}, optional=dict.fromkeys([*MANIFEST], ANY)),
)
def test_whatever_was_read_the_detail_satisfies_its_schema(
    status: str, message: str, written: dict[str, Any], manifest: dict[str, Any]
) -> None:
    told(report(job(status, message=message), written, manifest))


def test_the_schema_describes_and_requires_each_member_and_has_each_word() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    found = list(schemas(SCHEMA))

    assert len(found) == 5
    for each in found:
        assert each["required"] == list(each["properties"])
        for member in each["properties"].values():
            described = SCHEMA["$defs"][member["$ref"].rpartition("/")[2]] if "$ref" in member else member
            assert described["description"].endswith(".")
    assert [each["const"] for each in SCHEMA["properties"]["outcome"]["oneOf"]] == list(RunOutcome)
    assert [each["const"] for each in SCHEMA["$defs"]["rule"]["properties"]["partial"]["oneOf"]] == list(Partial)


def test_the_command_prints_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "outcome"]) == 0
    assert capsys.readouterr().out == TEXT
