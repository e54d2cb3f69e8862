"""Amazon Bedrock batch inference jobs as declared AWS CDK resources."""

from bedrock_batch.cost import Ceilings, Estimate, Price
from bedrock_batch.outcome.names import RunOutcome
from cdk_bedrock_batch._nag import CdkNag2Suppressions
from cdk_bedrock_batch.dashboard import BatchDashboard
from cdk_bedrock_batch.files import JobFile, declare_job_files, read_job_files
from cdk_bedrock_batch.handler import BatchHandler
from cdk_bedrock_batch.input import JobInput
from cdk_bedrock_batch.job import ModelInvocationJob
from cdk_bedrock_batch.job_base import IModelInvocationJob
from cdk_bedrock_batch.model import BatchModel
from cdk_bedrock_batch.monitoring import Outcome, PartialRun
from cdk_bedrock_batch.options import InvocationType, JobGate, OnRemoval
from cdk_bedrock_batch.required_policy import PolicyKind, RequiredPolicy
from cdk_bedrock_batch.service_role import BatchServiceRole
from cdk_bedrock_batch.storage import BatchStorage
from cdk_bedrock_batch.summary import job_summary

__all__ = [
    "BatchDashboard",
    "BatchHandler",
    "BatchModel",
    "BatchServiceRole",
    "BatchStorage",
    "CdkNag2Suppressions",
    "Ceilings",
    "Estimate",
    "IModelInvocationJob",
    "InvocationType",
    "JobFile",
    "JobGate",
    "JobInput",
    "ModelInvocationJob",
    "OnRemoval",
    "Outcome",
    "PartialRun",
    "PolicyKind",
    "Price",
    "RequiredPolicy",
    "RunOutcome",
    "declare_job_files",
    "job_summary",
    "read_job_files",
]
