"""The function that starts, follows and stops the batch inference jobs of one stack for CloudFormation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

from aws_cdk import RemovalPolicy, Stack, Validations
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk_bedrock_batch import _network
from cdk_bedrock_batch._checks import checked
from cdk_bedrock_batch._function import DistinctJobNames, TemplateRoom, function_network, new_function, policy
from cdk_bedrock_batch._function import role as function_role
from cdk_bedrock_batch._iam import HANDLER_ROLE_PATH, ROLE_FOLDER, check_inline_policy, role_arns
from cdk_bedrock_batch._nag import acknowledge, findings, wildcard_ids
from cdk_bedrock_batch._template import StackView
from cdk_bedrock_batch.required_policy import PolicyKind, RequiredPolicy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aws_cdk import CfnResource
    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_iam as iam

    from cdk_bedrock_batch._function import FunctionRole
    from cdk_bedrock_batch._iam import HandlerAccess, Statement

_ID: Final = "BedrockBatchHandler"
_REASONS: Final = findings.HANDLER_WILDCARDS


class BatchHandler(Construct):
    """The function that all jobs of a stack share, with its role and its log group.

    The first job of a stack makes it. Declare it before the first job if it needs options of its own. Its construct id
    is always `BedrockBatchHandler`: CloudFormation refuses a live resource that gets another function.

    Example::

        logs_key = kms.Key(stack, "LogsKey")
        logs_key.grant_encrypt_decrypt(iam.ServicePrincipal(f"logs.{stack.region}.amazonaws.com"))
        log_group = logs.LogGroup(
            stack,
            "HandlerLogs",
            retention=logs.RetentionDays.FIVE_YEARS,
            encryption_key=logs_key,
            removal_policy=RemovalPolicy.RETAIN,
        )
        BatchHandler(stack, log_group=log_group)
        ModelInvocationJob(stack, "Summaries", model=model, input=records)
    """

    @checked
    def __init__(
        self,
        scope: Stack,
        *,
        vpc: ec2.IVpc | None = None,
        subnets: ec2.SubnetSelection | None = None,
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
        role: iam.IRole | None = None,
        log_group: logs.ILogGroup | None = None,
    ) -> None:
        """Create the function of a stack.

        :param scope: the stack itself.
        :param vpc: the network from which the function calls Amazon Bedrock, AWS CloudFormation and S3. In subnets
            without internet access it needs the endpoints that `add_endpoints` makes. Default: none, it runs outside of
            a VPC.
        :param subnets: subnets of `vpc`. Default: the VPC's private subnets with internet access.
        :param security_groups: security groups of the function. Default: a new one that lets only HTTPS out.
        :param role: a role that Lambda may assume. The function's policy is added to a role that is declared in this
            stack or imported as mutable. For any other role, `required_policies` says what it needs. Use it for this
            function alone. Default: a new role.
        :param log_group: where the function logs. A log group of your own has the retention, the key and the removal
            policy that you gave it. Default: a new one, which keeps log events for one year and is deleted with the
            stack.
        :raises ValueError: the stack has its function already, options do not fit together, or subnets are public.
        """
        if scope.node.try_find_child(_ID) is not None:
            raise ValueError(
                f"the stack {scope.node.path} has its BatchHandler already; the first job of a stack makes it, so "
                "declare it once, before the first job"
            )
        super().__init__(scope, _ID)
        view = self._view = StackView.of(scope)
        self._accesses: dict[HandlerAccess, tuple[RequiredPolicy, ...]] = {}
        self._room = TemplateRoom()
        self._jobs: list[CfnResource] = []
        self.node.add_validation(DistinctJobNames(scope, self._jobs))
        self._network = function_network(self, vpc, subnets, security_groups)
        if log_group is None:
            log_group = logs.LogGroup(
                self, "LogGroup", retention=logs.RetentionDays.ONE_YEAR, removal_policy=RemovalPolicy.DESTROY
            )
            acknowledge(log_group, findings.ids(findings.HANDLER_LOG_GROUP))
        self._role = _new_role(self, view) if role is None else function_role.bring(self, view, role)
        self._add(policy.constant_statements(), _REASONS["jobs"])
        self._add([policy.log_statement(log_group.log_group_arn)], _REASONS["logs"])
        if self._network is not None:
            self._add(self._network.statements(), _REASONS["interfaces"])
            network = self._network
            _network.watch_network(self, _network.FUNCTION, network.vpc, network.subnet_ids, network.security_groups)
        function = new_function(self, role=self._role.for_function, log_group=log_group, network=self._network)
        function.node.add_dependency(*self._role.dependencies)
        if self._network is not None:
            # A deletion calls the function until the last job has ended. Routes, endpoints and rules must outlive it.
            function.node.add_dependency(self._network.vpc, *self._network.security_groups)
        self._invoke_config = function.node.find_child("EventInvokeConfig")
        if self._role.holder is None:
            Validations.of(self).add_warning(
                "cdk-bedrock-batch:handler-role",
                f"the policies of {view.readable(self._role.arn)} cannot be written from this stack; no job can start "
                "or stop unless they hold the statements of BatchHandler.required_policies, or wider ones",
            )
        self._service_token = function.function_arn

    @property
    def required_policies(self) -> tuple[RequiredPolicy, ...]:
        """What the function's role needs, if this stack cannot write its policies; otherwise empty.

        Each job adds to it, so read it after the last job of the stack.
        """
        if self._role.holder is not None:
            return ()
        arn = self._role.arn
        return (
            RequiredPolicy._of(self._view, PolicyKind.IDENTITY_POLICY, arn, self._role.policy.statements),
            RequiredPolicy._of(self._view, PolicyKind.TRUST_POLICY, arn, [function_role.trust_statement()]),
        )

    @property
    def security_groups(self) -> tuple[ec2.ISecurityGroup, ...]:
        """The security groups of the function; empty without a VPC."""
        return () if self._network is None else self._network.security_groups

    def add_endpoints(self) -> tuple[ec2.IVpcEndpoint, ...]:
        """Give the function's VPC interface endpoints to Amazon Bedrock and AWS CloudFormation, and a gateway to S3.

        In subnets without internet access the function needs these, and no other. AWS bills interface endpoints by the
        hour. Endpoints of the app are used, so the functions in a VPC share them. Only functions of this library may
        use the new interface endpoints; `connections` of an endpoint allows more.

        :return: the endpoints, in this order. Two or more for S3, if these serve different subnets.
        :raises ValueError: the function has no VPC, or the route table of a subnet is not known.
        """
        if self._network is None:
            raise ValueError("add_endpoints needs a BatchHandler with vpc")
        endpoints = self._network.add_endpoints()
        self.node.find_child("Function").node.add_dependency(*endpoints)
        return tuple(endpoints)

    @classmethod
    def _of_stack(cls, view: StackView) -> Self:
        """The handler of a stack. The first call creates it."""
        return view.shared(_ID, cls, cls)

    def _take_room(self, *, resources: int, size: int, more: str = "one more") -> None:
        """Count what one more job takes of the stack's template, or something that belongs to a job.

        :param more: what it is, for the error.
        :raises ValueError: there is no room for it.
        """
        self._room.take(resources=resources, size=size, more=more)

    def _check_name(self, job: CfnResource) -> None:
        """Fail the synthesis if two jobs of the stack have the same part in their names."""
        self._jobs.append(job)

    def _allow_models(self, model_arns: Iterable[str]) -> None:
        """Allow the handler to start jobs for models and inference profiles.

        :raises ValueError: the handler's policy has no room for more models and profiles.
        """
        self._add([policy.create_statement(model_arns)], _REASONS["models"])

    def _allow_roles_under(self, role_path: str) -> None:
        """Allow the handler to pass the service roles under an IAM path of its stack to Amazon Bedrock.

        One pattern covers all roles: with a statement or an ARN for each role, the policy would be full at 47 jobs.

        :raises ValueError: the handler's policy has no room for another path.
        """
        self._add([policy.pass_statement(role_arns(role_path + ROLE_FOLDER))], _REASONS["roles"])

    def _allow_role(self, role_arn: str) -> None:
        """Allow the handler to pass a user's own service role to Amazon Bedrock, and to no other service.

        :raises ValueError: the handler's policy has no room for another role.
        """
        self._add([policy.pass_statement(role_arn)], "")

    def _allow_objects(self, access: HandlerAccess) -> tuple[RequiredPolicy, ...]:
        """Allow the handler to copy the records of a job and to write its run files.

        :return: the bucket and key policies that this stack cannot change.
        :raises ValueError: the handler's policy has no room for another place.
        """
        if access not in self._accesses:
            self._add(access.statements(), _REASONS["objects"])
            self._accesses[access] = tuple(access.open_to(self._view, self._role.principal))
        return self._accesses[access]

    def _add(self, statements: Sequence[Statement], reason: str) -> None:
        new = self._role.policy.add(statements)
        if not new:
            return
        check_inline_policy(
            self._view,
            "the function that starts the jobs of a stack",
            self._role.policy.statements,
            "put some of the jobs into another stack, let them share models and service roles, or leave output_prefix "
            "out",
        )
        if self._role.holder is not None:
            reasons = {each: _REASONS["*"] if each == "*" else reason for each in new}
            acknowledge(self._role.holder, wildcard_ids(self._view, reasons))


def _new_role(handler: BatchHandler, view: StackView) -> FunctionRole:
    return function_role.make(
        handler,
        view,
        path=HANDLER_ROLE_PATH,
        policy_name="Handler",
        description="Starts, follows and stops the batch inference jobs of one stack",
        reasons=findings.ids(findings.HANDLER_ROLE),
    )
