"""The accounts in which the stacks of an app are, as the CDK CLI looks into them."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from bedrock_batch.cli.aws import Aws, refusals
from bedrock_batch.cli.failure import Exit, Failure
from bedrock_batch.plan.stack import DeclaredStack

_SESSION_NAME: Final = "bedrock-batch-plan"


@dataclass
class Accounts:
    """Gives the clients for each stack.

    They have the rights of the lookup role of the CDK's bootstrap stack, if the caller may assume it. Otherwise they
    have those of the caller.
    """

    aws: Aws
    _known: dict[tuple[str, str, str], Aws] = field(default_factory=dict)

    def of(self, stack: DeclaredStack) -> Aws:
        """AWS as it is for a stack.

        :raises Failure: the stack is in another account than the caller, and its lookup role cannot be assumed.
        """
        region = stack.region or self.aws.region_name
        key = (stack.account or "", stack.lookup_role or "", region)
        if key not in self._known:
            self._known[key] = self._made(stack, region)
        return self._known[key]

    @cached_property
    def caller(self) -> dict[str, str]:
        """`Account` and `Arn` of the caller.

        :raises Failure: there are no credentials, or AWS does not take them.
        """
        with refusals("ask AWS whose credentials these are"):
            try:
                found: dict[str, str] = self.aws.client("sts").get_caller_identity()
            except NoCredentialsError:
                raise Failure(
                    "there are no AWS credentials, without which deployed stacks cannot be read; to plan without an "
                    "account, name what to compare with, such as --base origin/main",
                    Exit.AWS,
                ) from None
        return found

    def _made(self, stack: DeclaredStack, region: str) -> Aws:
        caller = self.caller
        account = stack.account or caller["Account"]
        here = replace(self.aws, region=region)
        credentials = None
        if stack.lookup_role is not None:
            partition = caller["Arn"].split(":")[1]
            values = {"AWS::Partition": partition, "AWS::AccountId": account, "AWS::Region": region}
            role = stack.lookup_role
            for name, value in values.items():
                role = role.replace(f"${{{name}}}", value)
            credentials = _assumed(here, role)
        if credentials is not None:
            return replace(here, credentials=credentials)
        if account != caller["Account"]:
            raise Failure(
                f"the stack {stack.name} is in the account {account}, the credentials are of {caller['Account']}, and "
                "they may not assume the lookup role of its bootstrap stack; name the stacks to plan",
                Exit.AWS,
            )
        return here


def _assumed(aws: Aws, role: str) -> dict[str, str] | None:
    """The credentials of a role, None if it is not there or the caller may not assume it."""
    try:
        given = aws.client("sts").assume_role(RoleArn=role, RoleSessionName=_SESSION_NAME)["Credentials"]
    except (ClientError, BotoCoreError, KeyError):
        return None
    return {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }
