"""A function's log is written with the rights of its role. MiniStack alone needs no rights for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch_logs, lambda_svc

from bedrock_batch_local.emulator import rights

_emit = lambda_svc._emit_lambda_logs
# A stream's name is made at the first line, so policies name streams by a pattern.
_NEW_STREAM = "log-stream:new"


def install() -> None:
    """Make MiniStack check the rights, once per process."""
    lambda_svc._emit_lambda_logs = _emit_with_rights


def _emit_with_rights(function: Mapping[str, Any], *given: Any, **named: Any) -> None:
    config = function.get("config") or function
    group = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{config.get('FunctionName')}"
    needed = ["logs:CreateLogStream", "logs:PutLogEvents"]
    if group not in cloudwatch_logs._log_groups:
        needed.append("logs:CreateLogGroup")
    group_arn = f"arn:aws:logs:{get_region()}:{get_account_id()}:log-group:{group}"
    if all(rights.role_allowed(str(config.get("Role")), action, f"{group_arn}:{_NEW_STREAM}") for action in needed):
        _emit(function, *given, **named)
