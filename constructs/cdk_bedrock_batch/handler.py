"""The function that starts, follows and stops the batch inference jobs of one stack for CloudFormation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from aws_cdk import Aws, Duration, IgnoreMode, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk_bedrock_batch import _actions, _limits
from cdk_bedrock_batch._acknowledge import acknowledge_wildcards
from cdk_bedrock_batch._text import attribute, pseudo
from cdk_bedrock_batch.service_role import BEDROCK, JOB_ARNS, ROLE_PATH

if TYPE_CHECKING:
    from collections.abc import Iterable

HANDLER_ID: Final = "BedrockBatchHandler"
_STACK_ROLES: Final = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role" + ROLE_PATH + "*"
_ENTRY: Final = "model_invocation_job.index.handler"
# Only the handler's package, so that a checkout and an installed library upload the same bytes.
_NOT_UPLOADED: Final = ("*", "!model_invocation_job", "!model_invocation_job/**", "__pycache__", "*.py[co]", ".*")


class BatchHandler(Construct):
    """One function with its role and log group; every job of a stack shares it.

    Its ids are frozen: CloudFormation does not let a live resource change its service token.
    """

    service_token: str
    """ARN of the function, for the `ServiceToken` of a job's resource."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        """Make the function; `of_stack` makes sure that a stack has one only."""
        super().__init__(scope, construct_id)
        self._model_arns: dict[str, None] = {}
        self._brought_roles: dict[str, None] = {}
        log_group = logs.LogGroup(
            self,
            "LogGroup",
            retention=logs.RetentionDays.ONE_YEAR,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self._create = iam.PolicyStatement(actions=[*_actions.CREATE_JOB], resources=[pseudo(JOB_ARNS)])
        self._pass_brought_roles = _pass_roles()
        self._policy = iam.PolicyDocument(statements=[self._create, *_constant_statements(log_group)], minimize=False)
        self._role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description="Starts, follows and stops the batch inference jobs of one stack",
            inline_policies={"Handler": self._policy},
        )
        function = lambda_.Function(
            self,
            "Function",
            description="Starts and stops Amazon Bedrock batch inference jobs for CloudFormation",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            handler=_ENTRY,
            code=lambda_.Code.from_asset(str(_asset_folder()), exclude=[*_NOT_UPLOADED], ignore_mode=IgnoreMode.GIT),
            memory_size=256,
            timeout=Duration.minutes(15),
            tracing=lambda_.Tracing.ACTIVE,
            log_group=log_group,
            # The policy is complete: CDK would put the tracing actions into a second one, as a resource of its own.
            role=self._role.without_policy_updates(),
        )
        self.service_token = attribute(self, function, "Arn", function.function_arn)
        _acknowledge_constants(self._role)

    @classmethod
    def of_stack(cls, scope: Construct) -> Self:
        """The handler of the stack that `scope` is in; made when the first job asks."""
        stack = Stack.of(scope)
        found = stack.node.try_find_child(HANDLER_ID)
        return found if isinstance(found, cls) else cls(stack, HANDLER_ID)

    def allow_models(self, model_arns: Iterable[str]) -> None:
        """Let the handler start jobs for models and inference profiles; `${AWS::...}` stands for a pseudo parameter.

        :raises ValueError: the stack's jobs use more of them than the handler's policy has room for.
        """
        new = [arn for arn in model_arns if arn not in self._model_arns]
        if not new:
            return
        self._model_arns.update(dict.fromkeys(new))
        if len(self._model_arns) > _limits.HANDLER_MODEL_ARNS:
            raise ValueError(
                f"the jobs of one stack may use {_limits.HANDLER_MODEL_ARNS} model and inference profile ARNs "
                f"together, got {len(self._model_arns)}; put some of the jobs into another stack"
            )
        self._create.add_resources(*map(pseudo, new))
        acknowledge_wildcards(
            self._role, dict.fromkeys(map(pseudo, new), "A geographic profile routes to any of its Regions")
        )

    def allow_role(self, role_arn: str) -> None:
        """Let the handler pass a service role that a user has brought to Amazon Bedrock, and to no other service.

        :raises ValueError: the stack's jobs bring more roles than the handler's policy has room for.
        """
        if role_arn in self._brought_roles:
            return
        self._brought_roles[role_arn] = None
        if len(self._brought_roles) > _limits.HANDLER_BROUGHT_ROLES:
            raise ValueError(
                f"the jobs of one stack may bring {_limits.HANDLER_BROUGHT_ROLES} service roles together, "
                f"got {len(self._brought_roles)}; put some of the jobs into another stack"
            )
        if len(self._brought_roles) == 1:
            self._policy.add_statements(self._pass_brought_roles)
        self._pass_brought_roles.add_resources(role_arn)


def _constant_statements(log_group: logs.ILogGroup) -> list[iam.PolicyStatement]:
    return [
        iam.PolicyStatement(actions=[*_actions.MANAGE_JOB], resources=[pseudo(JOB_ARNS)]),
        # Neither ListModelInvocationJobs nor the X-Ray actions know resources.
        iam.PolicyStatement(actions=[*_actions.LIST_JOBS, *_actions.WRITE_TRACES], resources=["*"]),
        iam.PolicyStatement(actions=[*_actions.DESCRIBE_STACK], resources=[Aws.STACK_ID]),
        iam.PolicyStatement(actions=[*_actions.WRITE_LOGS], resources=[log_group.log_group_arn]),
        _pass_roles(pseudo(_STACK_ROLES)),
    ]


def _pass_roles(*role_arns: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=[*_actions.PASS_ROLE],
        resources=[*role_arns],
        conditions={"StringEquals": {"iam:PassedToService": BEDROCK}},
    )


def _acknowledge_constants(role: iam.Role) -> None:
    acknowledge_wildcards(
        role,
        {
            pseudo(JOB_ARNS): "A job's id is known only after it was started",
            pseudo(
                _STACK_ROLES
            ): "The roles that this stack makes; one statement for each would not fit beyond 47 jobs",
            "*": "Listing jobs and writing traces know no resources",
        },
    )


def _asset_folder() -> Path:
    package = Path(__file__).resolve().parent
    installed = package / "_lambda"
    return installed if installed.is_dir() else package.parents[1] / "lambda"
