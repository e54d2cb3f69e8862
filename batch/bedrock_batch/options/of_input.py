"""The options of the records of a job: `input` of a job file, and the methods of `JobInput`."""

import re
from typing import Final

from bedrock_batch import limits
from bedrock_batch.options.kinds import Either, Items, Members, Option
from bedrock_batch.options.scalars import LocalPath, Number, Prose, Text, WholeNumber
from bedrock_batch.options.texts_of_aws import ACCOUNT, BUCKET, KEY_ARN, S3_KEY

_MEBIBYTE: Final = 1024**2
_OURS: Final = "this project"
_BUILT: Final = ("texts", "table")
_LOCAL: Final = ("file", "folder", "texts", "table", "openai_batch")
_QUOTA: Final = "quota: records per batch inference job"

INPUT: Final = Either(
    LocalPath("file"),
    Members(
        one_of=(*_LOCAL, "bucket"),
        options=(
            Option(
                name="file",
                kind=LocalPath("file"),
                sentence="The file of records, one JSON object a line.",
                default="none",
                source="api: inputDataConfig",
                sets=("path",),
            ),
            Option(
                name="folder",
                kind=LocalPath("folder"),
                sentence="The folder of the files of records, with nothing else in it.",
                default="none",
                source="api: inputDataConfig",
                sets=("path",),
            ),
            Option(
                name="texts",
                kind=Items(Prose(), 1, limits.MAXIMUM_RECORDS, "texts"),
                sentence="The texts that the model is asked, a record for each.",
                default="none",
                source=_OURS,
            ),
            Option(
                name="table",
                kind=LocalPath("file"),
                sentence="A CSV or JSONL file; the model is asked the prompt for each row.",
                default="none",
                source=_OURS,
                sets=("path",),
            ),
            Option(
                name="openai_batch",
                kind=LocalPath("file"),
                sentence="A file of OpenAI's batch API, which is translated.",
                default="none",
                source=_OURS,
                sets=("path",),
            ),
            Option(
                name="bucket",
                kind=BUCKET,
                sentence="The bucket in which the records are when the job starts. Bedrock checks them then.",
                default="none",
                source="api: s3InputDataConfig.s3Uri",
            ),
            Option(
                name="prompt",
                kind=Prose(),
                sentence="The text for each row, with {column} for the value of a column. Required with table.",
                default="none",
                source=_OURS,
                beside=("table",),
            ),
            Option(
                name="system",
                kind=Prose(),
                sentence="The system text of each record.",
                default="none",
                source=_OURS,
                beside=_BUILT,
            ),
            Option(
                name="max_tokens",
                kind=WholeNumber(1, 1_000_000_000, "tokens"),
                sentence="The tokens that an answer may have.",
                default="the model's own; 1,024 for Anthropic Claude",
                source=_OURS,
                beside=_BUILT,
            ),
            Option(
                name="temperature",
                kind=Number(),
                sentence="The temperature of each record.",
                default="the model's own",
                source=_OURS,
                beside=_BUILT,
            ),
            Option(
                name="answer_schema",
                kind=LocalPath("file"),
                sentence="A file with the JSON Schema of each answer, for models with structured output.",
                default="any text",
                source=_OURS,
                beside=_BUILT,
            ),
            Option(
                name="id_column",
                kind=Prose(),
                sentence="The column with the record ids.",
                default="ids made of the positions",
                source=_OURS,
                beside=("table",),
            ),
            Option(
                name="max_records",
                kind=WholeNumber(*limits.DECLARED_RECORDS, "records"),
                sentence="The records that a job may have, if AWS has raised the quota of the account.",
                default=f"{limits.MAXIMUM_RECORDS:,}",
                source=_QUOTA,
                beside=_LOCAL,
            ),
            Option(
                name="max_size_mib",
                kind=WholeNumber(1, limits.MAXIMUM_COPY_BYTES // _MEBIBYTE, "MiB"),
                sentence="The size that a file of records may have, if AWS has raised the quota of the account.",
                default=f"{limits.MAXIMUM_INPUT_BYTES // _MEBIBYTE:,}",
                source="quota: batch inference input file size; Amazon S3: CopyObject",
                sets=("max_size",),
                beside=_LOCAL,
            ),
            Option(
                name="key",
                kind=S3_KEY,
                sentence="The object of records. Give either key or prefix.",
                default="none",
                source="api: s3InputDataConfig.s3Uri",
                beside=("bucket",),
            ),
            Option(
                name="prefix",
                kind=Text(
                    "a path of letters, digits and -!_'(). with single slashes, or empty for the whole bucket",
                    re.compile(rf"({limits.S3_KEY_PATH.pattern})?"),
                    longest=limits.S3_KEY_LENGTH,
                    may_be_empty=True,
                    examples=("support/",),
                ),
                sentence="The folder of the records.",
                default="none",
                source="api: s3InputDataConfig.s3Uri",
                beside=("bucket",),
            ),
            Option(
                name="digest",
                kind=Text("64 lower-case hexadecimal digits", limits.SHA256, examples=("0123456789abcdef" * 4,)),
                sentence="SHA-256 of the records. A new digest starts a new job.",
                default="none: changed records start no job",
                source=_OURS,
                beside=("bucket",),
            ),
            Option(
                name="bucket_owner",
                kind=ACCOUNT,
                sentence="The account that owns the bucket.",
                default="the stack's account",
                source="api: s3InputDataConfig.s3BucketOwner",
                beside=("bucket",),
            ),
            Option(
                name="encryption_key",
                kind=KEY_ARN,
                sentence="The key that encrypts the records. The job's role may decrypt with it.",
                default="none",
                source="kms: key ARN",
                beside=("bucket",),
            ),
        ),
    ),
)
