"""The credentials that MiniStack knows: the root's secret, and sessions. One thread at a time registers sessions."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sys
import time
from dataclasses import replace
from threading import Lock
from typing import Any

from ministack.core import iam_evaluator as evaluator
from ministack.core import lambda_runtime
from ministack.services import lambda_svc, sts

from bedrock_batch_local.sdk import Keys

_register = sts.register_session
_resolve_credential = evaluator.resolve_credential
_registering = Lock()
_of_this_process = secrets.token_bytes(32)


def install(root_secret: str) -> None:
    """Replace MiniStack's rules with these, once per process. ``root_secret`` is that of every account's root."""

    def resolve_credential(*arguments: Any, **named: Any) -> Any:
        # MiniStack would read it from the environment, which every child process inherits.
        found = _resolve_credential(*arguments, **named)
        is_root = getattr(found, "principal_type", "") == "Root"
        return replace(found, secret_access_key=root_secret) if is_root else found

    for module in [module for name, module in sys.modules.items() if name.startswith("ministack.")]:
        if getattr(module, "resolve_credential", None) is _resolve_credential:
            module.resolve_credential = resolve_credential  # type: ignore[attr-defined]  # as the test before tells
    sts.register_session = _register_alone
    lambda_runtime.execution_credentials = _execution_credentials
    lambda_svc.execution_credentials = _execution_credentials


def open_session(keys: Keys, account: str, role_name: str, session_name: str, seconds: float | None = None) -> Keys:
    """Register a session of a role for ``seconds``, or (``None``) until the server ends. Returns its keys."""
    session: dict[str, Any] = {
        "Arn": f"arn:aws:sts::{account}:assumed-role/{role_name}/{session_name}",
        "UserId": f"{role_name}:{session_name}",
        "SecretAccessKey": keys.secret_key,
        "SessionToken": keys.token,
    }
    _register_alone(keys.access_key, session | ({"Expiration": time.time() + seconds} if seconds else {}))
    return keys


def _register_alone(access_key: str, session: dict[str, Any]) -> None:
    # At each registration MiniStack iterates over all sessions to find expired ones.
    with _registering:
        _register(access_key, session)


def _execution_credentials(config: dict[str, Any]) -> dict[str, str]:
    """A function's credentials for its role. MiniStack's own are derived from ARNs, which are no secret."""
    account, _ = lambda_runtime._account_region_from_function_config(config)
    role_name = str(config.get("Role", "")).rsplit("/", 1)[-1]
    # The same for each call of a function: its process lives longer than the call.
    identity = f"{config['FunctionArn']} {role_name}"
    access_key, secret_key, token = (_keyed(f"{kind} {identity}") for kind in ("key", "secret", "token"))
    session_name = str(config.get("FunctionName", "function"))[:64]
    keys = Keys("ASIA" + access_key[:16].upper(), secret_key, token)
    open_session(keys, account, role_name, session_name)
    return {
        "AWS_ACCESS_KEY_ID": keys.access_key,
        "AWS_SECRET_ACCESS_KEY": keys.secret_key,
        "AWS_SESSION_TOKEN": token,
    }


def _keyed(text: str) -> str:
    return hmac.digest(_of_this_process, text.encode(), hashlib.sha256).hex()
