"""What the function that tells outcomes does in S3 for the jobs of a stack: it reads what a run left, and marks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from cdk_bedrock_batch._iam import actions
from cdk_bedrock_batch._iam.bucket_access import BucketAccess, add_to_bucket, under_prefixes
from cdk_bedrock_batch._iam.key_access import KeyAccess
from cdk_bedrock_batch._iam.statement import allow

if TYPE_CHECKING:
    from cdk_bedrock_batch._iam.principal import RolePrincipal
    from cdk_bedrock_batch._iam.statement import Conditions, Statement
    from cdk_bedrock_batch._template import S3Location, StackView
    from cdk_bedrock_batch.required_policy import RequiredPolicy

_RUN_FILES: Final = "run/*.json"
_MANIFESTS: Final = "*/manifest.json.out"
_MARKERS: Final = "*/outcome.json"


@dataclass(frozen=True, slots=True)
class OutcomeAccess:
    """What the function needs for one job. Jobs with the same output bucket and default folders need the same."""

    read: tuple[BucketAccess, ...]
    markers: BucketAccess
    key: KeyAccess | None

    @classmethod
    def of(cls, output: S3Location, stack_folder: str) -> Self:
        """Derive it from the place that a job writes.

        :param stack_folder: the folder of the stack's jobs. Rights on it do not grow with the number of jobs.
        """
        folder = f"{stack_folder}*/" if output.key.startswith(stack_folder) else output.key
        run_files, manifests, markers = (output.at(folder + name) for name in (_RUN_FILES, _MANIFESTS, _MARKERS))
        key = output.encryption_key
        return cls(
            tuple(BucketAccess(each, actions.READ_OBJECTS) for each in (run_files, manifests)),
            BucketAccess(markers, actions.WRITE_OBJECTS),
            None if key is None else KeyAccess(key, actions.ENCRYPT),
        )

    def statements(self) -> list[Statement]:
        """The statements for the function's role."""
        output = self.markers.location
        owner: Conditions = {"StringEquals": {"aws:ResourceAccount": output.bucket_owner}}
        return [
            *(each.statement() for each in (*self.read, self.markers)),
            allow(actions.LIST_BUCKET, [output.bucket_arn], {**owner, **under_prefixes(self._keys)}),
            *([] if self.key is None else [self.key.statement()]),
        ]

    def open_to(self, view: StackView, principal: RolePrincipal) -> list[RequiredPolicy]:
        """Allow the function in the key and bucket policies that need it.

        :return: the policies that this stack cannot change.
        """
        output = self.markers.location
        statements = [
            principal.statement(actions.READ_OBJECTS, [each.location.objects_arn for each in self.read]),
            principal.statement(self.markers.actions, [output.objects_arn]),
            principal.statement(actions.LIST_BUCKET, [output.bucket_arn], under_prefixes(self._keys)),
        ]
        asked = [
            add_to_bucket(view, output, principal, statements),
            None if self.key is None else self.key.open_to(view, principal),
        ]
        return [policy for policy in asked if policy is not None]

    @property
    def _keys(self) -> list[str]:
        """What the function lists. Without the right to list, S3 calls a missing object forbidden.

        It lists no other folder of the bucket: what it may neither read nor list is of a job without outcome.
        """
        return [each.location.key for each in (*self.read, self.markers)]
