"""What is sent to start a drawn job."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bedrock_batch.run.run_file import columns_place_in, place_in
from e2e.results_contract.drawn_job import DrawnJob


def request_of(drawn: DrawnJob, name: str, folder: str, output: str, role: str) -> dict[str, Any]:
    """The request of CreateModelInvocationJob. `folder` and `output` are S3 URIs with a final slash."""
    place = f"{folder}x.jsonl" if drawn.is_one_file else folder
    return {
        "jobName": name,
        "roleArn": role,
        "modelId": drawn.model.model_id,
        "modelInvocationType": "Converse" if drawn.model.converse else "InvokeModel",
        "inputDataConfig": {"s3InputDataConfig": {"s3Uri": place}},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": output}},
    }


def run_files(drawn: DrawnJob, name: str, output: str) -> Iterator[tuple[str, bytes]]:
    """Keys and contents of the run file and of the file of columns, as far as the job has them."""
    if drawn.columns is None:
        return
    columns = columns_place_in(output, name)
    yield place_in(output, name).key, json.dumps({"jobName": name, "columnsS3Uri": columns.uri}).encode()
    if drawn.has_columns_file:
        lines = (json.dumps({"recordId": each, "columns": cells}) for each, cells in drawn.columns.items())
        yield columns.key, "".join(f"{line}\n" for line in lines).encode()
