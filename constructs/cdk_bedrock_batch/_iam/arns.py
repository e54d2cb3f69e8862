"""ARN patterns, paths and principals that more than one policy names; `${AWS::...}` stands for a pseudo parameter."""

from typing import Final

from cdk_bedrock_batch._template import pseudo

BEDROCK: Final = "bedrock.amazonaws.com"
JOB_ARNS_PATTERN: Final = "arn:${AWS::Partition}:bedrock:${AWS::Region}:${AWS::AccountId}:model-invocation-job/*"
JOB_ARNS: Final = pseudo.substituted(JOB_ARNS_PATTERN)
# IAM is global: the Region keeps two deployments of one stack name apart, the stack name keeps the handler of one from
# passing the roles of another.
ROLE_FOLDER: Final = "cdk-bedrock-batch/${AWS::Region}/${AWS::StackName}/"
# Apart from the roles that the handler may pass.
HANDLER_ROLE_PATH: Final = "/cdk-bedrock-batch-handler/${AWS::Region}/${AWS::StackName}/"
OUTCOME_ROLE_PATH: Final = "/cdk-bedrock-batch-outcomes/${AWS::Region}/${AWS::StackName}/"
DEFAULT_BUS: Final = pseudo.substituted(
    "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default"
)


def role_arns(path: str) -> str:
    """The pattern of the roles under an IAM path, which starts and ends with a slash."""
    return pseudo.substituted(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role{path}*")
