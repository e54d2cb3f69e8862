"""Reads assemblies of others, whatever is in them: a list of stacks, or a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bedrock_batch.plan.assembly import read_assembly
from bedrock_batch.plan.compare import compare
from bedrock_batch.plan.planned import Amounts
from bedrock_batch.plan.shown import planned
from bedrock_batch.plan.told import AMOUNTS

_JOB = {"Type": "Custom::BedrockModelInvocationJob", "Properties": {"RunId": "1"}}


def _write(folder: Path, template: Any, **artifact: Any) -> Path:
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "t.json"}, **artifact}
    (folder / "manifest.json").write_text(json.dumps({"artifacts": {"Stack": stack}}))
    (folder / "t.json").write_text(json.dumps(template))
    return folder


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ([], "t.json is no file of an assembly"),
        ({"Resources": "x"}, "t.json: Resources is no object"),
        ({"Resources": {"Fn::ForEach::Jobs": ["a", [], {}]}}, "Fn::ForEach::Jobs of Resources is no object"),
        ({"Resources": {"Job": {**_JOB, "Properties": "x"}}}, "the properties of Job are no object"),
        ({"Parameters": []}, "t.json: Parameters is no object"),
        ({"Parameters": {"P": "x"}}, "P of Parameters is no object"),
        ({"Outputs": {"O": 1}}, "O of Outputs is no object"),
        ({"Conditions": []}, "t.json: Conditions is no object"),
        ({"Mappings": 1}, "t.json: Mappings is no object"),
        (
            {"Resources": {"N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "a" * 64}}}},
            "nobody can tell which file is the template of the nested stack N",
        ),
    ],
)
def test_a_template_of_another_form_is_told(tmp_path: Path, template: Any, text: str) -> None:
    with pytest.raises(ValueError, match=r".") as raised:
        read_assembly(_write(tmp_path, template))

    assert text in str(raised.value)


@pytest.mark.parametrize(
    "artifact", [{"additionalMetadataFile": "../m.json"}, {"properties": {"templateFile": "../t"}}]
)
def test_a_file_elsewhere_is_not_read(tmp_path: Path, artifact: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="names a file outside of its folder"):
        read_assembly(_write(tmp_path, {}, **artifact))


def test_a_link_to_elsewhere_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text("{}")
    (tmp_path / "out").mkdir()
    folder = _write(tmp_path / "out", {})
    (folder / "t.json").unlink()
    (folder / "t.json").symlink_to(tmp_path / "secret.json")

    with pytest.raises(ValueError, match="names a file outside of its folder"):
        read_assembly(folder)


@pytest.mark.parametrize(
    "told",
    [
        {"records": -5, "inputTokens": -1, "mostOutputTokens": -3, "usd": "-100"},
        {"records": "1_0", "inputTokens": " 3 ", "mostOutputTokens": 1.5, "usd": "1e999999"},
        {"records": True, "inputTokens": "9" * 5000, "mostOutputTokens": None, "usd": "NaN"},
        {"records": [], "inputTokens": {}, "mostOutputTokens": "", "usd": 7},
        "x",
    ],
)
def test_amounts_that_no_job_has_are_not_known(tmp_path: Path, told: Any) -> None:
    """A negative one would let what starts stay below a ceiling."""
    metadata = {"/Stack/Job": [{"type": "aws:cdk:logicalId", "data": "Job"}, {"type": AMOUNTS, "data": told}]}
    folder = _write(tmp_path, {"Resources": {"Job": _JOB}}, metadata=metadata)

    (job,) = planned(compare(read_assembly(folder), []))
    assert job.amounts == Amounts()
