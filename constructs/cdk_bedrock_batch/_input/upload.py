"""Uploads local files of records, and tells where a job reads their copies."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from aws_cdk import AssetHashType, Stage, Validations
from aws_cdk import aws_s3_assets as s3_assets

from bedrock_batch import limits
from bedrock_batch.cost import InputSize
from cdk_bedrock_batch._input.bound import BoundInput, InputFile
from cdk_bedrock_batch._template import S3Location

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs import Construct

    from cdk_bedrock_batch._records import LocalFile
    from cdk_bedrock_batch._template import StackView
    from cdk_bedrock_batch.storage import BatchStorage

# Hexadecimal digits of the digest in the key of a copy: enough to tell the inputs of one job apart.
_DIGITS: Final = 16
# The context key with which CDK copies no asset into the assembly: `aws-cdk-lib/cx-api`.
_NOT_STAGED: Final = "aws:cdk:disable-asset-staging"


def upload(
    scope: Construct,
    view: StackView,
    storage: BatchStorage,
    folder: str,
    files: Sequence[LocalFile],
    *,
    folder_digest: str | None = None,
) -> BoundInput:
    """Local files as the input of a job.

    :param files: their paths end with `.jsonl`.
    :param folder_digest: the job reads the folder of the files. Default: it reads the one file.
    """
    warnings = [each for file in files for each in file.content.warnings]
    if warnings:
        Validations.of(scope).add_warning("cdk-bedrock-batch:records", "\n".join(warnings))
    # One hash for the run and for the uploaded file. The file is needed until the deployment has copied it.
    digest = folder_digest or files[0].content.sha256
    assets = [
        new_asset(scope, f"Input{number or ''}", file.path, file.content.sha256) for number, file in enumerate(files)
    ]
    for file in files:
        if file.stamp is not None:
            file.stamp.check_unchanged()
    return BoundInput(
        location=storage._input_location(f"{folder}{digest[:_DIGITS]}/{'' if folder_digest else files[0].name}"),
        reads=storage._input_location(folder),
        files=tuple(
            InputFile(S3Location.of_asset(view, asset), file.name) for asset, file in zip(assets, files, strict=True)
        ),
        records=sum(file.content.records for file in files),
        size=sum((file.content.size for file in files), InputSize()),
        digest=digest,
        dependencies=(storage.input_bucket,),
    )


def new_asset(scope: Construct, construct_id: str, path: Path, digest: str) -> s3_assets.Asset:
    """A file that `cdk deploy` uploads under its digest."""
    return s3_assets.Asset(
        scope,
        construct_id,
        path=str(path),
        asset_hash=digest,
        asset_hash_type=AssetHashType.CUSTOM,
        deploy_time=True,
    )


def drop_staged(scope: Construct, path: Path) -> None:
    """Remove a file that this library has written into the assembly, once an asset is made of it: CDK has a copy there.

    Without staging, CDK uploads the file itself.
    """
    if not scope.node.try_get_context(_NOT_STAGED):
        path.unlink()


def assembly(scope: Construct) -> Path:
    """The folder of the assembly, which `cdk deploy` reads."""
    return Path(cast("Stage", Stage.of(scope)).outdir).absolute()


def with_suffix(scope: Construct, path: Path, digest: str) -> Path:
    """The path of the file, ending with `.jsonl`: the uploaded object's key ends like the path."""
    if path.suffix == limits.INPUT_SUFFIX:
        return path
    linked = assembly(scope) / f"{digest}{limits.INPUT_SUFFIX}"
    linked.unlink(missing_ok=True)
    try:
        linked.symlink_to(path)
    except OSError:
        # On Windows only some users may make links.
        shutil.copyfile(path, linked)
    return linked
