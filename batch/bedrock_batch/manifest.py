"""What a job writes to S3: `<output URI>/<job id>/` with an output file for each input file, and the manifest.

Source: Amazon Bedrock User Guide, "View the results of a batch inference job". The page does not name the folder: this
is the folder that jobs were seen to use.
"""

from enum import StrEnum
from typing import Final

from bedrock_batch.limits import INPUT_SUFFIX
from bedrock_batch.s3_object import S3Object

MANIFEST_NAME: Final = "manifest.json.out"
_SUFFIX: Final = ".out"


class ManifestField(StrEnum):
    """The members of the manifest, each a number. Get and List do not show the tokens."""

    TOTAL_RECORDS = "totalRecordCount"
    PROCESSED_RECORDS = "processedRecordCount"
    SUCCESS_RECORDS = "successRecordCount"
    ERROR_RECORDS = "errorRecordCount"
    INPUT_TOKENS = "inputTokenCount"
    OUTPUT_TOKENS = "outputTokenCount"


def folder_of(output_uri: str, job_id: str) -> S3Object:
    """The folder of a job in its output location."""
    return S3Object.parse(output_uri).below(f"{job_id}/")


def output_name(input_name: str) -> str:
    """The output file of an input file. Both paths are relative to their folders."""
    return f"{input_name}{_SUFFIX}"


def is_output(name: str) -> bool:
    """Whether an object in the folder of a job is an output file."""
    return name.endswith(output_name(INPUT_SUFFIX))
