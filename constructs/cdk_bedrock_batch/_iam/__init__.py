"""IAM: the statements of roles, and what the policies of other accounts and stacks must say."""

from cdk_bedrock_batch._iam import actions, grants
from cdk_bedrock_batch._iam.arns import (
    BEDROCK,
    DEFAULT_BUS,
    HANDLER_ROLE_PATH,
    JOB_ARNS,
    OUTCOME_ROLE_PATH,
    ROLE_FOLDER,
    role_arns,
)
from cdk_bedrock_batch._iam.handler_access import HandlerAccess
from cdk_bedrock_batch._iam.job_access import JobAccess
from cdk_bedrock_batch._iam.merged_policy import MergedPolicy
from cdk_bedrock_batch._iam.network import JobNetwork, check_network, ec2_arn, network_of, subnet_ids
from cdk_bedrock_batch._iam.outcome_access import OutcomeAccess
from cdk_bedrock_batch._iam.policy_report import is_reported, makes_no_roles, report, reportable
from cdk_bedrock_batch._iam.policy_size import check_inline_policy
from cdk_bedrock_batch._iam.principal import RolePrincipal
from cdk_bedrock_batch._iam.service_role import new_service_role, trust_statement
from cdk_bedrock_batch._iam.statement import Conditions, Statement, actions_of, allow, resources_of

__all__ = [
    "BEDROCK",
    "DEFAULT_BUS",
    "HANDLER_ROLE_PATH",
    "JOB_ARNS",
    "OUTCOME_ROLE_PATH",
    "ROLE_FOLDER",
    "Conditions",
    "HandlerAccess",
    "JobAccess",
    "JobNetwork",
    "MergedPolicy",
    "OutcomeAccess",
    "RolePrincipal",
    "Statement",
    "actions",
    "actions_of",
    "allow",
    "check_inline_policy",
    "check_network",
    "ec2_arn",
    "grants",
    "is_reported",
    "makes_no_roles",
    "network_of",
    "new_service_role",
    "report",
    "reportable",
    "resources_of",
    "role_arns",
    "subnet_ids",
    "trust_statement",
]
