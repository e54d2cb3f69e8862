"""The role with which a pipeline deploys, as its template says."""

from __future__ import annotations

import json
import re
from typing import Any

from cfnlint.decode import cfn_yaml

from e2e.cloud import ACCOUNT, REGION, Cloud
from examples.repository import EXAMPLES

_VALUES = {
    "AWS::Partition": "aws",
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "Branch": "main",
    "Host": "gitlab.com",
    "Project": "someone/jobs",
    "Provider.Arn": f"arn:aws:iam::{ACCOUNT}:oidc-provider/gitlab.com",
    "Qualifier": "hnb659fds",
    "Subject": "repo:someone/jobs",
}


def role(example: str) -> dict[str, Any]:
    """The properties of the role of an example, with values for what `Fn::Sub` fills in."""
    text = (EXAMPLES / example / "deploy-role.yaml").read_text("utf-8")
    properties: dict[str, Any] = _filled(cfn_yaml.loads(text)["Resources"]["Role"]["Properties"])
    trust = properties["AssumeRolePolicyDocument"]
    return properties | {"AssumeRolePolicyDocument": json.loads(trust) if isinstance(trust, str) else trust}


def keys_of_user(cloud: Cloud, example: str) -> dict[str, str]:
    """Variables with the keys of a user that has the rights of the role, and no others."""
    iam = cloud.client("iam")
    iam.create_user(UserName=example)
    for policy in role(example)["Policies"]:
        document = json.dumps(policy["PolicyDocument"])
        iam.put_user_policy(UserName=example, PolicyName=policy["PolicyName"], PolicyDocument=document)
    key = iam.create_access_key(UserName=example)["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}


def _filled(value: Any) -> Any:
    if isinstance(value, dict):
        if list(value) == ["Fn::Sub"]:
            return re.sub(r"\$\{([\w:.]+)\}", lambda found: _VALUES[found[1]], str(value["Fn::Sub"]))
        return {str(key): _filled(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each) for each in value]
    return str(value) if isinstance(value, str) else value
