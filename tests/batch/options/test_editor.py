"""What an editor offers while a file is written, and what it says of a fault."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from batch.options.core_yaml import load
from batch.options.editor import fault, keys_at, values_at

from bedrock_batch.options import DEFAULTS_FILE, ENVIRONMENTS_FILE, JOB, JOB_FILE, schema_of
from bedrock_batch.options.of_environment import ENVIRONMENT, OVERRIDE
from bedrock_batch.options.of_job import VPC
from bedrock_batch.options.of_storage import STORAGE

JOB_SCHEMA = schema_of(JOB_FILE)
DEFAULTS_SCHEMA = schema_of(DEFAULTS_FILE)
ENVIRONMENTS_SCHEMA = schema_of(ENVIRONMENTS_FILE)
INPUTS = ["file", "folder", "texts", "table", "openai_batch", "bucket"]


def names(options: Iterable[object]) -> list[str]:
    return [each.name for each in options]  # type: ignore[attr-defined] # rows of the table


def test_an_empty_file_may_become_a_job_or_several() -> None:
    assert list(keys_at(JOB_SCHEMA, {})) == [*names(JOB.options), "jobs"]


def test_a_job_is_offered_the_keys_that_it_does_not_have() -> None:
    offered = keys_at(JOB_SCHEMA, load("name: a\nmodel: m\ninput: records.jsonl\n"))

    assert list(offered) == [each for each in names(JOB.options) if each not in ("name", "model", "input")]
    assert offered["timeout_hours"] == (
        "The time after which the job ends, finished or not. Must be a whole number of hours, 24 to 168. "
        "Default: the service's own."
    )


def test_a_job_of_several_is_offered_the_same_and_the_file_nothing_else() -> None:
    value = load("jobs:\n- name: a\n  model: m\n")

    assert list(keys_at(JOB_SCHEMA, value)) == []
    assert list(keys_at(JOB_SCHEMA, value, ["jobs", 0])) == [
        e for e in names(JOB.options) if e not in ("name", "model")
    ]


def test_an_empty_input_is_offered_every_kind_of_records() -> None:
    offered = keys_at(JOB_SCHEMA, load("name: a\ninput: {}\n"), ["input"])

    assert set(INPUTS) < set(offered)
    assert offered["table"] == (
        "A CSV or JSONL file; the model is asked the prompt for each row. "
        "Must be the path of a file, at most 1,024 characters."
    )


@pytest.mark.parametrize(
    ("written", "offered"),
    [
        ("{file: a}", "max_records max_size_mib"),
        ("{folder: a}", "max_records max_size_mib"),
        ("{texts: [a]}", "system max_tokens temperature answer_schema max_records max_size_mib"),
        ("{table: a}", "prompt system max_tokens temperature answer_schema id_column max_records max_size_mib"),
        ("{table: a, prompt: b, id_column: c}", "system max_tokens temperature answer_schema max_records max_size_mib"),
        ("{openai_batch: a}", "max_records max_size_mib"),
        ("{bucket: a-bucket}", "key prefix digest bucket_owner encryption_key"),
    ],
)
def test_an_input_is_offered_what_may_stand_beside_its_records(written: str, offered: str) -> None:
    value = load(f"name: a\nmodel: m\ninput: {written}\n")

    assert sorted(keys_at(JOB_SCHEMA, value, ["input"])) == sorted(offered.split())


def test_a_vpc_is_offered_its_three_keys() -> None:
    offered = keys_at(JOB_SCHEMA, load("name: a\nvpc: {}\n"), ["vpc"])

    assert list(offered) == names(VPC.options)
    assert offered["subnets"] == "Its subnets, preferably one in each zone. Must be a list of 1 to 16 subnet ids."


def test_a_defaults_file_is_offered_no_name_and_a_storage() -> None:
    offered = keys_at(DEFAULTS_SCHEMA, {})

    assert list(offered) == names(DEFAULTS_FILE.members.options)
    assert not {"name", "input", "job_name_prefix"} & {*offered}
    assert list(keys_at(DEFAULTS_SCHEMA, {"storage": {}}, ["storage"])) == names(STORAGE.options)


def test_an_environment_and_an_override_are_offered_their_keys() -> None:
    value = load("environments:\n  prod:\n    region: eu-central-1\n    overrides:\n      support/: {}\n")
    there = ["environments", "prod"]

    assert list(keys_at(ENVIRONMENTS_SCHEMA, {})) == ["environments"]
    offered = list(keys_at(ENVIRONMENTS_SCHEMA, value, there))
    assert offered == [each for each in names(ENVIRONMENT.options) if each not in ("region", "overrides")]
    assert list(keys_at(ENVIRONMENTS_SCHEMA, value, [*there, "overrides", "support/"])) == names(OVERRIDE.options)


@pytest.mark.parametrize(
    ("key", "offered"),
    [
        ("invocation_type", ["InvokeModel", "Converse", "InvokeModel"]),
        ("hold", [False, True, False]),
        ("timeout_hours", []),
        ("run_id", ["1", "2"]),
        ("service_role", ["shared", "arn:aws:iam::111122223333:role/BatchInference"]),
        ("model", ["amazon.nova-lite-v1:0", "us.anthropic.claude-haiku-4-5-20251001-v1:0"]),
    ],
)
def test_values_are_offered(key: str, offered: list[object]) -> None:
    assert values_at(JOB_SCHEMA, {"name": "a", key: None}, [key]) == offered


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("name: a\nmodel: m\ninput: a.jsonl\n", ""),
        ("name: 1a\ninput: a.jsonl\n", "must be 1 to 22 letters, digits and hyphens and start with a letter"),
        ("name: a\ninput: a.jsonl\ntimeout_hours: '48'\n", "must be a whole number of hours, 24 to 168"),
        ("name: a\ninput: a.jsonl\ngate: validated\n", "must be one of SUBMITTED, VALIDATED"),
        ("name: a\ninput: a.jsonl\nservice_role: Shared\n", "must be the word shared, or the ARN of a role"),
        (
            "name: a\ninput: a.jsonl\ntags: {a&b: c}\n",
            "a key must be 1 to 128 letters, digits, spaces and ._:/=+@- characters",
        ),
        ("name: a\nmodel: m\n", "'input' is a required property"),
        ("name: a\ninput: {table: t.csv, key: k}\n", "Additional properties are not allowed ('key' was unexpected)"),
        ("name: a\ninput: {table: t.csv, max_records: 0}\n", "must be a whole number of records, 1 to 999,999,999"),
        (
            "name: a\ninput: {}\n",
            "must be the path of a file, at most 1,024 characters, or a mapping with one of the keys file, folder, "
            "texts, table, openai_batch, bucket",
        ),
    ],
)
def test_a_fault_is_told_in_the_words_of_the_table(written: str, message: str) -> None:
    assert fault(JOB_SCHEMA, load(written)) == message
