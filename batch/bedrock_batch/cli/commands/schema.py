"""`schema`: the JSON Schema of job files, of the files beside them, of a plan, and of an outcome."""

import json
from argparse import Namespace
from importlib import resources

from bedrock_batch.cli.failure import Exit
from bedrock_batch.cli.terminal import Terminal


def run(options: Namespace, terminal: Terminal) -> Exit:
    """Print a JSON Schema: the content of `<name>.schema.json` in the package."""
    file = resources.files("bedrock_batch") / "schemas" / f"{options.file}.schema.json"
    text = file.read_text("utf-8")
    terminal.show(text.rstrip("\n"))
    terminal.give({"file": options.file, "schema": json.loads(text)})
    return Exit.GOOD
