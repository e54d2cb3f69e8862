"""Two properties of ``AWS::S3::Bucket`` that MiniStack's CloudFormation ignores: encryption and tags.

Without encryption, a bucket with a customer key would never need rights on that key. Without tags, CDK's auto-delete
function does not find its tag and does not empty the bucket.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from ministack.services import s3
from ministack.services.cloudformation import provisioners


def install() -> None:
    """Add both properties to MiniStack, once per process."""
    known = {configuration[0] for configuration in provisioners._S3_BUCKET_CONFIGURATIONS}
    ours = (
        ("BucketEncryption", _encryption_xml, s3._put_bucket_encryption, s3._delete_bucket_encryption),
        ("Tags", _tags_xml, s3._put_bucket_tagging, s3._delete_bucket_tagging),
    )
    missing = tuple(configuration for configuration in ours if configuration[0] not in known)
    provisioners._S3_BUCKET_CONFIGURATIONS += missing


def _encryption_xml(encryption: Mapping[str, Any]) -> bytes:
    root = Element("ServerSideEncryptionConfiguration", xmlns=s3.S3_NS)
    for rule in encryption.get("ServerSideEncryptionConfiguration") or ():
        rule_element = SubElement(root, "Rule")
        default = rule.get("ServerSideEncryptionByDefault") or {}
        default_element = SubElement(rule_element, "ApplyServerSideEncryptionByDefault")
        key = default.get("KMSMasterKeyID")
        # MiniStack has no AWS managed keys: a bucket with one would refuse the CDK CLI's uploads.
        SubElement(default_element, "SSEAlgorithm").text = default.get("SSEAlgorithm") if key else "AES256"
        if key:
            SubElement(default_element, "KMSMasterKeyID").text = str(key)
        SubElement(rule_element, "BucketKeyEnabled").text = str(rule.get("BucketKeyEnabled", False)).lower()
    return bytes(tostring(root, encoding="utf-8"))


def _tags_xml(tags: Sequence[Mapping[str, Any]]) -> bytes:
    root = Element("Tagging", xmlns=s3.S3_NS)
    tag_set = SubElement(root, "TagSet")
    for tag in tags:
        tag_element = SubElement(tag_set, "Tag")
        for name in ("Key", "Value"):
            SubElement(tag_element, name).text = str(tag.get(name, ""))
    return bytes(tostring(root, encoding="utf-8"))
