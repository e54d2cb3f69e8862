"""A change set that changes only outputs can be executed, and lists no change. MiniStack's fails as an empty one.

``cdk deploy`` relies on it, and ``cdk orphan`` reads attributes with it (https://github.com/aws/aws-cdk/pull/2029).
"""

from __future__ import annotations

from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import handlers

_create = handlers._ACTION_HANDLERS["CreateChangeSet"]


def install() -> None:
    """Correct MiniStack's CloudFormation, once per process."""
    handlers._ACTION_HANDLERS["CreateChangeSet"] = _create_change_set


def _create_change_set(params: Any) -> Any:
    known = set(cloudformation._change_sets)
    response = _create(params)
    for made in set(cloudformation._change_sets) - known:
        change_set = cloudformation._change_sets[made]
        if not change_set["Changes"] and change_set["ChangeSetType"] == "UPDATE" and _changes_outputs(change_set):
            change_set |= {"Status": "CREATE_COMPLETE", "ExecutionStatus": "AVAILABLE", "StatusReason": ""}
    return response


def _changes_outputs(change_set: dict[str, Any]) -> bool:
    stack = cloudformation._stacks[change_set["StackName"]]
    return bool(change_set["_template"].get("Outputs") != stack["_template"].get("Outputs"))
