"""The list of configurations is complete: every option of the library is used somewhere in it."""

import ast
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk.assertions import Template

from cdk_bedrock_batch import (
    BatchHandler,
    BatchModel,
    BatchServiceRole,
    BatchStorage,
    JobGate,
    JobInput,
    ModelInvocationJob,
    OnRemoval,
)
from security import brought, configurations
from security.assembly import FLAGS
from security.configurations import CONFIGURATIONS, shipped_app

_FILES = (configurations.__file__, brought.__file__)
_SOURCE = ast.parse("\n".join(Path(each).read_text(encoding="utf-8") for each in _FILES))
# Positional.
_NOT_SHOWN = {"self", "scope", "construct_id", "bucket", "model"}
_OPTIONS = [
    ModelInvocationJob.__init__,
    BatchStorage.__init__,
    BatchServiceRole.__init__,
    BatchHandler.__init__,
    JobInput.from_bucket,
    BatchModel.from_model_id,
]


@pytest.mark.parametrize("of", _OPTIONS)
def test_every_option_is_used(of: Callable[..., Any]) -> None:
    used = {each.arg for each in ast.walk(_SOURCE) if isinstance(each, ast.keyword)}
    used |= {each.value for each in ast.walk(_SOURCE) if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    options = set(inspect.signature(of).parameters) - _NOT_SHOWN
    assert options - used == set()


def test_every_kind_of_model_and_every_choice_is_used() -> None:
    used = {each.attr for each in ast.walk(_SOURCE) if isinstance(each, ast.Attribute)}
    assert {"from_model_id", "from_application_inference_profile", "from_custom_model"} <= used
    assert hasattr(BatchModel, "from_custom_model")
    assert {JobGate.VALIDATED.name, OnRemoval.LEAVE_RUNNING.name} <= used


@pytest.mark.parametrize("of", [ModelInvocationJob, BatchStorage, BatchModel, BatchHandler])
def test_everything_that_can_be_granted_or_added_is(of: type) -> None:
    used = {each.attr for each in ast.walk(_SOURCE) if isinstance(each, ast.Attribute)}
    offered = {name for name in dir(of) if name.startswith(("grant_", "add_"))}
    assert offered
    assert offered - used == set()


def test_names_are_those_of_stacks_and_titles_are_sentences() -> None:
    names = [each.name for each in CONFIGURATIONS]
    assert len(set(names)) == len(names)
    for each in CONFIGURATIONS:
        assert each.title.endswith("."), each
        assert each.title[0].isupper(), each


def test_the_configuration_of_the_app_is_the_app() -> None:
    apps = [App(context=FLAGS) for _ in range(2)]
    stack = Stack(apps[0], "BedrockBatchJobs", description="Amazon Bedrock batch inference jobs")
    next(each for each in CONFIGURATIONS if each.name == "app").build(stack)
    assert Template.from_stack(stack).to_json() == Template.from_stack(shipped_app().build(apps[1])[0]).to_json()
