"""The Lambda function that starts, follows and stops the batch inference jobs of one stack for CloudFormation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from aws_cdk import Duration, Stage
from aws_cdk import aws_lambda as lambda_

from cdk_bedrock_batch._function.staging import staged
from cdk_bedrock_batch._nag import acknowledge, findings
from cdk_bedrock_batch._template import pseudo

if TYPE_CHECKING:
    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_logs as logs
    from constructs import Construct

    from cdk_bedrock_batch._function.network import FunctionNetwork

_MAX_EVENT_AGE: Final = Duration.seconds(960)
_PACKAGE: Final = "model_invocation_job"


def new_function(
    scope: Construct, *, role: iam.IRole, log_group: logs.ILogGroup, network: FunctionNetwork | None
) -> lambda_.Function:
    """Create the function.

    :param role: CDK must not add to it, since its policy is complete.
    :param network: where it runs; None for outside of a VPC.
    """
    function = lambda_.Function(
        scope,
        "Function",
        description="Starts and stops Amazon Bedrock batch inference jobs for CloudFormation",
        runtime=lambda_.Runtime.PYTHON_3_14,
        architecture=lambda_.Architecture.ARM_64,
        handler=f"{_PACKAGE}.index.handler",
        # The function serves this stack only. CloudFormation's response URLs are in this domain.
        environment={"STACK_ID": pseudo.STACK_ID, "URL_SUFFIX": pseudo.URL_SUFFIX},
        code=code_of(scope, _PACKAGE),
        memory_size=256,
        timeout=Duration.minutes(15),
        tracing=lambda_.Tracing.ACTIVE,
        # CloudFormation no longer waits by then. An older event could only start a job that is not wanted.
        max_event_age=_MAX_EVENT_AGE,
        retry_attempts=2,
        log_group=log_group,
        role=role,
        vpc=network.vpc if network else None,
        vpc_subnets=network.subnets if network else None,
        security_groups=[*network.security_groups] if network else None,
    )
    acknowledge(function, findings.ids(findings.HANDLER_FUNCTION if network else findings.HANDLER_FUNCTION_OUTSIDE))
    # The resource that CDK makes of max_event_age and retry_attempts.
    acknowledge(function.node.find_child("EventInvokeConfig"), findings.ids(findings.HANDLER_INVOKE_CONFIG))
    return function


def code_of(scope: Construct, package: str) -> lambda_.Code:
    """The code of a function, staged for the assembly of a construct."""
    return lambda_.Code.from_asset(str(staged(package, Path(cast("Stage", Stage.of(scope)).asset_outdir))))
