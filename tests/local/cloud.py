"""One account of the shared embedded AWS, with what the tests need in it most: buckets, roles, keys, records, jobs."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from bedrock_batch_local import EmbeddedAws

REGION = "eu-west-1"
NOVA = "amazon.nova-lite-v1:0"
# Longer than any job of these tests takes in simulated time.
LONG = 3600.0

Statement = dict[str, Any]


def allow(actions: str | Sequence[str], resources: str | Sequence[str] = "*", /, **conditions: Any) -> Statement:
    statement = {"Effect": "Allow", "Action": actions, "Resource": resources}
    return statement | ({"Condition": conditions} if conditions else {})


def to(principal: str, statement: Statement) -> Statement:
    """A statement of a resource's policy."""
    return {**statement, "Principal": {"AWS": principal}}


def document(*statements: Statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def converse(text: str, **members: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": [{"text": text}]}], **members}


def jsonl(count: int, body: Callable[[int], Mapping[str, Any]] | None = None) -> bytes:
    """So many records with ids; default: a Converse body that differs from record to record."""
    body_of = body or (lambda number: converse(f"Summarize report {number} about pump {number % 7} and its seals"))
    lines = (json.dumps({"recordId": f"R{number:04d}", "modelInput": body_of(number)}) for number in range(count))
    return "\n".join(lines).encode() + b"\n"


class Cloud:
    """An account of its own in ``REGION``: what one test does there, no other test sees."""

    def __init__(self, aws: EmbeddedAws, account: str) -> None:
        self.aws = aws
        self.account = account
        self.client = cache(self._client)
        self._roles = 0

    def _client(self, service: str) -> Any:
        return self.aws.client(service, account=self.account, region=REGION)

    @property
    def bedrock(self) -> Any:
        return self.client("bedrock")

    @property
    def jobs_arn(self) -> str:
        return f"arn:aws:bedrock:{REGION}:{self.account}:model-invocation-job/"

    def bucket(self, kind: str) -> str:
        name = f"{kind}-{self.account}"
        location = {"LocationConstraint": REGION}
        self.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=location)
        return name

    def trust(self, **changes: str) -> str:
        condition = {
            "StringEquals": {"aws:SourceAccount": self.account},
            "ArnLike": {"aws:SourceArn": self.jobs_arn + "*"},
        }
        condition["StringEquals"].update(changes)
        principal = {"Service": "bedrock.amazonaws.com"}
        statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition}
        return document(statement)

    def role(self, *statements: Statement, trust: str | None = None, **options: str) -> str:
        """A role with these rights; ``options`` are those of CreateRole, a path or a permissions boundary."""
        self._roles += 1
        name, iam = f"role-{self._roles}", self.client("iam")
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust or self.trust(), **options)["Role"]
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="rights", PolicyDocument=document(*statements))
        return str(role["Arn"])

    def user(self, *statements: Statement) -> Any:
        """A bedrock client of a new IAM user with these rights."""
        iam = self.client("iam")
        iam.create_user(UserName="caller")
        iam.put_user_policy(UserName="caller", PolicyName="rights", PolicyDocument=document(*statements))
        key = iam.create_access_key(UserName="caller")["AccessKey"]
        credentials = {"AccessKeyId": key["AccessKeyId"], "SecretAccessKey": key["SecretAccessKey"]}
        return self.aws.client("bedrock", account=self.account, region=REGION, credentials=credentials)

    def function(self, code: str, role: str, runtime: str = "python3.14", name: str = "function") -> str:
        """A Lambda function of one file; its name."""
        archive = io.BytesIO()
        kinds = {"python": "index.py", "nodejs": "index.js", "provided": "bootstrap"}
        file_name = next(of_kind for kind, of_kind in kinds.items() if runtime.startswith(kind))
        with zipfile.ZipFile(archive, "w") as file:
            executable = zipfile.ZipInfo(file_name)
            executable.external_attr = 0o755 << 16
            file.writestr(executable, code)
        self.client("lambda").create_function(
            FunctionName=name,
            Runtime=runtime,
            Role=role,
            Handler="index.handler",
            Timeout=30,
            Code={"ZipFile": archive.getvalue()},
        )
        return name

    def key(self, *policy: Statement) -> str:
        """A KMS key with this policy; default: one that leaves the decision to IAM."""
        options = {"Policy": document(*policy)} if policy else {}
        return str(self.client("kms").create_key(**options)["KeyMetadata"]["Arn"])

    def rights(self, *left_out: str) -> list[Statement]:
        """The rights of a good service role, but for some actions; each where it belongs and no wider."""
        wanted = [
            (["s3:ListBucket"], f"arn:aws:s3:::in-{self.account}", {"StringLike": {"s3:prefix": ["in/*"]}}),
            (["s3:GetObject"], f"arn:aws:s3:::in-{self.account}/in/*", {}),
            (["s3:PutObject"], f"arn:aws:s3:::out-{self.account}/out/*", {}),
            (["bedrock:InvokeModel"], f"arn:aws:bedrock:{REGION}::foundation-model/{NOVA}", {}),
        ]
        return [
            allow(actions, resources, **conditions)
            for actions, resources, conditions in wanted
            if not set(actions) & set(left_out)
        ]

    def upload(self, body: bytes, key: str = "in/x.jsonl", **options: str) -> None:
        self.client("s3").put_object(Bucket=f"in-{self.account}", Key=key, Body=body, **options)

    def request(self, role_arn: str, **members: Any) -> dict[str, Any]:
        return {
            "jobName": "job-1",
            "roleArn": role_arn,
            "modelId": NOVA,
            "modelInvocationType": "Converse",
            "inputDataConfig": {"s3InputDataConfig": {"s3Uri": f"s3://in-{self.account}/in/"}},
            "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": f"s3://out-{self.account}/out/"}},
            **members,
        }

    def create(self, role_arn: str, **members: Any) -> str:
        return str(self.bedrock.create_model_invocation_job(**self.request(role_arn, **members))["jobArn"])

    def get(self, arn: str) -> dict[str, Any]:
        job: dict[str, Any] = self.bedrock.get_model_invocation_job(jobIdentifier=arn)
        return job

    def finish(self, role_arn: str, **members: Any) -> dict[str, Any]:
        """Create a job, let its time pass, and return how it ended."""
        arn = self.create(role_arn, **members)
        self.aws.advance(LONG)
        return self.get(arn)

    def output(self, job: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
        """The lines of one output file of a job."""
        key = f"out/{job['jobArn'].rsplit('/', 1)[-1]}/{name}"
        body = self.client("s3").get_object(Bucket=f"out-{self.account}", Key=key)["Body"].read()
        return [json.loads(line) for line in body.splitlines()]

    def output_names(self) -> list[str]:
        found = self.client("s3").list_objects_v2(Bucket=f"out-{self.account}").get("Contents", [])
        return [entry["Key"].split("/", 2)[-1] for entry in found]


def s3_user(cloud: Cloud, *statements: Statement) -> Any:
    """An S3 client of a new IAM user with these rights, and the user's ARN."""
    iam = cloud.client("iam")
    arn = iam.create_user(UserName="s3-caller")["User"]["Arn"]
    iam.put_user_policy(UserName="s3-caller", PolicyName="rights", PolicyDocument=document(*statements))
    key = iam.create_access_key(UserName="s3-caller")["AccessKey"]
    credentials = {"AccessKeyId": key["AccessKeyId"], "SecretAccessKey": key["SecretAccessKey"]}
    return cloud.aws.client("s3", account=cloud.account, region=REGION, credentials=credentials), arn
