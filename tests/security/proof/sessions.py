"""Callers with the rights of somebody else than an account's root: sessions of deployed roles, and IAM users."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from security.proof.surroundings import Account, document

Statement = dict[str, Any]
Credentials = dict[str, Any]
_NUMBERS = itertools.count(1)


def allow(actions: str | Sequence[str], resources: str | Sequence[str] = "*") -> Statement:
    """A statement of an identity-based policy."""
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def user(account: Account, *statements: Statement) -> Credentials:
    """Credentials of a new IAM user with these rights, which are none by default."""
    iam, name = account.client("iam"), f"proof-{next(_NUMBERS)}"
    iam.create_user(UserName=name)
    if statements:
        iam.put_user_policy(UserName=name, PolicyName="rights", PolicyDocument=document(statements))
    made = iam.create_access_key(UserName=name)["AccessKey"]
    return {member: made[member] for member in ("AccessKeyId", "SecretAccessKey")}


@contextmanager
def changed_trust(account: Account, role_arn: str, statements: Sequence[Statement]) -> Iterator[None]:
    """Give a role other trust for a while."""
    iam, name = account.client("iam"), role_arn.rpartition("/")[2]
    deployed = trust_of(account, role_arn)
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=document(statements))
    try:
        yield
    finally:
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=document(deployed))


def session(account: Account, role_arn: str) -> Credentials:
    """A session of a role that trusts a service only: its account's root is let in for a moment."""
    root = {"AWS": f"arn:aws:iam::{account.account}:root"}
    let_in = {"Effect": "Allow", "Principal": root, "Action": "sts:AssumeRole"}
    with changed_trust(account, role_arn, [*trust_of(account, role_arn), let_in]):
        taken = account.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="proof")
    return dict(taken["Credentials"])


def trust_of(account: Account, role_arn: str) -> list[Statement]:
    """The statements of a role's trust policy."""
    found = account.client("iam").get_role(RoleName=role_arn.rpartition("/")[2])["Role"]["AssumeRolePolicyDocument"]
    return list((json.loads(found) if isinstance(found, str) else found)["Statement"])
