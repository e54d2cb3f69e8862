"""The function of the probe: it writes down what CloudFormation sends, without its secret, and answers as asked."""

import json
import time
import urllib.parse
import urllib.request

import boto3


def handler(event, _context):  # type: ignore[no-untyped-def]  # the template holds this file, and is bounded in size
    """Write the event into the bucket that the resource names, and answer."""
    url = urllib.parse.urlsplit(event["ResponseURL"])
    query = {name.lower(): value for name, value in urllib.parse.parse_qsl(url.query)}
    asked, kind = event["ResourceProperties"], event["RequestType"]
    names = ("RequestType", "RequestId", "LogicalResourceId", "PhysicalResourceId")
    seen = {name: event.get(name) for name in names}
    seen |= {"Version": asked["Version"], "Old": event.get("OldResourceProperties", {}).get("Version")}
    seen |= {"Host": url.hostname, "SignedAt": query.get("x-amz-date") or query.get("expires")}
    key = f"events/{time.time():.3f}-{event['RequestId']}.json"
    boto3.client("s3").put_object(Bucket=asked["Bucket"], Key=key, Body=json.dumps(seen).encode())
    is_delete = kind == "Delete"
    if not is_delete:
        time.sleep(float(asked.get("Delay", "0")))
    body = {
        "Status": "FAILED" if asked.get("Fails") == "yes" and not is_delete else "SUCCESS",
        "Reason": "as asked",
        "PhysicalResourceId": event["PhysicalResourceId"] if is_delete else f"probe-{asked['Version']}",
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    request = urllib.request.Request(
        event["ResponseURL"], data=json.dumps(body).encode(), method="PUT", headers={"content-type": ""}
    )
    urllib.request.urlopen(request, timeout=10).close()
