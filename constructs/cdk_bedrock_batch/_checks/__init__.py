"""Checks of what a user wrote. They run before anything is made of it."""

from cdk_bedrock_batch._checks import model_name, options
from cdk_bedrock_batch._checks.arguments import checked
from cdk_bedrock_batch._checks.bedrock_arn import Arn
from cdk_bedrock_batch._checks.model_name import ModelKind, ModelName, check_restriction, parse
from cdk_bedrock_batch._checks.options import check_actions, check_job_arn, check_role_path
from cdk_bedrock_batch._checks.s3_key import check_account, check_key, folder_key
from cdk_bedrock_batch._checks.text import TOKEN, check_text, each_text, has_any_token, has_token, is_token

__all__ = [
    "TOKEN",
    "Arn",
    "ModelKind",
    "ModelName",
    "check_account",
    "check_actions",
    "check_job_arn",
    "check_key",
    "check_restriction",
    "check_role_path",
    "check_text",
    "checked",
    "each_text",
    "folder_key",
    "has_any_token",
    "has_token",
    "is_token",
    "model_name",
    "options",
    "parse",
]
