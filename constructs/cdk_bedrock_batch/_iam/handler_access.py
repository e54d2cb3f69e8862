"""What the handler does in S3 for the jobs of a stack: it copies uploaded records and writes run files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from cdk_bedrock_batch._iam import actions
from cdk_bedrock_batch._iam.bucket_access import BucketAccess, list_statements
from cdk_bedrock_batch._iam.key_access import KeyAccess, distinct

if TYPE_CHECKING:
    from cdk_bedrock_batch._iam.principal import RolePrincipal
    from cdk_bedrock_batch._iam.statement import Statement
    from cdk_bedrock_batch._template import S3Location, StackView
    from cdk_bedrock_batch.required_policy import RequiredPolicy

_RUN_FILES = "run/*"


@dataclass(frozen=True, slots=True)
class HandlerAccess:
    """What the handler needs for one job. Jobs with the same buckets and default places need the same."""

    uploads: BucketAccess | None
    copies: BucketAccess | None
    run_files: BucketAccess
    keys: tuple[KeyAccess, ...]

    @classmethod
    def of(cls, uploaded: S3Location | None, source: S3Location, output: S3Location, stack_folder: str) -> Self:
        """Derive it from the places that a job reads and writes.

        :param uploaded: the file that is copied to `source`, if there is one.
        :param stack_folder: the folder of the stack's jobs. Rights on it do not grow with the number of jobs.
        """
        uploads = copies = None
        if uploaded is not None:
            uploads = BucketAccess(uploaded.every_upload(), actions.READ_OBJECTS)
            copies = BucketAccess(source.at(stack_folder), actions.PUT_OBJECTS)
        folder = f"{stack_folder}*/" if output.key.startswith(stack_folder) else output.key
        run_files = BucketAccess(output.at(f"{folder}{_RUN_FILES}"), actions.PUT_OBJECTS)
        written = [each.location.encryption_key for each in (copies, run_files) if each is not None]
        keys = [KeyAccess(key, actions.ENCRYPT_WHOLE) for key in written if key is not None]
        return cls(uploads, copies, run_files, distinct(keys))

    def statements(self) -> list[Statement]:
        """The statements for the handler's role."""
        parts = [part for part in (self.uploads, self.copies, self.run_files) if part is not None]
        return [
            *(part.statement() for part in parts),
            *(list_statements([self.copies.location]) if self.copies else ()),
            *(key.statement() for key in self.keys),
        ]

    def open_to(self, view: StackView, principal: RolePrincipal) -> list[RequiredPolicy]:
        """Allow the handler in the key and bucket policies that need it.

        :return: the policies that this stack cannot change.
        """
        asked = [
            self.copies.open_to(view, principal) if self.copies else None,
            self.run_files.open_to(view, principal, lists=False),
            *(key.open_to(view, principal) for key in self.keys),
        ]
        return [policy for policy in asked if policy is not None]
