"""Targets of rules take events only as AWS lets them. MiniStack calls each target that exists, with nobody's rights.

A function, topic or queue needs a policy of its own for EventBridge, a state machine the target's role. Any of them may
have a role instead.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ministack.services import eventbridge, lambda_svc, sns, stepfunctions

from bedrock_batch_local.emulator import deliveries, invocations, queues, rights
from bedrock_batch_local.emulator.deliveries import SERVICE, Delivery, RefusedDeliveryError

_send = eventbridge._dispatch_to_sqs
_start = eventbridge._dispatch_to_stepfunctions


def install() -> None:
    """Make MiniStack's EventBridge check the rights, once per process."""
    eventbridge._invoke_target = deliveries.LINE.deliver
    eventbridge._dispatch_to_lambda = _noting(_to_function, eventbridge._dispatch_to_lambda)
    eventbridge._dispatch_to_sqs = _noting(_to_queue, _send)
    eventbridge._dispatch_to_sns = _noting(_to_topic, eventbridge._dispatch_to_sns)
    eventbridge._dispatch_to_stepfunctions = _noting(_to_state_machine, _start)


def _noting(dispatch: Callable[..., None], otherwise: Callable[..., None]) -> Callable[..., None]:
    """``dispatch`` for the delivery that is under way. MiniStack logs its errors, so that the delivery notes them."""

    def checked(*target: Any) -> None:
        delivery = deliveries.underway.get()
        if delivery is None:
            otherwise(*target)
            return
        try:
            dispatch(delivery, *target)
        except RefusedDeliveryError as refused:
            delivery.refused = refused

    return checked


def _to_function(delivery: Delivery, arn: str, payload: str) -> None:
    function, config, _ = lambda_svc._get_func_record_for_ref(arn)
    if not function or not config:
        raise _missing("function", arn)
    policy = lambda_svc.function_policy_for_arn(config["FunctionArn"])
    _check(delivery, "lambda:InvokeFunction", arn, policy[0] if policy else None)
    try:
        event = json.loads(payload)
    except ValueError:
        event = payload
    invocations.LINE.invoke(arn, event)


def _to_queue(delivery: Delivery, spec: Any, payload: str, parameters: Any = None) -> None:
    policy = queues.policy_of(str(spec))
    if policy is None:
        raise _missing("queue", str(spec))
    _check(delivery, "sqs:SendMessage", str(spec), policy)
    _send(spec, payload, parameters)


def _to_topic(delivery: Delivery, arn: str, payload: str) -> None:
    topic = sns._topic_by_arn_any_scope(arn)
    if topic is None:
        raise _missing("topic", arn)
    _check(delivery, "sns:Publish", arn, topic.get("attributes", {}).get("Policy"))
    try:
        sns.publish_internal(arn, payload)
    except sns.SnsPublishError as error:
        raise RefusedDeliveryError("SDK_CLIENT_ERROR", str(error)) from None


def _to_state_machine(delivery: Delivery, arn: str, payload: str) -> None:
    _check(delivery, "states:StartExecution", arn, None)
    if stepfunctions._resolve_state_machine_arn(arn) is None:
        raise _missing("state machine", arn)
    _start(arn, payload)


def _check(delivery: Delivery, action: str, resource: str, policy: Any) -> None:
    role = str(delivery.target.get("RoleArn") or "")
    if role:
        allowed = rights.lets_assume(
            role, SERVICE, delivery.account, delivery.region, delivery.rule_arn
        ) and rights.role_allowed(role, action, resource)
    else:
        allowed = bool(policy) and rights.service_allowed(
            policy, SERVICE, action, resource, source_arn=delivery.rule_arn
        )
    if not allowed:
        raise RefusedDeliveryError("NO_PERMISSIONS", f"EventBridge is not allowed to call {action} on {resource}")


def _missing(kind: str, arn: str) -> RefusedDeliveryError:
    return RefusedDeliveryError("NO_RESOURCE", f"the {kind} {arn} does not exist")
