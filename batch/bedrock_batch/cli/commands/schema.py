"""`schema`: the JSON Schema of job files and of the files beside them."""

from argparse import Namespace

from bedrock_batch.cli.failure import Exit
from bedrock_batch.cli.terminal import Terminal
from bedrock_batch.options import FILES, schema_of, schema_text


def run(options: Namespace, terminal: Terminal) -> Exit:
    """Print the schema of a kind of file. It is the content of `<name>.schema.json` in the package."""
    file = next(each for each in FILES if each.name == options.file)
    terminal.show(schema_text(file).rstrip("\n"))
    terminal.give({"file": file.name, "schema": schema_of(file)})
    return Exit.GOOD
