"""Pseudo parameters, for texts that must mean the same in any stack; asked of CDK once a process."""

from functools import cache
from typing import Final

from aws_cdk import Aws, Fn

ACCOUNT: Final = Aws.ACCOUNT_ID
PARTITION: Final = Aws.PARTITION
REGION: Final = Aws.REGION
STACK_ID: Final = Aws.STACK_ID
URL_SUFFIX: Final = Aws.URL_SUFFIX


@cache
def substituted(text: str) -> str:
    """A text in which `${AWS::Region}` and the like stand for pseudo parameters.

    As one Fn::Sub: hundreds of jobs repeat such texts, and an Fn::Join is up to twice as long. The same text gives the
    same token.
    """
    return Fn.sub(text)
