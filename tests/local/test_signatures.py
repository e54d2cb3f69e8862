"""Which signatures the embedded AWS takes: one of a known key, lately, for the whole request and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

import boto3
import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from local.strangers import Request, form, header_claim, send, signed

from bedrock_batch_local import EmbeddedAws

ACCOUNT = "000000000000"


def test_a_signature_of_another_request_is_refused(closed: EmbeddedAws) -> None:
    role = Request("POST", "/", body=form("GetUser"), headers=(("Content-Type", "application/x-www-form-urlencoded"),))
    good = signed(closed.endpoint_url, role, ACCOUNT, closed.secret, "iam")

    changed = replace(good, body=form("ListUsers"))

    assert send(closed.endpoint_url, changed).is_refusal


class TestCoverage:
    """A signature is good for the one request that was signed, and for nothing that could be added to it."""

    def good(self, aws: EmbeddedAws, plain: Request, service: str) -> Request:
        return signed(aws.endpoint_url, plain, ACCOUNT, aws.secret, service)

    @pytest.mark.parametrize(
        "added",
        [
            ("Authorization", "AWS4-HMAC Credential=111111111111/20250101/us-east-1/bedrock/aws4_request"),
            ("authorization", "AWS4-HMAC-SHA256 Credential=111111111111/20250101/us-east-1/bedrock/aws4_request"),
            ("X-Amz-Target", "secretsmanager.ListSecrets"),
            ("X-Amz-Date", "20260101T000000Z"),
            ("X-Amz-Security-Token", "of-somebody"),
            ("Host", "localhost"),
        ],
    )
    def test_a_header_that_is_added_is_refused(self, closed: EmbeddedAws, added: tuple[str, str]) -> None:
        good = self.good(closed, Request("GET", "/model-invocation-jobs"), "bedrock")

        assert send(closed.endpoint_url, good).status == 200
        assert send(closed.endpoint_url, replace(good, headers=(*good.headers, added))).is_refusal

    def test_nobody_becomes_root_by_a_second_authorization(self, closed: EmbeddedAws) -> None:
        iam = closed.client("iam")
        iam.create_user(UserName="second")
        key = iam.create_access_key(UserName="second")["AccessKey"]
        plain = Request("GET", "/model-invocation-jobs")
        mine = signed(closed.endpoint_url, plain, key["AccessKeyId"], key["SecretAccessKey"], "bedrock")
        root = ("Authorization", f"AWS4-HMAC Credential={ACCOUNT}/20250101/us-east-1/bedrock/aws4_request")

        assert b"not authorized to perform" in send(closed.endpoint_url, mine).body
        for headers in ((*mine.headers, root), (root, *mine.headers)):
            assert b"twice" in send(closed.endpoint_url, replace(mine, headers=headers)).body
        iam.delete_access_key(UserName="second", AccessKeyId=key["AccessKeyId"])
        iam.delete_user(UserName="second")

    def test_a_link_to_one_object_calls_no_other_service(self, closed: EmbeddedAws) -> None:
        link = TestQuery().link(closed)
        headers = (("X-Amz-Target", "secretsmanager.ListSecrets"), ("Content-Type", "application/x-amz-json-1.1"))

        answer = send(closed.endpoint_url, Request("GET", link, headers, b"{}"))

        assert answer.is_refusal
        assert b"SecretList" not in answer.body

    @pytest.mark.parametrize("header", ["x-amz-copy-source", "x-amz-acl", "x-amz-content-sha256"])
    def test_a_link_does_nothing_beyond_what_was_signed(self, closed: EmbeddedAws, header: str) -> None:
        link = TestQuery().link(closed)

        assert send(closed.endpoint_url, Request("GET", link, ((header, "/prompts/a b+c"),))).is_refusal

    def test_a_body_in_place_of_the_signed_one_is_refused(self, closed: EmbeddedAws) -> None:
        body = b"signed"
        declared = ("x-amz-content-sha256", hashlib.sha256(body).hexdigest())
        good = self.good(closed, Request("PUT", "/prompts/object", (declared,), body), "s3")

        assert send(closed.endpoint_url, good).status == 200
        assert send(closed.endpoint_url, replace(good, body=b"another")).is_refusal
        assert closed.client("s3").get_object(Bucket="prompts", Key="object")["Body"].read() == body

    def test_a_signature_that_is_no_text_of_ascii_is_refused(self, closed: EmbeddedAws) -> None:
        good = self.good(closed, Request("GET", "/model-invocation-jobs"), "bedrock")
        broken = tuple((name, value.replace("Signature=", "Signature=\u00e9")) for name, value in good.headers)

        assert send(closed.endpoint_url, replace(good, headers=broken)).is_refusal


class TestQuery:
    """Signatures in the query, as links to objects have them."""

    def link(self, aws: EmbeddedAws) -> str:
        """The target of a signed link."""
        aws.client("s3").put_object(Bucket="prompts", Key="a b+c", Body=b"text")
        s3 = boto3.client(
            "s3",
            region_name="us-east-1",
            endpoint_url=aws.endpoint_url,
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key=aws.secret,
            config=Config(signature_version="s3v4"),
        )
        url = s3.generate_presigned_url("get_object", {"Bucket": "prompts", "Key": "a b+c"}, ExpiresIn=60)
        return str(url).removeprefix(aws.endpoint_url)

    def test_a_good_one_opens_its_object_and_no_other(self, closed: EmbeddedAws) -> None:
        link = self.link(closed)

        assert send(closed.endpoint_url, Request("GET", link)).body == b"text"
        assert send(closed.endpoint_url, Request("GET", link.replace("/a%20b%2Bc", "/other"))).is_refusal
        assert send(closed.endpoint_url, Request("DELETE", link)).is_refusal

    @pytest.mark.parametrize(("seconds", "status"), [(60, 200), (-1, 403)])
    def test_one_that_has_expired_is_refused(self, closed: EmbeddedAws, seconds: int, status: int) -> None:
        whole = AWSRequest("GET", f"{closed.endpoint_url}/?Action=GetCallerIdentity&Version=2011-06-15")
        SigV4QueryAuth(Credentials(ACCOUNT, closed.secret), "sts", "us-east-1", expires=seconds).add_auth(whole)

        answer = send(closed.endpoint_url, Request("GET", str(whole.url).removeprefix(closed.endpoint_url)))

        assert answer.status == status, answer.body


class TestTwoNames:
    """A request that names two keys, of which one is checked and the other believed, would be anybody's."""

    @pytest.fixture
    def user(self, closed: EmbeddedAws) -> Iterator[dict[str, str]]:
        iam = closed.client("iam")
        iam.create_user(UserName="user")
        key = iam.create_access_key(UserName="user")["AccessKey"]
        yield key
        iam.delete_access_key(UserName="user", AccessKeyId=key["AccessKeyId"])
        iam.delete_user(UserName="user")

    def request(self, aws: EmbeddedAws, user: dict[str, str]) -> Request:
        plain = Request("POST", "/", (("Content-Type", "application/x-www-form-urlencoded"),), form("ListRoles"))
        return signed(aws.endpoint_url, plain, user["AccessKeyId"], user["SecretAccessKey"], "iam")

    def test_in_one_header(self, closed: EmbeddedAws, user: dict[str, str]) -> None:
        good = self.request(closed, user)
        root = header_claim("iam")[1].split("Credential=")[1].split(",")[0]
        both = tuple(
            (name, value.replace("Credential=", f"Credential={root}, Credential=")) for name, value in good.headers
        )

        assert b"not authorized to perform: iam:ListRoles" in send(closed.endpoint_url, good).body
        assert b"not authorized" not in send(closed.endpoint_url, replace(good, headers=both)).body
        assert send(closed.endpoint_url, replace(good, headers=both)).is_refusal

    def test_in_header_and_query(self, closed: EmbeddedAws, user: dict[str, str]) -> None:
        plain = replace(self.request(closed, user), headers=(), target=f"/?X-Amz-Credential={ACCOUNT}/a/b/iam/c")
        both = signed(closed.endpoint_url, plain, user["AccessKeyId"], user["SecretAccessKey"], "iam")

        assert b"one signature" in send(closed.endpoint_url, both).body


@pytest.mark.parametrize("service", ["s3", "sts", "iam", "cloudformation", "bedrock", "lambda", "ssm", "kms"])
def test_a_wrong_secret_is_named_as_such_by_each_sdk(closed: EmbeddedAws, service: str) -> None:
    credentials = {"AccessKeyId": ACCOUNT, "SecretAccessKey": "of-an-earlier-start"}
    client = closed.client(service, credentials=credentials)
    call = {
        "s3": "list_buckets",
        "sts": "get_caller_identity",
        "iam": "list_roles",
        "cloudformation": "list_stacks",
        "bedrock": "list_model_invocation_jobs",
        "lambda": "list_functions",
        "ssm": "describe_parameters",
        "kms": "list_keys",
    }[service]

    with pytest.raises(ClientError, match="signature") as refused:
        getattr(client, call)()

    assert refused.value.response["Error"]["Code"] in ("SignatureDoesNotMatch", "InvalidSignatureException")
