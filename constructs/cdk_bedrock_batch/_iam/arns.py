"""ARN patterns, paths and principals that more than one policy names."""

from typing import Final

from cdk_bedrock_batch._template import pseudo

BEDROCK: Final = "bedrock.amazonaws.com"
JOB_ARNS: Final = f"arn:{pseudo.PARTITION}:bedrock:{pseudo.REGION}:{pseudo.ACCOUNT}:model-invocation-job/*"
# IAM is global: the Region keeps two deployments of one stack name apart, the stack name keeps the handler of one from
# passing the roles of another.
ROLE_FOLDER: Final = f"cdk-bedrock-batch/{pseudo.REGION}/{pseudo.STACK_NAME}/"
# Apart from the roles that the handler may pass.
HANDLER_ROLE_PATH: Final = f"/cdk-bedrock-batch-handler/{pseudo.REGION}/{pseudo.STACK_NAME}/"


def role_arns(path: str) -> str:
    """The pattern of the roles under an IAM path, which starts and ends with a slash."""
    return f"arn:{pseudo.PARTITION}:iam::{pseudo.ACCOUNT}:role{path}*"
