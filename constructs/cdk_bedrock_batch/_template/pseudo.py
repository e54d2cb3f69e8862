"""Pseudo parameters as tokens, for texts that must mean the same in any stack; asked of CDK once a process."""

from typing import Final

from aws_cdk import Aws

ACCOUNT: Final = Aws.ACCOUNT_ID
PARTITION: Final = Aws.PARTITION
REGION: Final = Aws.REGION
STACK_ID: Final = Aws.STACK_ID
STACK_NAME: Final = Aws.STACK_NAME
URL_SUFFIX: Final = Aws.URL_SUFFIX
