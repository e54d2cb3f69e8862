"""Every option of every public class and function answers a wrong type in its own words: found by the signatures."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aws_cdk import Duration, Size, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from cdk_bedrock_batch import BatchModel, JobInput, ModelInvocationJob
from unit.signatures import callables, parameters_of

Declare = Callable[..., ModelInvocationJob]


class Foreign:
    """Of no type that any option takes."""


def options() -> Iterator[tuple[str, Callable[..., Any], inspect.Parameter]]:
    for name, function in callables():
        for parameter in parameters_of(function):
            if parameter.annotation is not inspect.Parameter.empty:
                yield f"{name}({parameter.name})", function, parameter


def needs_more(function: Callable[..., Any]) -> bool:
    """Whether a function cannot be called without arguments."""
    return any(
        parameter.default is inspect.Parameter.empty and parameter.kind is not inspect.Parameter.VAR_POSITIONAL
        for parameter in inspect.signature(function).parameters.values()
    )


FUNCTIONS = dict(callables())
OPTIONS = {name: (function, parameter) for name, function, parameter in options()}


@pytest.mark.parametrize("name", OPTIONS)
def test_fails_on_a_wrong_type(name: str) -> None:
    """Nothing else is given, and nothing else is asked for: the type comes first."""
    function, parameter = OPTIONS[name]
    owner = [object()] if next(iter(inspect.signature(function).parameters)) == "self" else []
    if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
        given: dict[str, Any] = {}
        owner += [iam.AccountRootPrincipal(), Foreign()]
    else:
        given = {parameter.name: Foreign()}
    with pytest.raises(ValueError, match=rf"^{parameter.name} must be ") as refused:
        function(*owner, **given)

    assert re.search(r"Foreign( object at .*)?>?$", str(refused.value))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_unknown_keyword_is_told_of_with_the_name_of_the_function(name: str) -> None:
    function = FUNCTIONS[name]
    with pytest.raises(TypeError, match=rf"^{function.__qualname__}\(\) got an unexpected keyword argument 'unknown'"):
        function(unknown=1)


@pytest.mark.parametrize("name", [name for name, function in FUNCTIONS.items() if needs_more(function)])
def test_a_missing_argument_is_told_of_with_the_name_of_the_function(name: str) -> None:
    function = FUNCTIONS[name]
    with pytest.raises(TypeError, match=rf"^{function.__qualname__}\(\) missing \d+ required "):
        function()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"model": "amazon.nova-lite-v1:0"}, "model must be a BatchModel, got str"),
        ({"input": "prompts.jsonl"}, "input must be a JobInput, got str"),
        ({"storage": 1}, "storage must be a BatchStorage, got int"),
        ({"timeout": 48}, "timeout must be a Duration, got int"),
        ({"run_id": 2}, "run_id must be a string, got int"),
        ({"tags": {"a": 1}}, "tags must be a mapping of strings to strings, got dict of int, str"),
        ({"tags": ["a"]}, "tags must be a mapping of strings to strings, got list of str"),
        ({"service_role": "arn:aws:iam::1:role/x"}, "service_role must be an IRole or a BatchServiceRole, got str"),
        ({"security_groups": "sg-1"}, "security_groups must be a list of ISecurityGroups, got str"),
        ({"permissions_boundary": Duration.hours(1)}, "permissions_boundary must be an IManagedPolicy, got Duration"),
        ({"vpc": "vpc-1"}, "vpc must be an IVpc, got str"),
    ],
)
def test_the_words_are_those_of_the_option(declare: Declare, options: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        declare(**options)


def test_what_cdk_gives_is_what_options_take(stack: Stack) -> None:
    """Imported, looked up, and as interfaces that have no class in Python."""
    key = kms.Alias.from_alias_name(stack, "Alias", "alias/a")
    bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "theirs")
    JobInput.from_bucket(bucket, key="a.jsonl", encryption_key=key)
    JobInput.from_bucket(s3.Bucket(stack, "Own"), prefix="in", encryption_key=kms.Key(stack, "Key"))
    with pytest.raises(ValueError, match=r"^bucket must be an IBucket, got Key$"):
        JobInput.from_bucket(kms.Key(stack, "Other"), key="a.jsonl")  # type: ignore[arg-type]  # what is tested
    with pytest.raises(ValueError, match=r"^max_records must be a whole number, got bool$"):
        JobInput.from_file("a.jsonl", max_records=True)
    with pytest.raises(ValueError, match=r"^max_size must be a Size, got int$"):
        JobInput.from_file("a.jsonl", max_size=5)  # type: ignore[arg-type]  # what is tested
    with pytest.raises(ValueError, match=r"^grantee must be an IGrantable, got Size$"):
        BatchModel.from_model_id("amazon.nova-lite-v1:0").grant_invoke(Size.bytes(1))  # type: ignore[arg-type]  # as above
