"""Builds records from what a user has, and reads each file of records once for all jobs that use it alike."""

from cdk_bedrock_batch._records.asking import Asking, refuse_token
from cdk_bedrock_batch._records.folder import Folder, LocalFile, files_of
from cdk_bedrock_batch._records.given import Given, Texts
from cdk_bedrock_batch._records.openai_batch import OpenAiBatch
from cdk_bedrock_batch._records.reading import read_once
from cdk_bedrock_batch._records.source import RecordSource, at_most
from cdk_bedrock_batch._records.table import Table
from cdk_bedrock_batch._records.template import Template
from cdk_bedrock_batch._records.user_path import UserPath
from cdk_bedrock_batch._records.writer import write

__all__ = [
    "Asking",
    "Folder",
    "Given",
    "LocalFile",
    "OpenAiBatch",
    "RecordSource",
    "Table",
    "Template",
    "Texts",
    "UserPath",
    "at_most",
    "files_of",
    "read_once",
    "refuse_token",
    "write",
]
