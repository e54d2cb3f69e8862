"""Fixtures of the scenarios."""

import json
import os
from pathlib import Path

import pytest

# CDK checks each template against CloudFormation's rules, which takes seconds, in every synthesis of these tests.
os.environ.setdefault("CDK_VALIDATION", "false")

from handler.world import World, build_world


@pytest.fixture
def world() -> World:
    """A stack that is being created, and an empty batch service."""
    return build_world()


@pytest.fixture(scope="session")
def prompts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One hundred records, the fewest that a batch may have."""
    path = tmp_path_factory.mktemp("prompts") / "prompts.jsonl"
    bodies = ({"messages": [{"role": "user", "content": [{"text": f"{number}"}]}]} for number in range(100))
    records = ({"recordId": f"record-{number:03}", "modelInput": body} for number, body in enumerate(bodies))
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path
