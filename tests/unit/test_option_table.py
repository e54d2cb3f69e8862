"""The table of options of job files has all that the library has, with its names and limits."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from bedrock_batch.options import JOB, Either, Members, Option, Word
from bedrock_batch.options.of_environment import ENVIRONMENT, OVERRIDE
from bedrock_batch.options.of_input import INPUT
from bedrock_batch.options.of_storage import STORAGE
from cdk_bedrock_batch import (
    BatchModel,
    BatchStorage,
    InvocationType,
    JobGate,
    JobInput,
    ModelInvocationJob,
    OnRemoval,
)

# What a file says in another way: the folder has the storage, an environment the ceilings and prices.
ELSEWHERE = {"scope", "storage", "ceilings", "price"}


def parameters(function: Callable[..., Any]) -> set[str]:
    return set(inspect.signature(function).parameters) - {"self", "scope"}


def sets(options: Iterable[Option]) -> set[str]:
    return {name for option in options for name in option.parameters}


def test_a_job_has_all_options_of_the_construct_and_of_its_model() -> None:
    of_model = parameters(BatchModel.from_model_id) | parameters(BatchModel.from_application_inference_profile)
    alarms = {name for name in dir(ModelInvocationJob) if name.startswith("alarm_")}
    library = parameters(ModelInvocationJob.__init__) | (of_model - {"profile_arn"}) | alarms

    assert sets(JOB.options) == library - ELSEWHERE


def test_the_storage_has_all_options_of_the_construct() -> None:
    assert sets(STORAGE.options) | {"construct_id"} == parameters(BatchStorage.__init__)


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        ("file", JobInput.from_file),
        ("folder", JobInput.from_folder),
        ("texts", JobInput.from_prompts),
        ("table", JobInput.from_table),
        ("openai_batch", JobInput.from_openai_batch),
        ("bucket", JobInput.from_bucket),
    ],
)
def test_an_input_has_all_options_of_its_method(kind: str, method: Callable[..., JobInput]) -> None:
    options = [each for each in INPUT.members.options if each.name == kind or kind in each.beside]

    assert sets(options) == parameters(method)


def test_every_method_of_the_input_has_its_key() -> None:
    # Records that a program makes are no text of a file: a file has them as JSONL.
    methods = {name.removeprefix("from_") for name in dir(JobInput) if name.startswith("from_")} - {"records"}

    assert {"texts" if name == "prompts" else name for name in methods} == set(INPUT.members.one_of)


@pytest.mark.parametrize(
    ("option", "enum"), [("invocation_type", InvocationType), ("gate", JobGate), ("on_removal", OnRemoval)]
)
def test_words_are_those_of_the_library(option: str, enum: Any) -> None:
    found = JOB.named(option)

    assert found is not None
    assert isinstance(found.kind, Word)
    assert list(found.kind.words) == [each.value for each in enum]


@pytest.mark.parametrize("members", [JOB, STORAGE, INPUT.members, ENVIRONMENT, OVERRIDE])
def test_each_key_is_there_once_and_tells_what_it_is(members: Members) -> None:
    names = [each.name for each in members.options]

    assert len(set(names)) == len(names)
    for option in members.options:
        kind = option.kind
        assert option.sentence.endswith("."), option.name
        assert (kind.scalar if isinstance(kind, Either) else kind).allowed, option.name
        assert set(option.beside) <= set(members.one_of), option.name
