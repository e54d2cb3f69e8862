"""The function that starts, follows and stops the batch inference jobs of one stack for CloudFormation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, cast

from aws_cdk import Duration, RemovalPolicy, Stage
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from bedrock_batch import limits
from cdk_bedrock_batch._function import policy
from cdk_bedrock_batch._function.job_names import DistinctJobNames
from cdk_bedrock_batch._function.staging import staged
from cdk_bedrock_batch._iam import (
    HANDLER_ROLE_PATH,
    JOB_ARNS,
    ROLE_FOLDER,
    MergedPolicy,
    RolePrincipal,
    check_inline_policy,
    role_arns,
)
from cdk_bedrock_batch._nag import acknowledge, findings, wildcard_ids
from cdk_bedrock_batch._template import StackView, pseudo

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aws_cdk import CfnResource

    from cdk_bedrock_batch._iam import HandlerAccess, Statement
    from cdk_bedrock_batch.required_policy import RequiredPolicy

HANDLER_ID: Final = "BedrockBatchHandler"
_REASONS: Final = findings.HANDLER_WILDCARDS
_MAX_EVENT_AGE: Final = Duration.seconds(960)
_FUNCTION: Final = "model_invocation_job"


class BatchHandler(Construct):
    """One function with its role and log group; every job of a stack shares it.

    Its ids are frozen: CloudFormation does not let a live resource change its service token.
    """

    view: StackView
    """The stack that the function serves."""
    service_token: str
    """ARN of the function, for the `ServiceToken` of a job's resource."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        """Create the function. Call `of_stack`, which creates only one in each stack."""
        super().__init__(scope, construct_id)
        self.view = StackView.around(self)
        self._accesses: dict[HandlerAccess, tuple[RequiredPolicy, ...]] = {}
        self._resources = self._bytes = 0
        self._jobs: list[CfnResource] = []
        self.node.add_validation(DistinctJobNames(self.view.stack, self._jobs))
        log_group = logs.LogGroup(
            self,
            "LogGroup",
            retention=logs.RetentionDays.ONE_YEAR,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self._policy = MergedPolicy(self.view)
        self._role = iam.Role(
            self,
            "Role",
            path=pseudo.substituted(HANDLER_ROLE_PATH),
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description="Starts, follows and stops the batch inference jobs of one stack",
            inline_policies={"Handler": self._policy.document},
        )
        self._policy.is_of(self._role)
        constant = policy.constant_statements(log_group.log_group_arn)
        self._policy.add(constant)
        function = lambda_.Function(
            self,
            "Function",
            description="Starts and stops Amazon Bedrock batch inference jobs for CloudFormation",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            handler=f"{_FUNCTION}.index.handler",
            # The function serves this stack only. CloudFormation's response URLs are in this domain.
            environment={"STACK_ID": pseudo.STACK_ID, "URL_SUFFIX": pseudo.URL_SUFFIX},
            code=lambda_.Code.from_asset(str(_asset_folder(self))),
            memory_size=256,
            timeout=Duration.minutes(15),
            tracing=lambda_.Tracing.ACTIVE,
            # CloudFormation no longer waits by then. An older event could only start a job that is not wanted.
            max_event_age=_MAX_EVENT_AGE,
            retry_attempts=2,
            log_group=log_group,
            # The policy is complete: CDK would put the tracing actions into a separate policy resource.
            role=self._role.without_policy_updates(),
        )
        self.service_token = function.function_arn
        constant_reasons = wildcard_ids(self.view, {JOB_ARNS: _REASONS["jobs"], "*": _REASONS["*"]})
        acknowledge(self._role, findings.ids(findings.HANDLER_ROLE) | constant_reasons)
        acknowledge(function, findings.ids(findings.HANDLER_FUNCTION))
        # The resource that CDK makes of max_event_age and retry_attempts.
        acknowledge(function.node.find_child("EventInvokeConfig"), findings.ids(findings.HANDLER_INVOKE_CONFIG))
        acknowledge(log_group, findings.ids(findings.HANDLER_LOG_GROUP))

    @classmethod
    def of_stack(cls, view: StackView) -> Self:
        """The handler of a stack. The first call creates it."""
        return view.shared(HANDLER_ID, cls)

    def take_room(self, *, resources: int, size: int) -> None:
        """Keep count of what the jobs take of the stack's template.

        :param size: bytes, without indentation.
        :raises ValueError: there is no room for one more.
        """
        self._resources += resources
        self._bytes += size
        for taken, most, whole, what in (
            (self._resources, limits.RESOURCES_OF_ALL_JOBS, limits.STACK_RESOURCES, "resources"),
            (self._bytes, limits.BYTES_OF_ALL_JOBS, limits.TEMPLATE_BYTES, "bytes"),
        ):
            if taken > most:
                raise ValueError(
                    f"the jobs of one stack may take {most:,} of the {whole:,} {what} of its template, and with one "
                    f"more would take {taken:,}; put some of the jobs into another stack, or let them share a "
                    "BatchServiceRole"
                )

    def check_name(self, job: CfnResource) -> None:
        """Fail the synthesis if two jobs of the stack have the same part in their names."""
        self._jobs.append(job)

    def allow_models(self, model_arns: Iterable[str]) -> None:
        """Allow the handler to start jobs for models and inference profiles.

        :raises ValueError: the handler's policy has no room for more models and profiles.
        """
        self._add([policy.create_statement(model_arns)], _REASONS["models"])

    def allow_roles_under(self, role_path: str) -> None:
        """Allow the handler to pass the service roles under an IAM path of its stack to Amazon Bedrock.

        One pattern covers all roles: with a statement or an ARN for each role, the policy would be full at 47 jobs.

        :raises ValueError: the handler's policy has no room for another path.
        """
        self._add([policy.pass_statement(role_arns(role_path + ROLE_FOLDER))], _REASONS["roles"])

    def allow_role(self, role_arn: str) -> None:
        """Allow the handler to pass a user's own service role to Amazon Bedrock, and to no other service.

        :raises ValueError: the handler's policy has no room for another role.
        """
        self._add([policy.pass_statement(role_arn)], "")

    def allow_objects(self, access: HandlerAccess) -> tuple[RequiredPolicy, ...]:
        """Allow the handler to copy the records of a job and to write its run files.

        :return: the bucket and key policies that this stack cannot change.
        :raises ValueError: the handler's policy has no room for another place.
        """
        if access not in self._accesses:
            principal = (
                RolePrincipal.of_role(self.view, self._role)
                if self._role.node.default_child is None
                else RolePrincipal.under_path(self.view, HANDLER_ROLE_PATH)
            )
            self._add(access.statements(), _REASONS["objects"])
            self._accesses[access] = tuple(access.open_to(self.view, principal))
        return self._accesses[access]

    def _add(self, statements: Sequence[Statement], reason: str) -> None:
        new = self._policy.add(statements)
        if not new:
            return
        check_inline_policy(
            self.view,
            "the function that starts the jobs of a stack",
            self._policy.statements,
            "put some of the jobs into another stack, let them share models and service roles, or leave output_prefix "
            "out",
        )
        acknowledge(self._role, wildcard_ids(self.view, dict.fromkeys(new, reason)))


def _asset_folder(scope: Construct) -> Path:
    return staged(_FUNCTION, Path(cast("Stage", Stage.of(scope)).asset_outdir))
