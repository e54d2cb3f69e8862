"""The function that starts, follows and stops the batch inference jobs of one stack for CloudFormation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from aws_cdk import Aws, Duration, IgnoreMode, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk_bedrock_batch import _actions, _findings, _limits
from cdk_bedrock_batch._acknowledge import acknowledge, acknowledge_wildcards
from cdk_bedrock_batch._arns import BEDROCK, HANDLER_ROLE_PATH, JOB_ARNS, ROLE_FOLDER, role_arns
from cdk_bedrock_batch._job_name import DistinctJobNames
from cdk_bedrock_batch._merged_policy import MergedPolicy
from cdk_bedrock_batch._policy_report import is_made_elsewhere
from cdk_bedrock_batch._policy_size import check_inline_policy
from cdk_bedrock_batch._principal import RolePrincipal
from cdk_bedrock_batch._text import attribute, pseudo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from aws_cdk import CfnResource

    from cdk_bedrock_batch._handler_access import HandlerAccess
    from cdk_bedrock_batch.required_policy import RequiredPolicy

HANDLER_ID: Final = "BedrockBatchHandler"
_REASONS: Final = _findings.HANDLER_WILDCARDS
_MAX_EVENT_AGE: Final = Duration.seconds(960)
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
        self._allowed: set[str] = set()
        self._accesses: dict[HandlerAccess, tuple[RequiredPolicy, ...]] = {}
        self._resources = 0
        self._jobs: list[CfnResource] = []
        self.node.add_validation(DistinctJobNames(self._jobs))
        log_group = logs.LogGroup(
            self,
            "LogGroup",
            retention=logs.RetentionDays.ONE_YEAR,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self._policy = MergedPolicy(self)
        self._role = iam.Role(
            self,
            "Role",
            path=pseudo(HANDLER_ROLE_PATH),
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description="Starts, follows and stops the batch inference jobs of one stack",
            inline_policies={"Handler": self._policy.document},
        )
        self._policy.is_of(self._role)
        self._policy.add(_constant_statements(log_group))
        function = lambda_.Function(
            self,
            "Function",
            description="Starts and stops Amazon Bedrock batch inference jobs for CloudFormation",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            handler=_ENTRY,
            # The one stack whose events it serves, and the domain in which CloudFormation takes its answers.
            environment={"STACK_ID": Aws.STACK_ID, "URL_SUFFIX": Aws.URL_SUFFIX},
            code=lambda_.Code.from_asset(str(_asset_folder()), exclude=[*_NOT_UPLOADED], ignore_mode=IgnoreMode.GIT),
            memory_size=256,
            timeout=Duration.minutes(15),
            tracing=lambda_.Tracing.ACTIVE,
            # CloudFormation has given up by then: an event that waited longer would only start what nobody wants.
            max_event_age=_MAX_EVENT_AGE,
            retry_attempts=2,
            log_group=log_group,
            # The policy is complete: CDK would put the tracing actions into a second one, as a resource of its own.
            role=self._role.without_policy_updates(),
        )
        self.service_token = attribute(self, function, "Arn", function.function_arn)
        _acknowledge_constants(self._role)
        acknowledge(self._role, _findings.HANDLER_ROLE)
        acknowledge(function, _findings.HANDLER_FUNCTION)
        # What CDK makes of max_event_age and retry_attempts.
        acknowledge(function.node.find_child("EventInvokeConfig"), _findings.HANDLER_INVOKE_CONFIG)
        acknowledge(log_group, _findings.HANDLER_LOG_GROUP)

    @classmethod
    def of_stack(cls, scope: Construct) -> Self:
        """The handler of the stack that `scope` is in; made when the first job asks."""
        stack = Stack.of(scope)
        found = stack.node.try_find_child(HANDLER_ID)
        return found if isinstance(found, cls) else cls(stack, HANDLER_ID)

    def count_resources(self, resources: int) -> None:
        """Keep count of what the jobs take of the stack's resources.

        :raises ValueError: there is no room for as many.
        """
        self._resources += resources
        if self._resources > _limits.JOB_RESOURCES:
            raise ValueError(
                f"the jobs of one stack may take {_limits.JOB_RESOURCES} of its {_limits.STACK_RESOURCES} resources, "
                f"which is {_limits.JOB_RESOURCES // 2} jobs with a service role each; put some of the jobs into "
                "another stack, or let them share a BatchServiceRole"
            )

    def check_name(self, job: CfnResource) -> None:
        """Let the synthesis fail if another job of the stack has the same part in its name."""
        self._jobs.append(job)

    def allow_models(self, model_arns: Iterable[str]) -> None:
        """Let the handler start jobs for models and inference profiles.

        :raises ValueError: the stack's jobs use more of them than the handler's policy has room for.
        """
        self._allow(_create_statement, model_arns, _REASONS["models"])

    def allow_roles_under(self, role_path: str) -> None:
        """Let the handler pass the service roles that its stack makes under an IAM path to Amazon Bedrock.

        One pattern for all: a statement or an ARN for each role would not fit beyond 47 jobs.

        :raises ValueError: the handler's policy has no room for another path.
        """
        self._allow(_pass_statement, [pseudo(role_arns(role_path + ROLE_FOLDER))], _REASONS["roles"])

    def allow_role(self, role_arn: str) -> None:
        """Let the handler pass a service role that a user has brought to Amazon Bedrock, and to no other service.

        :raises ValueError: the stack's jobs bring more roles than the handler's policy has room for.
        """
        self._allow(_pass_statement, [role_arn], "")

    def allow_objects(self, access: HandlerAccess) -> tuple[RequiredPolicy, ...]:
        """Let the handler copy the prompts of a job and write down its runs.

        :return: the policies of buckets and keys that cannot be written from here.
        :raises ValueError: the stack's jobs have more places than the handler's policy has room for.
        """
        if access not in self._accesses:
            principal = (
                RolePrincipal.of_role(self, self._role)
                if is_made_elsewhere(self._role)
                else RolePrincipal.under_path(self, HANDLER_ROLE_PATH)
            )
            self._add(access.statements(self), _REASONS["objects"])
            self._accesses[access] = tuple(access.open_to(self, principal))
        return self._accesses[access]

    def _allow(
        self, statement: Callable[[Sequence[str]], iam.PolicyStatement], arns: Iterable[str], reason: str
    ) -> None:
        resources = [arn for arn in arns if arn not in self._allowed]
        if resources:
            self._allowed.update(resources)
            self._add([statement(resources)], reason)

    def _add(self, statements: Sequence[iam.PolicyStatement], reason: str) -> None:
        new = self._policy.add(statements)
        if not new:
            return
        check_inline_policy(
            self,
            "the function that starts the jobs of a stack",
            self._policy.statements,
            "put some of the jobs into another stack, let them share models and service roles, or leave output_prefix "
            "out",
        )
        acknowledge_wildcards(self._role, dict.fromkeys(new, reason))


def _create_statement(resources: Sequence[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=[*_actions.CREATE_JOB], resources=[*resources])


def _pass_statement(resources: Sequence[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=[*_actions.PASS_ROLE],
        resources=[*resources],
        conditions={"StringEquals": {"iam:PassedToService": BEDROCK}},
    )


def _constant_statements(log_group: logs.ILogGroup) -> list[iam.PolicyStatement]:
    return [
        _create_statement([pseudo(JOB_ARNS)]),
        iam.PolicyStatement(actions=[*_actions.MANAGE_JOB], resources=[pseudo(JOB_ARNS)]),
        # Neither ListModelInvocationJobs nor the X-Ray actions know resources.
        iam.PolicyStatement(actions=[*_actions.LIST_JOBS, *_actions.WRITE_TRACES], resources=["*"]),
        iam.PolicyStatement(actions=[*_actions.DESCRIBE_STACK], resources=[Aws.STACK_ID]),
        iam.PolicyStatement(actions=[*_actions.WRITE_LOGS], resources=[log_group.log_group_arn]),
    ]


def _acknowledge_constants(role: iam.Role) -> None:
    acknowledge_wildcards(role, {pseudo(JOB_ARNS): _REASONS["jobs"], "*": _REASONS["*"]})


def _asset_folder() -> Path:
    package = Path(__file__).resolve().parent
    installed = package / "_lambda"
    return installed if installed.is_dir() else package.parents[1] / "lambda"
