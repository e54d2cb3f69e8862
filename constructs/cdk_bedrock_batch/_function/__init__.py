"""What a stack has once: the function, its role, its policy and its code."""

from cdk_bedrock_batch._function.function import code_of, new_function
from cdk_bedrock_batch._function.job_names import DistinctJobNames, end_of, name_part, stack_part
from cdk_bedrock_batch._function.network import function_network
from cdk_bedrock_batch._function.role import FunctionRole
from cdk_bedrock_batch._function.template_room import TemplateRoom

__all__ = [
    "DistinctJobNames",
    "FunctionRole",
    "TemplateRoom",
    "code_of",
    "end_of",
    "function_network",
    "name_part",
    "new_function",
    "stack_part",
]
