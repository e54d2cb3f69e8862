"""Where a batch inference job's records come from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedrock_batch import limits
from bedrock_batch.findings import Findings
from bedrock_batch.places import object_name
from bedrock_batch.records import check_file, check_file_name, read_records
from cdk_bedrock_batch._checks import TOKEN, check_account, check_key, check_text, checked, folder_key, is_token
from cdk_bedrock_batch._input import BoundInput, assembly, drop_staged, new_asset, upload, with_suffix
from cdk_bedrock_batch._records import (
    Asking,
    Folder,
    Given,
    LocalFile,
    OpenAiBatch,
    RecordSource,
    Table,
    Template,
    Texts,
    UserPath,
    at_most,
    files_of,
    read_once,
    refuse_token,
    write,
)
from cdk_bedrock_batch._template import EncryptionKey, S3Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aws_cdk import Size
    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_s3 as s3
    from constructs import Construct

    from bedrock_batch.families import Family
    from cdk_bedrock_batch._template import StackView
    from cdk_bedrock_batch.storage import BatchStorage


class JobInput(ABC):
    """The records of a batch inference job. Several jobs can share it.

    `from_file`, `from_folder` and `from_bucket` take records that are ready. The other methods build them: the bodies
    have the form of the job's model and invocation type. What is built is written into the folder of the assembly,
    and then used as a file of `from_file` is.

    Example::

        bucket = s3.Bucket.from_bucket_name(stack, "Records", "my-records")
        source = JobInput.from_bucket(bucket, prefix="2026-11-26")
    """

    @staticmethod
    @checked
    def from_file(
        path: str | Path,
        *,
        max_records: int = limits.MAXIMUM_RECORDS,
        max_size: Size | None = None,
    ) -> JobInput:
        """Read the records from a local JSONL file.

        `cdk deploy` uploads it. Before the job starts, the file is copied inside S3 into the job's folder of the input
        bucket, `<folder>/<16 digits of the digest>/<file name>.jsonl`, and encrypted with the storage's key. The job
        reads the copy. Characters of the name that `s3Uri` does not allow become `_`.

        Each job that uses the file reads and checks it when it is declared, since the checks depend on its model: see
        `records.read_records`. New records start a new job. The same records under another name or with other line
        ends do not.

        :param path: relative paths start from the current directory.
        :param max_records: quota "Records per batch inference job" of the account, if AWS has raised it. Default:
            100,000.
        :param max_size: quota "Batch inference input file size" of the account, if AWS has raised it. At most 5 GiB,
            which is the limit of a copy in Amazon S3. Default: 1 GiB.
        :raises ValueError: there is no such file, or it is larger than `max_size` or compressed. A job that uses it
            raises ValueError for faults of the records: the error names file, line, member and reason.
        """
        max_bytes = _max_bytes(max_size)
        file = UserPath.of(path)
        check_file(file.path, max_bytes, shown_as=file.name)
        return _FileInput(file, max_records, max_bytes)

    @staticmethod
    @checked
    def from_folder(
        path: str | Path,
        *,
        max_records: int = limits.MAXIMUM_RECORDS,
        max_size: Size | None = None,
    ) -> JobInput:
        """Read the records from the `.jsonl` files of a local folder: 1 to 100 files, with nothing else beside them.

        Each file is checked and used as that of `from_file`. They are copied into one folder, which the job reads. The
        output has a file for each. Other names, like other records, start a new job. Hidden files do not count.

        :param path: relative paths start from the current directory.
        :param max_records: of all files; as in `from_file`.
        :param max_size: of each file; as in `from_file`.
        :raises ValueError: the folder holds something else, or a file is too large. A job that uses it raises
            ValueError if a file has a fault, all files have too few or too many records, or two records have the same
            id.
        """
        folder, max_bytes = UserPath.of(path), _max_bytes(max_size)
        for each in files_of(folder):
            check_file(each.path, max_bytes, shown_as=each.name)
        return _FolderInput(folder, max_records, max_bytes)

    @staticmethod
    @checked
    def from_records(
        records: Iterable[Mapping[str, object]],
        *,
        max_records: int = limits.MAXIMUM_RECORDS,
        max_size: Size | None = None,
    ) -> JobInput:
        """Use records that a program makes.

        Each is `{"recordId": "...", "modelInput": {...}}` of JSON values, as a line of a file. They are read now,
        once, and kept in memory. A job checks the bodies, since that depends on its model. Equal records in the same
        order, with their keys in the same order, are the same run: do not make them of what differs from synthesis to
        synthesis, such as the time. A set is refused, since its order is another one in each process.

        :param max_records: as in `from_file`.
        :param max_size: as in `from_file`.
        :raises ValueError: the text has position and reason of the first ten kinds of faults.
        """
        return _BuiltInput(Given.of(records, max_records), _max_bytes(max_size))

    @staticmethod
    @checked
    def from_prompts(
        texts: Iterable[str],
        *,
        system: str | None = None,
        max_tokens: int | None = None,
        temperature: float | None = None,
        answer_schema: Mapping[str, object] | None = None,
        max_records: int = limits.MAXIMUM_RECORDS,
        max_size: Size | None = None,
    ) -> JobInput:
        """Ask the model each of these texts.

        The record ids are made of the positions: `record-000001`, `record-000002` and so on. A text may hold anything
        but tokens. A set is refused, since its order is another one in each process.

        :param system: the system text of each record. Default: none.
        :param max_tokens: tokens that an answer may have. Default: the model's own; 1,024 for Anthropic Claude.
        :param temperature: from 0. Default: the model's own.
        :param answer_schema: JSON Schema of each answer, for models with structured output. Default: any text.
        :param max_records: as in `from_file`.
        :param max_size: as in `from_file`.
        :raises ValueError: a text is empty, a value is out of range, the schema has what structured output does not
            take, or there are too few or too many texts. The job raises it if its model has no such records.
        """
        asking = Asking.of(system=system, max_tokens=max_tokens, temperature=temperature, answer_schema=answer_schema)
        source = Texts(tuple(at_most(texts, max_records)), asking, max_records)
        source.refuse_tokens()
        return built(source, max_size)

    @staticmethod
    @checked
    def from_table(
        path: str | Path,
        *,
        prompt: str,
        system: str | None = None,
        max_tokens: int | None = None,
        temperature: float | None = None,
        answer_schema: Mapping[str, object] | None = None,
        id_column: str | None = None,
        max_records: int = limits.MAXIMUM_RECORDS,
        max_size: Size | None = None,
    ) -> JobInput:
        """Ask the model a text for each row of a table.

        The table is a `.csv` file whose first line names the columns, or a `.jsonl` file with an object a line; both in
        UTF-8. A change of a column that is not in the text starts no job. All columns of the table come to lie beside
        the output, in `run/<jobName>.columns.jsonl`: `{"recordId": "...", "columns": {...}}` for each record.

        :param path: relative paths start from the current directory.
        :param prompt: the text, with `{column}` for the value of a column. `{{` and `}}` are braces. A value of a JSONL
            file that is not a string is written as JSON, a number in its shortest form: 1.50 as 1.5.
        :param system: the system text of each record, as it is. Default: none.
        :param max_tokens: as in `from_prompts`.
        :param temperature: as in `from_prompts`.
        :param answer_schema: as in `from_prompts`.
        :param id_column: the column with the record ids, no two of them the same. Default: ids as in `from_prompts`.
        :param max_records: as in `from_file`.
        :param max_size: as in `from_file`, for the records that are built.
        :raises ValueError: the table cannot be read, a column does not exist, a cell that is needed is empty, or as
            `from_prompts`. The text has file, line and reason of the first ten kinds of faults, and no cell. It shows
            the first line of a CSV file if that looks like names.
        """
        asking = Asking.of(system=system, max_tokens=max_tokens, temperature=temperature, answer_schema=answer_schema)
        refuse_token("prompt", prompt)
        return built(Table(UserPath.of(path), Template.parse(prompt), asking, id_column, max_records), max_size)

    @staticmethod
    @checked
    def from_openai_batch(
        path: str | Path,
        *,
        max_records: int = limits.MAXIMUM_RECORDS,
        max_size: Size | None = None,
    ) -> JobInput:
        """Use a file of OpenAI's batch API: lines `{"custom_id", "method", "url", "body"}`.

        `custom_id` becomes `recordId`. The body of `/v1/chat/completions` or `/v1/embeddings` is translated into the
        form of the job's model and invocation type. A model that has the form of chat completions itself gets it as it
        is. `model` is left out, since the job names it, and so are members that change no answer, such as `user`.

        :param path: relative paths start from the current directory.
        :param max_records: as in `from_file`.
        :param max_size: as in `from_file`, for the records that are built.
        :raises ValueError: it is no such file, or its lines have different models. The job raises it for what its model
            cannot be asked, such as `n` above 1, tools with Converse, or an image in the web. The text has file, line,
            member and reason of the first ten kinds of faults.
        """
        return built(OpenAiBatch(UserPath.of(path), max_records), max_size)

    @staticmethod
    @checked
    def from_bucket(
        bucket: s3.IBucket,
        *,
        key: str | None = None,
        prefix: str | None = None,
        digest: str | None = None,
        bucket_owner: str | None = None,
        encryption_key: kms.IKey | None = None,
    ) -> JobInput:
        """Use records that are in S3 when the job starts: one `.jsonl` object, or all of them in a folder.

        The service checks them some minutes after the job has started, so faults appear as a failed job. A bucket of
        another account needs a bucket policy that allows the job's service role, and its key needs such a key policy:
        see `ModelInvocationJob.required_policies`.

        :param bucket: in the stack's Region.
        :param key: the object to read. Give either `key` or `prefix`.
        :param prefix: the folder to read, with all folders in it. The empty text is the whole bucket. Models that read
            media from S3 need the folder that also has the media.
        :param digest: SHA-256 of the records in lower-case hexadecimal digits. A new digest starts a new job for
            changed records in the same place. Default: none. Then changed records start no job, but a new `run_id`
            does.
        :param bucket_owner: 12-digit id of the account that owns the bucket. Default: the account that the bucket
            construct names. For a bucket that is imported by name, that is the stack's account.
        :param encryption_key: the key that encrypts the records. The job's role may then decrypt with it. Default: the
            key that the bucket construct knows, if any.
        :raises ValueError: both or neither of `key` and `prefix` are given, or CreateModelInvocationJob would not
            accept a value.
        """
        if (key is None) is (prefix is None):
            raise ValueError('from_bucket needs exactly one of key and prefix; prefix="" is the whole bucket')
        if key is not None and not is_token(key):
            check_key("key", key)
            check_file_name(TOKEN.sub("x", key), key)
        if digest is not None:
            check_text("digest", digest, limits.SHA256, "64 lower-case hexadecimal digits")
        if bucket_owner is not None:
            check_account("bucket_owner", bucket_owner)
        location = S3Location.in_bucket(
            bucket,
            key=folder_key("prefix", prefix or "") if key is None else key,
            bucket_owner=bucket_owner,
            encryption_key=None if encryption_key is None else EncryptionKey.of(encryption_key),
        )
        return _BucketInput(bucket, location, digest)

    @abstractmethod
    def _bind(
        self, scope: Construct, view: StackView, storage: BatchStorage, folder: str, family: Family | None
    ) -> BoundInput:
        """Make the input available to a job. Called by `ModelInvocationJob`.

        :param scope: the job.
        :param view: the stack of the job.
        :param storage: the storage of the job.
        :param folder: the folder of the job in the input bucket, with a final slash.
        :param family: the family of the job's model; None if it is not known.
        """


@dataclass(frozen=True, slots=True)
class _FileInput(JobInput):
    path: UserPath
    max_records: int
    max_bytes: int

    def _bind(
        self, scope: Construct, view: StackView, storage: BatchStorage, folder: str, family: Family | None
    ) -> BoundInput:
        path = self.path.path
        content, stamp = read_once(
            path, family, shown_as=self.path.name, max_records=self.max_records, max_bytes=self.max_bytes
        )
        file = LocalFile(with_suffix(scope, path, content.sha256), object_name(path.name), content, stamp)
        bound = upload(scope, view, storage, folder, [file])
        if file.path != path:
            drop_staged(scope, file.path)
        return bound


@dataclass(frozen=True, slots=True)
class _BuiltInput(JobInput):
    source: RecordSource[Any]
    max_bytes: int

    def _bind(
        self, scope: Construct, view: StackView, storage: BatchStorage, folder: str, family: Family | None
    ) -> BoundInput:
        name = self.source.name
        doubts = Findings(name)
        path = write(self.source.lines(family, doubts), assembly(scope), name=name, max_bytes=self.max_bytes)
        content = read_records(
            path, sized_as=family, shown_as=name, max_records=self.source.max_records, max_bytes=self.max_bytes
        )
        content = replace(content, warnings=(*content.warnings, *doubts.told()))
        bound = upload(scope, view, storage, folder, [LocalFile(path, self.source.file_name, content)])
        drop_staged(scope, path)
        return replace(bound, columns=self._uploaded_columns(scope, view))

    def _uploaded_columns(self, scope: Construct, view: StackView) -> S3Location | None:
        columns = self.source.columns()
        if columns is None:
            return None
        path = write(columns, assembly(scope), name=self.source.name, max_bytes=limits.MAXIMUM_COPY_BYTES)
        columns_asset = new_asset(scope, "Columns", path, path.stem)
        drop_staged(scope, path)
        return S3Location.of_asset(view, columns_asset)


@dataclass(frozen=True, slots=True)
class _FolderInput(JobInput):
    path: UserPath
    max_records: int
    max_bytes: int

    def _bind(
        self, scope: Construct, view: StackView, storage: BatchStorage, folder: str, family: Family | None
    ) -> BoundInput:
        content = Folder.read(self.path, family, max_records=self.max_records, max_bytes=self.max_bytes)
        return upload(scope, view, storage, folder, content.files, folder_digest=content.digest)


def built(source: RecordSource[Any], max_size: Size | None = None) -> JobInput:
    """An input whose records are built.

    :raises ValueError: the source has a fault that does not depend on the model.
    """
    max_bytes = _max_bytes(max_size)
    source.check()
    return _BuiltInput(source, max_bytes)


def _max_bytes(max_size: Size | None) -> int:
    max_bytes = limits.MAXIMUM_INPUT_BYTES if max_size is None else int(max_size.to_bytes())
    if max_size is not None and max_bytes > limits.MAXIMUM_COPY_BYTES:
        raise ValueError(
            f"max_size must be at most 5 GiB, which is what Amazon S3 copies at once, got {max_size.to_human_string()}"
        )
    return max_bytes


@dataclass(frozen=True, slots=True)
class _BucketInput(JobInput):
    bucket: s3.IBucket
    location: S3Location
    digest: str | None

    def _bind(
        self,
        scope: Construct,  # noqa: ARG002 - it is read in place
        view: StackView,  # noqa: ARG002 - as scope
        storage: BatchStorage,
        folder: str,  # noqa: ARG002 - as scope
        family: Family | None,  # noqa: ARG002 - Amazon Bedrock checks the records
    ) -> BoundInput:
        location = self.location
        if location.encryption_key is None and self.bucket is storage.input_bucket:
            location = storage._input_location(location.key)
        return BoundInput(location=location, reads=location, revision=self.digest, dependencies=(self.bucket,))
