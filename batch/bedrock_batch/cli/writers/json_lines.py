"""JSON lines: one object for each row, under the names of the API."""

import json
from typing import IO

from bedrock_batch.cli.found_job import FoundJob
from bedrock_batch.results import Results


def write(results: Results, _job: FoundJob, file: IO[str]) -> None:
    """Write the rows, without members that are not known."""
    for row in results:
        file.write(json.dumps(row.members(), ensure_ascii=False) + "\n")
