"""What keeps environments apart: no bucket and no role of two, and no other account unless the environment says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bedrock_batch.texts import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cdk_bedrock_batch.files.environment import Environment
    from cdk_bedrock_batch.files.faults import Faults
    from cdk_bedrock_batch.files.table_reader import Given

_OWNERS: Final = frozenset({"bucket_owner", "input_bucket_owner", "output_bucket_owner"})
_ARNS: Final = frozenset(
    {"encryption_key", "input_key", "key", "notify", "output_key", "permissions_boundary", "service_role"}
)
_SHARED: Final = frozenset({"input_bucket", "output_bucket", "service_role"})
_ACCOUNT_OF_ARN: Final = 4


def refuse_other_accounts(given: Mapping[str, Given], environment: Environment, faults: Faults, *keys: str) -> None:
    """Note each account that is not the environment's, unless `environments.yaml` itself names it.

    Anyone may propose a job file: it must not send the output of an environment to another account.
    """
    account = environment.own("account")
    if account is None:
        return
    for name, each in given.items():
        if isinstance(each.value, dict) and name in ("input", "storage"):
            refuse_other_accounts(each.value, environment, faults, *keys, name)
        found = _account(name, each.plain)
        if found not in (None, account) and each.place.path != environment.place.path:
            reason = (
                f"{shown(found)} is not the account of the environment {environment.name}; only environments.yaml may "
                "name another one"
            )
            faults.add(each.place, *keys, name, reason)


def refuse_shared(used: Iterator[tuple[str, Mapping[str, Given]]], faults: Faults) -> None:
    """Note each bucket and each role of two environments.

    :param used: the name of an environment, and options of a stack or a job in it.
    """
    seen: dict[str, str] = {}
    for name, given in used:
        for option in sorted(given.keys() & _SHARED):
            value = given[option]
            if value.plain == "shared":
                # A role that the stack makes.
                continue
            first = seen.setdefault(value.plain, name)
            if first != name:
                keys = (option,) if option == "service_role" else ("storage", option)
                noun = "role" if option == "service_role" else "bucket"
                reason = f"{shown(value.plain)} is a {noun} of the environments {first} and {name}; give each its own"
                faults.add(value.place, *keys, reason)


def _account(name: str, value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    if name in _OWNERS:
        return value
    fields = value.split(":") if name in _ARNS else []
    # Managed policies of AWS have no account.
    return fields[_ACCOUNT_OF_ARN] if len(fields) > _ACCOUNT_OF_ARN and fields[_ACCOUNT_OF_ARN] != "aws" else None
