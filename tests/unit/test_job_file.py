"""Job files: what they may say, and how a mistake in one is told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cdk_bedrock_batch import read_job_files

Write = Callable[..., Path]

GOOD = "name: tickets\nmodel: amazon.nova-lite-v1:0\ninput: prompts/tickets.jsonl\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "tickets.jsonl").touch()
    return tmp_path


def test_reads_every_key(folder: Path) -> None:
    path = folder / "tickets.yaml"
    path.write_text(GOOD + "invocation_type: Converse\ntimeout_hours: 48\ntags: {team: support}\nrun_id: 7\n")
    (job,) = read_job_files(folder)
    assert (job.path, job.line, job.folder, job.environment) == (path, 1, "", None)
    assert (job.name, job.model) == ("tickets", "amazon.nova-lite-v1:0")
    assert job.options == {
        "name": "tickets",
        "model": "amazon.nova-lite-v1:0",
        "input": "prompts/tickets.jsonl",
        "invocation_type": "Converse",
        "timeout_hours": 48,
        "tags": {"team": "support"},
        "run_id": "7",
    }


def test_jobs_come_in_the_order_of_their_files(folder: Path) -> None:
    for name in ("c", "a", "b"):
        (folder / f"{name}.yaml").write_text(GOOD.replace("tickets\n", f"from-{name}\n", 1))
    assert [job.name for job in read_job_files(folder)] == ["from-a", "from-b", "from-c"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "must be a mapping with keys such as name, model, input, got "),
        ("- name\n", "must be a mapping with keys such as name, model, input, got "),
        (GOOD + "timeout: 48\n", "'timeout': unknown key, allowed are name, model, input, restrict_to_profile, "),
        (GOOD + "1: x\n", "'1': unknown key, allowed are name, "),
        (GOOD.replace("model: amazon.nova-lite-v1:0\n", ""), "model: missing"),
        (
            GOOD.replace("name: tickets", "name:"),
            "name: must be 1 to 22 letters, digits and hyphens and start with a letter, got nothing",
        ),
        (
            GOOD.replace("name: tickets", "name: 7"),
            "name: must be 1 to 22 letters, digits and hyphens and start with a letter, got '7'",
        ),
        (
            GOOD.replace("name: tickets", "name: my tickets"),
            "name: must be 1 to 22 letters, digits and hyphens and start with a letter, got 'my tickets'",
        ),
        (
            GOOD.replace("name: tickets", "name: " + "t" * 23),
            f"name: must be 1 to 22 letters, digits and hyphens and start with a letter, got '{'t' * 23}'",
        ),
        (
            GOOD.replace("amazon.nova-lite-v1:0", "nova"),
            "model: 'nova' is not the id of a foundation model, as CreateModelInvocationJob accepts it",
        ),
        (
            GOOD.replace("amazon.nova-lite-v1:0", "arn:aws:bedrock:eu-west-1:111122223333:provisioned-model/x"),
            "model: batch inference does not run on Provisioned Throughput; name the model itself, got 'arn:",
        ),
        (
            GOOD.replace(
                "amazon.nova-lite-v1:0", "arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/x"
            ),
            "model: an application inference profile needs foundation_models, the models behind it",
        ),
        (GOOD.replace("prompts/", ""), "input: no such file: "),
        (GOOD + "invocation_type: converse\n", "invocation_type: must be one of InvokeModel, Converse, got 'converse'"),
        (GOOD + "invocation_type: [Converse]\n", "invocation_type: must be one of InvokeModel, Converse, got ['Conv"),
        (GOOD + "timeout_hours: 12\n", "timeout_hours: must be 24 to 168 hours, got 12"),
        (GOOD + "timeout_hours: 48.0\n", "timeout_hours: must be a whole number of hours, 24 to 168, got '48.0'"),
        (GOOD + "timeout_hours: yes\n", "timeout_hours: must be a whole number of hours, 24 to 168, got 'yes'"),
        (GOOD + "tags: [a]\n", "tags: must be a mapping of tags, got ['a']"),
        (
            GOOD + 'timeout_hours: "48"\n',
            "timeout_hours: must be a whole number of hours, 24 to 168, without quotes, got '48'",
        ),
        (
            GOOD + "tags: {a: [b]}\n",
            "tags: 'a': must be 0 to 256 letters, digits, spaces and ._:/=+@- characters, got ['b']",
        ),
        (
            GOOD + "tags: {a: }\n",
            "tags: 'a': must be 0 to 256 letters, digits, spaces and ._:/=+@- characters, got nothing",
        ),
        (GOOD + "tags: {aws:x: y}\n", "tags: a tag key must not start with aws:, got 'aws:x'"),
        (GOOD + "restrict_to_profile: no\n", "restrict_to_profile: must be true or false, got 'no'"),
        (GOOD + "hold: yes\n", "hold: must be true or false, got 'yes'"),
        (GOOD + "restrict_to_profile: [false]\n", "restrict_to_profile: must be true or false, got ['false']"),
        (
            GOOD + "restrict_to_profile: false\n",
            "restrict_to_profile: is for an inference profile, got 'amazon.nova-lite-v1:0'",
        ),
        (GOOD + "run_id: null\n", "run_id: must be 1 to 64 letters, digits and ._:/=+@- characters, got nothing"),
        (GOOD + "run_id: a b\n", "run_id: must be 1 to 64 letters, digits and ._:/=+@- characters, got 'a b'"),
    ],
)
def test_fails_with_file_key_and_reason(folder: Path, content: str, reason: str) -> None:
    path = folder / "tickets.yaml"
    path.write_text(content)
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the text is compared
        read_job_files(folder)
    place, _, said = str(error.value).partition(": ")
    assert place.startswith(f"{path}")
    assert said.startswith(reason)


def test_fails_on_a_file_that_is_not_utf_8(folder: Path) -> None:
    (folder / "tickets.yaml").write_bytes(b"name: \xe9\n")
    with pytest.raises(ValueError, match=r"tickets\.yaml: not UTF-8: invalid continuation byte at byte 7$"):
        read_job_files(folder)


@pytest.mark.parametrize(("other", "same"), [("tickets", ""), ("tick-ets", ", but for hyphens,")])
def test_fails_on_two_jobs_whose_ids_would_meet(folder: Path, other: str, same: str) -> None:
    (folder / "a.yaml").write_text(GOOD)
    (folder / "b.yaml").write_text(GOOD.replace("tickets\n", f"{other}\n", 1))
    with pytest.raises(
        ValueError, match=rf"b\.yaml:1:7: name: '{other}' is{same} already the name of the job in .*a\.yaml:1:7$"
    ):
        read_job_files(folder)


def test_fails_on_a_folder_without_job_files(folder: Path) -> None:
    with pytest.raises(ValueError, match=r"elsewhere: no such folder$"):
        read_job_files(folder / "elsewhere")
    with pytest.raises(ValueError, match=r"prompts: no job files \(\*\.yaml\)$"):
        read_job_files(folder / "prompts")


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("010", "010"),
        ("1.10", "1.10"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("1:30:00", "1:30:00"),
        ("2026-11-26", "2026-11-26"),
        ("2026-11-26T10:00:00Z", "2026-11-26T10:00:00Z"),
        ("no", "no"),
        ("true", "true"),
        ("1e3", "1e3"),
        (".inf", ".inf"),
        ("=", "="),
        ('"010"', "010"),
        ("'null'", "null"),
    ],
)
def test_a_text_stays_the_text_that_was_written(folder: Path, written: str, text: str) -> None:
    (folder / "tickets.yaml").write_text(GOOD + f"run_id: {written}\ntags: {{key: {written}}}\n")
    (job,) = read_job_files(folder)
    assert (job.options["run_id"], job.options["tags"]) == (text, {"key": text})


def test_a_tag_may_be_empty(folder: Path) -> None:
    (folder / "tickets.yaml").write_text(GOOD + 'tags: {key: ""}\n')
    assert read_job_files(folder)[0].options["tags"] == {"key": ""}
