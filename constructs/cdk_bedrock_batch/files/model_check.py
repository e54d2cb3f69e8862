"""Checks what a job file says of its model. Each mistake is noted at the option that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedrock_batch.options import JOB, did_you_mean
from bedrock_batch.texts import shown
from cdk_bedrock_batch._checks import ModelKind, parse
from cdk_bedrock_batch.files.job_file import batch_model
from cdk_bedrock_batch.files.reasons import told_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cdk_bedrock_batch.files.environment import Environment
    from cdk_bedrock_batch.files.faults import Faults
    from cdk_bedrock_batch.files.table_reader import Given


def check_model(given: Mapping[str, Given], environment: Environment, faults: Faults) -> None:
    """Note what is wrong with the model of a job, and with the options that are about it."""
    model = given["model"]
    _check_allowed("model", [model.plain], model, environment, faults)
    try:
        kind = parse(model.plain).kind
    except ValueError as error:
        faults.add(model.place, "model", str(error).removeprefix("model "))
        return
    if kind is ModelKind.APPLICATION_INFERENCE_PROFILE:
        _check_behind(given, environment, faults)
    else:
        _check_direct(given, faults)


def _check_allowed(option: str, models: Iterable[str], at: Given, environment: Environment, faults: Faults) -> None:
    allowed = environment.own("models")
    for model in models if allowed is not None else ():
        if model not in allowed:
            reason = f"the environment {environment.name} does not allow {shown(model)}, allowed are "
            faults.add(at.place, option, f"{reason}{', '.join(allowed)}{did_you_mean(model, allowed)}")


def _check_behind(given: Mapping[str, Given], environment: Environment, faults: Faults) -> None:
    models, regions = given.get("foundation_models"), given.get("destination_regions")
    if "ceilings" in given and "max_usd" in given["ceilings"].value and "price" not in given:
        # The models behind it are what the file says they are.
        reason = "max_usd needs the price of an application inference profile, under prices in environments.yaml"
        faults.add(given["model"].place, "model", reason)
    if regions is not None:
        faults.add(regions.key_place, "destination_regions", "not for an application inference profile")
    if models is None:
        if not faults.tells_of("foundation_models"):
            reason = "an application inference profile needs foundation_models, the models behind it"
            faults.add(given["model"].place, "model", reason)
        return
    _check_allowed("foundation_models", models.plain, models, environment, faults)
    try:
        batch_model(given)
    except ValueError as error:
        faults.add(models.place, "foundation_models", str(error).removeprefix("the model "))


def _check_direct(given: Mapping[str, Given], faults: Faults) -> None:
    models = given.get("foundation_models")
    if models is not None:
        reason = f"only for an application inference profile, the model is {shown(given['model'].plain)}"
        faults.add(models.key_place, "foundation_models", reason)
        return
    try:
        batch_model(given)
    except ValueError as error:
        reason = str(error)
        wrong, name, rest = told_of(reason, JOB, given) or (given["model"], "model", reason)
        faults.add(wrong.place, name, rest)
