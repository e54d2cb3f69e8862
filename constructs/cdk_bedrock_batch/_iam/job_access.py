"""Everything that a job reads, writes and calls: statements for its role, and for key and bucket policies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from cdk_bedrock_batch._iam import actions
from cdk_bedrock_batch._iam.bucket_access import BucketAccess, list_statements
from cdk_bedrock_batch._iam.key_access import KeyAccess, distinct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs import IConstruct

    from cdk_bedrock_batch._iam.network import JobNetwork
    from cdk_bedrock_batch._iam.principal import RolePrincipal
    from cdk_bedrock_batch._iam.statement import Statement
    from cdk_bedrock_batch._template import S3Location, StackView
    from cdk_bedrock_batch.required_policy import RequiredPolicy


@dataclass(frozen=True, slots=True)
class JobAccess:
    """What one job needs, and nothing more."""

    source: BucketAccess
    output: BucketAccess
    keys: tuple[KeyAccess, ...]
    model: tuple[Statement, ...]
    network: JobNetwork | None

    @classmethod
    def of(
        cls, *, model: Sequence[Statement], source: S3Location, output: S3Location, network: JobNetwork | None
    ) -> Self:
        """Derive it from the places that the job reads and writes, and from its model.

        :param model: the statements for the model.
        """
        return cls(
            BucketAccess(source, actions.READ_OBJECTS),
            BucketAccess(output, actions.WRITE_OBJECTS),
            _keys(source, output),
            tuple(model),
            network,
        )

    def shared(self, stack_folder: str) -> Self:
        """The same for a role that many jobs share. Its policy must not grow with their number.

        :param stack_folder: the folder that all jobs of the stack read and write, unless they name another.
        """
        source, output = (
            replace(access, location=access.location.at(stack_folder))
            if access.location.key.startswith(stack_folder)
            else access
            for access in (self.source, self.output)
        )
        return replace(self, source=source, output=output)

    @property
    def places(self) -> list[IConstruct]:
        """The buckets and keys of the job."""
        buckets = (access.location.bucket for access in (self.source, self.output))
        return [*(bucket for bucket in buckets if bucket is not None), *(key.key.key for key in self.keys)]

    def statements(self) -> list[Statement]:
        """The identity-based policy of the role.

        The S3 and KMS statements follow "Create a custom service role for batch inference" of the Amazon Bedrock user
        guide. The network statements follow its page on batch inference in a VPC.
        """
        return [
            self.source.statement(),
            self.output.statement(),
            *list_statements([self.source.location, self.output.location]),
            *(key.statement() for key in self.keys),
            *self.model,
            *(self.network.statements() if self.network else ()),
        ]

    def open_to(self, view: StackView, principal: RolePrincipal) -> list[RequiredPolicy]:
        """Allow the role in the key and bucket policies that need it.

        :return: the policies that this stack cannot change.
        """
        parts: tuple[BucketAccess | KeyAccess, ...] = (self.source, self.output, *self.keys)
        asked = [part.open_to(view, principal) for part in parts]
        return [policy for policy in asked if policy is not None]


def _keys(source: S3Location, output: S3Location) -> tuple[KeyAccess, ...]:
    keys = []
    if output.encryption_key is not None:
        keys.append(KeyAccess(output.encryption_key, actions.ENCRYPT))
    if source.encryption_key is not None:
        # A right to encrypt the output includes the right to decrypt it.
        keys.append(KeyAccess(source.encryption_key, actions.DECRYPT))
    return distinct(keys)[::-1]
