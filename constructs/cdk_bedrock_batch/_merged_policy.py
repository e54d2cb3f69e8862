"""The whole policy of a role that this library makes, which grows with the jobs of a stack."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from cdk_bedrock_batch._policy_report import report

if TYPE_CHECKING:
    from collections.abc import Iterable

    from constructs import IConstruct

_REFERENCE: Final = re.compile(r'"Fn::GetAtt"|"Ref": "(?!AWS::)')


class MergedPolicy:
    """Statements that differ in nothing but their resources become one.

    The role is made with the empty document, which grows.
    """

    document: iam.PolicyDocument
    """For `inline_policies` of the role."""

    def __init__(self, scope: IConstruct) -> None:
        """Begin an empty policy of a role in the stack of `scope`."""
        self.document = iam.PolicyDocument(minimize=False)
        self._scope = scope
        self._role: iam.Role | None = None
        self._statements: dict[str, iam.PolicyStatement] = {}
        self._resources: dict[str, set[str]] = {}

    @property
    def statements(self) -> list[iam.PolicyStatement]:
        """All statements so far."""
        return list(self._statements.values())

    def is_of(self, role: iam.Role) -> None:
        """Say whose policy it is, for the report of `iam.Role.customize_roles`, if there is one."""
        self._role = role

    def add(self, statements: Iterable[iam.PolicyStatement]) -> list[Any]:
        """Add what is new in some statements.

        :return: the resources that were new.
        """
        return [resource for statement in statements for resource in self._merge(statement)]

    def _merge(self, statement: iam.PolicyStatement) -> list[str]:
        kind = self._identity({**statement.to_statement_json(), "Resource": ""})
        known = self._resources.setdefault(kind, set())
        found = {self._identity(resource): resource for resource in statement.resources}
        new = [resource for text, resource in found.items() if text not in known]
        known.update(found)
        if not new:
            return new
        if self._role is not None:
            report(self._role, self._scope, [statement.copy(resources=new)])
        if kind in self._statements:
            self._statements[kind].add_resources(*new)
        else:
            self._statements[kind] = statement
            self.document.add_statements(statement)
        return new

    def _identity(self, value: Any) -> str:
        """What is the same for values that mean the same.

        A reference to another stack resolves to a logical id without its stack, so there CDK's own token counts.
        """
        resolved = json.dumps(Stack.of(self._scope).resolve(value), sort_keys=True)
        return json.dumps(value, sort_keys=True) if _REFERENCE.search(resolved) else resolved
