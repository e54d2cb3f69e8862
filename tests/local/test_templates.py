"""MiniStack's CloudFormation with the resource types that the library's templates and their users' networks hold."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from local.cloud import REGION, Cloud, allow, document, to

Resources = dict[str, dict[str, Any]]
CODE = "def handler(event, context):\n    return 1\n"


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def ref(name: str, attribute: str | None = None) -> dict[str, Any]:
    return {"Fn::GetAtt": [name, attribute]} if attribute else {"Ref": name}


def ended(cloud: Cloud, stack: str) -> str:
    cloudformation = cloud.client("cloudformation")
    until = time.monotonic() + 20
    while time.monotonic() < until:
        (found,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
        if not found["StackStatus"].endswith("IN_PROGRESS"):
            return str(found["StackStatus"])
        time.sleep(0.05)
    return "still in progress"


def deploy(cloud: Cloud, resources: Resources, **outputs: Any) -> dict[str, str]:
    """Create or update the stack and return its outputs."""
    cloudformation = cloud.client("cloudformation")
    body = {"Resources": resources, "Outputs": {name: {"Value": value} for name, value in outputs.items()}}
    known = [stack["StackName"] for stack in cloudformation.describe_stacks()["Stacks"]]
    call = cloudformation.update_stack if "Stack" in known else cloudformation.create_stack
    call(StackName="Stack", TemplateBody=json.dumps(body), Capabilities=["CAPABILITY_NAMED_IAM"])
    assert ended(cloud, "Stack") in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), reasons(cloud)
    (stack,) = cloudformation.describe_stacks(StackName="Stack")["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def reasons(cloud: Cloud) -> list[str]:
    events = cloud.client("cloudformation").describe_stack_events(StackName="Stack")["StackEvents"]
    return [event["ResourceStatusReason"] for event in events if event.get("ResourceStatusReason")]


def lambda_role() -> dict[str, Any]:
    principal = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return resource("IAM::Role", AssumeRolePolicyDocument=json.loads(document(principal)))


def test_a_function_keeps_how_its_events_are_retried(cloud: Cloud) -> None:
    function = resource(
        "Lambda::Function",
        Runtime="python3.11",
        Handler="index.handler",
        Role=ref("Role", "Arn"),
        Code={"ZipFile": CODE},
    )
    retries = resource(
        "Lambda::EventInvokeConfig",
        FunctionName=ref("Function"),
        Qualifier="$LATEST",
        MaximumEventAgeInSeconds=960,
        MaximumRetryAttempts=0,
    )
    made = deploy(cloud, {"Role": lambda_role(), "Function": function, "Retries": retries}, Name=ref("Function"))

    found = cloud.client("lambda").get_function_event_invoke_config(FunctionName=made["Name"], Qualifier="$LATEST")

    assert (found["MaximumEventAgeInSeconds"], found["MaximumRetryAttempts"]) == (960, 0)


class TestRoles:
    def stack(self, path: str = "/cdk-bedrock-batch/", limit: str | None = "Limit") -> Resources:
        statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
        policy = json.loads(document(statement))
        role = lambda_role()
        role["Properties"] |= {"Path": path, "Policies": [{"PolicyName": "own", "PolicyDocument": policy}]}
        if limit:
            role["Properties"]["PermissionsBoundary"] = ref(limit)
        return {
            "Limit": resource("IAM::ManagedPolicy", PolicyDocument=policy, Path="/limits/"),
            "Other": resource("IAM::ManagedPolicy", PolicyDocument=policy),
            "Role": role,
            "More": resource("IAM::Policy", PolicyName="more", PolicyDocument=policy, Roles=[ref("Role")]),
        }

    def role(self, cloud: Cloud, **changes: Any) -> tuple[dict[str, Any], dict[str, str]]:
        made = deploy(cloud, self.stack(**changes), Role=ref("Role"), Limit=ref("Limit"), Other=ref("Other"))
        found: dict[str, Any] = cloud.client("iam").get_role(RoleName=made["Role"])["Role"]
        return found, made

    def test_a_role_has_its_path_its_policies_and_its_boundary(self, cloud: Cloud) -> None:
        role, made = self.role(cloud)

        assert role["Arn"] == f"arn:aws:iam::{cloud.account}:role/cdk-bedrock-batch/{made['Role']}"
        assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == made["Limit"]
        names = cloud.client("iam").list_role_policies(RoleName=made["Role"])["PolicyNames"]
        assert sorted(names) == ["more", "own"]
        assert made["Limit"].startswith(f"arn:aws:iam::{cloud.account}:policy/limits/")

    @pytest.mark.parametrize("limit", ["Other", None])
    def test_the_boundary_may_change_and_go(self, cloud: Cloud, limit: str | None) -> None:
        self.role(cloud)

        role, made = self.role(cloud, limit=limit)

        found = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        assert found == (made["Other"] if limit else None)

    def test_another_path_is_another_role_with_the_same_boundary(self, cloud: Cloud) -> None:
        before, _ = self.role(cloud)

        after, made = self.role(cloud, path="/elsewhere/")

        assert after["Arn"] != before["Arn"]
        assert after["PermissionsBoundary"]["PermissionsBoundaryArn"] == made["Limit"]


def test_a_key_has_its_policy_and_its_alias(cloud: Cloud) -> None:
    policy = json.loads(document(to(f"arn:aws:iam::{cloud.account}:root", allow("kms:Describe*"))))
    key = resource("KMS::Key", KeyPolicy=policy, EnableKeyRotation=True)
    alias = resource("KMS::Alias", AliasName="alias/results", TargetKeyId=ref("Key", "Arn"))

    made = deploy(cloud, {"Key": key, "Alias": alias}, Key=ref("Key"), Arn=ref("Key", "Arn"))

    kms = cloud.client("kms")
    assert json.loads(kms.get_key_policy(KeyId=made["Key"], PolicyName="default")["Policy"]) == policy
    assert kms.describe_key(KeyId="alias/results")["KeyMetadata"]["Arn"] == made["Arn"]


def test_a_bucket_has_its_policy_and_its_default_key(cloud: Cloud) -> None:
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": ref("Key", "Arn")}
    rule = {"ServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}
    statement = allow("s3:GetObject", f"arn:aws:s3:::bucket-{cloud.account}/*")
    policy = json.loads(document(to(f"arn:aws:iam::{cloud.account}:root", statement)))
    resources = {
        "Key": resource("KMS::Key"),
        "Bucket": resource(
            "S3::Bucket",
            BucketName=f"bucket-{cloud.account}",
            BucketEncryption={"ServerSideEncryptionConfiguration": [rule]},
        ),
        "Policy": resource("S3::BucketPolicy", Bucket=ref("Bucket"), PolicyDocument=policy),
    }

    made = deploy(cloud, resources, Bucket=ref("Bucket"), Key=ref("Key", "Arn"))

    s3 = cloud.client("s3")
    assert json.loads(s3.get_bucket_policy(Bucket=made["Bucket"])["Policy"]) == policy
    (found,) = s3.get_bucket_encryption(Bucket=made["Bucket"])["ServerSideEncryptionConfiguration"]["Rules"]
    assert found["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] == made["Key"]
    assert found["BucketKeyEnabled"] is True


class TestNetworks:
    def stack(self) -> Resources:
        anywhere = {"DestinationCidrBlock": "0.0.0.0/0"}
        return {
            "Vpc": resource("EC2::VPC", CidrBlock="10.2.0.0/16", EnableDnsHostnames=True, EnableDnsSupport=True),
            "Gateway": resource("EC2::InternetGateway"),
            "Attached": resource("EC2::VPCGatewayAttachment", VpcId=ref("Vpc"), InternetGatewayId=ref("Gateway")),
            "Public": resource("EC2::Subnet", VpcId=ref("Vpc"), CidrBlock="10.2.0.0/24", MapPublicIpOnLaunch=True),
            "Private": resource("EC2::Subnet", VpcId=ref("Vpc"), CidrBlock="10.2.1.0/24"),
            "Table": resource("EC2::RouteTable", VpcId=ref("Vpc")),
            "Joined": resource("EC2::SubnetRouteTableAssociation", RouteTableId=ref("Table"), SubnetId=ref("Private")),
            "Address": resource("EC2::EIP", Domain="vpc"),
            "Nat": resource("EC2::NatGateway", SubnetId=ref("Public"), AllocationId=ref("Address", "AllocationId")),
            "Route": resource("EC2::Route", RouteTableId=ref("Table"), NatGatewayId=ref("Nat"), **anywhere),
            "Group": resource("EC2::SecurityGroup", GroupDescription="of a job", VpcId=ref("Vpc")),
            "Ingress": resource(
                "EC2::SecurityGroupIngress",
                GroupId=ref("Group", "GroupId"),
                IpProtocol="tcp",
                FromPort=443,
                ToPort=443,
                CidrIp=ref("Vpc", "CidrBlock"),
            ),
            "Endpoint": resource(
                "EC2::VPCEndpoint",
                VpcId=ref("Vpc"),
                ServiceName={"Fn::Sub": "com.amazonaws.${AWS::Region}.s3"},
                VpcEndpointType="Gateway",
                RouteTableIds=[ref("Table")],
            ),
        }

    def test_a_network_with_all_that_cdk_puts_into_it_can_be_made(self, cloud: Cloud) -> None:
        made = deploy(cloud, self.stack(), Group=ref("Group", "GroupId"), Table=ref("Table"), Vpc=ref("Vpc"))

        ec2 = cloud.client("ec2")
        (table,) = ec2.describe_route_tables(RouteTableIds=[made["Table"]])["RouteTables"]
        assert any(route.get("NatGatewayId") for route in table["Routes"])
        (group,) = ec2.describe_security_groups(GroupIds=[made["Group"]])["SecurityGroups"]
        assert group["IpPermissions"][0]["IpRanges"] == [{"CidrIp": "10.2.0.0/16"}]
        (endpoint,) = [one for one in ec2.describe_vpc_endpoints()["VpcEndpoints"] if one["VpcId"] == made["Vpc"]]
        assert endpoint["ServiceName"] == f"com.amazonaws.{REGION}.s3"

    def test_and_goes_again(self, cloud: Cloud) -> None:
        stack = self.stack()
        made = deploy(cloud, stack, Vpc=ref("Vpc"))

        cloud.client("cloudformation").delete_stack(StackName="Stack")
        until = time.monotonic() + 20
        while time.monotonic() < until and made["Vpc"] in [
            vpc["VpcId"] for vpc in cloud.client("ec2").describe_vpcs()["Vpcs"]
        ]:
            time.sleep(0.05)

        assert made["Vpc"] not in [vpc["VpcId"] for vpc in cloud.client("ec2").describe_vpcs()["Vpcs"]]

    def test_a_network_in_use_can_not_be_deleted(self, cloud: Cloud) -> None:
        resources = {name: self.stack()[name] for name in ("Vpc", "Private", "Group")}
        made = deploy(cloud, resources, Subnet=ref("Private"), Group=ref("Group", "GroupId"))
        ec2 = cloud.client("ec2")
        interface = ec2.create_network_interface(SubnetId=made["Subnet"], Groups=[made["Group"]])["NetworkInterface"]

        cloud.client("cloudformation").delete_stack(StackName="Stack")
        assert ended(cloud, "Stack") == "DELETE_FAILED"
        assert any("DependencyViolation" in reason for reason in reasons(cloud))

        ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
        cloud.client("cloudformation").delete_stack(StackName="Stack")


def test_a_change_set_of_outputs_alone_can_be_executed(cloud: Cloud) -> None:
    """The CDK CLI deploys such changes, and reads attributes with them before it orphans a resource."""
    queue = {"Queue": resource("SQS::Queue", QueueName="queue")}
    deploy(cloud, queue)
    cloudformation = cloud.client("cloudformation")
    body = {"Resources": queue, "Outputs": {"Name": {"Value": ref("Queue", "QueueName")}}}

    statuses = []
    for name in ("first", "same"):
        cloudformation.create_change_set(StackName="Stack", ChangeSetName=name, TemplateBody=json.dumps(body))
        found = cloudformation.describe_change_set(StackName="Stack", ChangeSetName=name)
        statuses.append((found["Status"], found["ExecutionStatus"], found["Changes"]))
        if name == "first":
            cloudformation.execute_change_set(StackName="Stack", ChangeSetName=name)
            assert ended(cloud, "Stack") == "UPDATE_COMPLETE"

    assert statuses == [("CREATE_COMPLETE", "AVAILABLE", []), ("FAILED", "UNAVAILABLE", [])]
    (stack,) = cloudformation.describe_stacks(StackName="Stack")["Stacks"]
    assert {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]} == {"Name": "queue"}
