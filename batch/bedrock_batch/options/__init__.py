"""The table of options of job files. The reader, the JSON Schema and the reference page are made of it."""

from bedrock_batch.options.closest import closest, did_you_mean
from bedrock_batch.options.files import DEFAULTS_FILE, ENVIRONMENTS_FILE, FILES, JOB, JOB_FILE, FileKind
from bedrock_batch.options.json_schema import schema_of, schema_text
from bedrock_batch.options.kinds import Either, Entries, Items, Kind, Members, Option, Several
from bedrock_batch.options.of_input import INPUT
from bedrock_batch.options.of_storage import STORAGE
from bedrock_batch.options.scalars import (
    INTERPRETED,
    Flag,
    LocalPath,
    Number,
    Plain,
    Prose,
    Scalar,
    Text,
    WholeNumber,
    Word,
)

__all__ = [
    "DEFAULTS_FILE",
    "ENVIRONMENTS_FILE",
    "FILES",
    "INPUT",
    "INTERPRETED",
    "JOB",
    "JOB_FILE",
    "STORAGE",
    "Either",
    "Entries",
    "FileKind",
    "Flag",
    "Items",
    "Kind",
    "LocalPath",
    "Members",
    "Number",
    "Option",
    "Plain",
    "Prose",
    "Scalar",
    "Several",
    "Text",
    "WholeNumber",
    "Word",
    "closest",
    "did_you_mean",
    "schema_of",
    "schema_text",
]
