"""Prompt files for deployments."""

import json
from collections.abc import Iterable
from pathlib import Path


def write_prompts(path: Path, texts: Iterable[str]) -> Path:
    """A file of Converse records, one for each text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for number, text in enumerate(texts, start=1):
            body = {"messages": [{"role": "user", "content": [{"text": text}]}], "inferenceConfig": {"maxTokens": 200}}
            file.write(json.dumps({"recordId": f"R{number:06}", "modelInput": body}) + "\n")
    return path


def many(count: int, topic: str) -> list[str]:
    """So many different texts about a topic."""
    return [f"Question {number} about {topic}: what follows from {number * 7 % 1000}?" for number in range(count)]
