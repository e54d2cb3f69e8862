"""Stacks in process, and which resource of a template needs which."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aws_cdk import App, Stack
from aws_cdk.assertions import Template

from cdk_bedrock_batch import BatchModel, JobInput, ModelInvocationJob

JOB = "Custom::BedrockModelInvocationJob"
NOVA = "amazon.nova-lite-v1:0"


def declare(stack: Stack, prompts: Path, construct_id: str = "Job", **options: Any) -> ModelInvocationJob:
    """A job in a stack, of a foundation model over `prompts` unless options say otherwise."""
    options.setdefault("model", BatchModel.from_model_id(NOVA))
    options.setdefault("input", JobInput.from_file(prompts))
    return ModelInvocationJob(stack, construct_id, **options)


def template_of(build: Callable[[Stack], object], **stack_options: Any) -> dict[str, Any]:
    """The template of a stack of its own app."""
    stack = Stack(App(), "Stack", **stack_options)
    build(stack)
    return dict(Template.from_stack(stack).to_json())


def of_type(template: dict[str, Any], kind: str) -> dict[str, Any]:
    """The resources of a type by logical id."""
    return {name: each for name, each in template["Resources"].items() if each["Type"] == kind}


def needed_by(template: dict[str, Any], logical_id: str) -> set[str]:
    """Every resource that CloudFormation makes before this one, and deletes after it."""
    resources = template["Resources"]
    found: set[str] = set()
    waiting = [logical_id]
    while waiting:
        resource = resources[waiting.pop()]
        text = json.dumps(resource)
        depends = resource.get("DependsOn", [])
        named = {
            *re.findall(r'"Ref": "(\w+)"', text),
            *re.findall(r'"Fn::GetAtt": \["(\w+)"', text),
            *re.findall(r"\$\{(\w+)[.}]", text),
            *([depends] if isinstance(depends, str) else depends),
        }
        new = (named & resources.keys()) - found
        found |= new
        waiting.extend(new)
    return found
