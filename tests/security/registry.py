"""The list of all ways to declare a job, and the short way to declare one."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aws_cdk import Environment
from constructs import Construct

from cdk_bedrock_batch import BatchModel, InvocationType, JobInput, ModelInvocationJob

ACCOUNT: Final = "111122223333"
OTHER_ACCOUNT: Final = "444455556666"
REGION: Final = "us-east-1"
ENVIRONMENT: Final = Environment(account=ACCOUNT, region=REGION)
ROOT: Final = Path(__file__).parents[2]
FOUNDATION_MODEL: Final = "amazon.nova-lite-v1:0"

_PROMPTS: Final = ROOT / "jobs/prompts/product-descriptions.jsonl"

Build = Callable[[Construct], None]


@dataclass(frozen=True, slots=True)
class Configuration:
    """A way to declare jobs; `build` adds them to a stack or a part of one, whose environment may be known or not."""

    name: str
    title: str
    build: Build
    own_handler: bool = False
    """It declares the function of its stack, which a stack has once."""


CONFIGURATIONS: Final[list[Configuration]] = []


def configuration(title: str, *, own_handler: bool = False) -> Callable[[Build], Build]:
    """Enter a function into `CONFIGURATIONS` under its own name."""

    def enter(build: Build) -> Build:
        name = build.__name__.removeprefix("_").replace("_", "-")
        CONFIGURATIONS.append(Configuration(name, title, build, own_handler))
        return build

    return enter


def job(stack: Construct, construct_id: str = "Job", **options: Any) -> ModelInvocationJob:
    """Declare a job with any options; a foundation model over a file unless they say otherwise."""
    options.setdefault("model", BatchModel.from_model_id(FOUNDATION_MODEL))
    if "input" not in options:
        options["input"] = JobInput.from_file(_PROMPTS)
    # The form of the records, whatever the model.
    options.setdefault("invocation_type", InvocationType.CONVERSE)
    return ModelInvocationJob(stack, construct_id, **options)
