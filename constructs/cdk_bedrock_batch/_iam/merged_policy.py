"""The inline policy of a role that this library makes. It grows with the jobs of a stack."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aws_cdk import aws_iam as iam

from cdk_bedrock_batch._iam.policy_report import is_reported, report
from cdk_bedrock_batch._iam.statement import one_or_all, resources_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cdk_bedrock_batch._iam.statement import Statement
    from cdk_bedrock_batch._template import StackView


class MergedPolicy:
    """Statements that differ only in their resources are merged into one."""

    document: iam.PolicyDocument
    """The document for `inline_policies` of the role. It grows when statements are added here."""

    def __init__(self, view: StackView) -> None:
        """Create an empty policy for a role in a stack."""
        self.document = iam.PolicyDocument(minimize=False)
        self._view = view
        self._reported: iam.IRole | None = None
        self._written: dict[str, iam.PolicyStatement] = {}
        self._statements: dict[str, Statement] = {}
        self._known: dict[str, set[str]] = {}

    @property
    def statements(self) -> list[Statement]:
        """All statements up to now."""
        return list(self._statements.values())

    def is_of(self, role: iam.IRole) -> None:
        """Set the role of this policy, for the report of `iam.Role.customize_roles`."""
        if is_reported(role.node):
            self._reported = role

    def add(self, statements: Iterable[Statement]) -> list[str]:
        """Add statements. Resources that the policy already has are left out.

        :return: the resources that are new.
        """
        return [resource for statement in statements for resource in self._merge(statement)]

    def _merge(self, statement: Statement) -> list[str]:
        kind = self._view.identity(json.dumps({**statement, "Resource": ""}, sort_keys=True))
        known = self._known.setdefault(kind, set())
        found = {self._view.identity(resource): resource for resource in resources_of(statement)}
        new = [resource for identity, resource in found.items() if identity not in known]
        known.update(found)
        if not new:
            return new
        if self._reported is not None:
            report(self._reported, self._view, [{**statement, "Resource": one_or_all(new)}])
        if kind in self._written:
            self._written[kind].add_resources(*new)
            self._statements[kind]["Resource"] = [*resources_of(self._statements[kind]), *new]
        else:
            self._statements[kind] = dict(statement)
            self._written[kind] = iam.PolicyStatement.from_json(statement)
            self.document.add_statements(self._written[kind])
        return new
