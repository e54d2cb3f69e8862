"""Jobs in a VPC: network interfaces with the role's rights while the job runs, and none afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from local.cloud import LONG, REGION, Cloud, Statement, allow

TAGS = ["BedrockManaged", "BedrockModelInvocationJobArn"]


class Network:
    """A VPC with two subnets, a security group and, unless told otherwise, a gateway endpoint for S3."""

    def __init__(self, cloud: Cloud, *, endpoint: bool = True) -> None:
        self.cloud = cloud
        self.ec2 = cloud.client("ec2")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
        self.subnets = [
            self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=f"10.1.{number}.0/24")["Subnet"]["SubnetId"]
            for number in range(2)
        ]
        self.group = self.ec2.create_security_group(GroupName="job", Description="of a job", VpcId=self.vpc)["GroupId"]
        (tables,) = self.ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [self.vpc]}])["RouteTables"]
        self.table = tables["RouteTableId"]
        if endpoint:
            self.ec2.create_vpc_endpoint(
                VpcId=self.vpc, ServiceName=f"com.amazonaws.{REGION}.s3", RouteTableIds=[self.table]
            )

    @property
    def config(self) -> dict[str, Any]:
        return {"vpcConfig": {"subnetIds": self.subnets, "securityGroupIds": [self.group]}}

    def arn(self, kind: str, name: str = "*") -> str:
        return f"arn:aws:ec2:{REGION}:{self.cloud.account}:{kind}/{name}"

    def statements(self) -> list[Statement]:
        """The four statements of the user guide's page on batch inference in a VPC."""
        jobs = self.cloud.jobs_arn + "*"
        subnets = [self.arn("subnet", subnet) for subnet in self.subnets]
        return [
            allow([f"ec2:Describe{what}" for what in DESCRIBED]),
            allow(
                "ec2:CreateNetworkInterface",
                [self.arn("network-interface"), *subnets, self.arn("security-group", self.group)],
                StringEquals={"aws:RequestTag/BedrockManaged": "true"},
                ArnEquals={"aws:RequestTag/BedrockModelInvocationJobArn": jobs},
            ),
            allow(
                MANAGED,
                "*",
                StringEquals={"ec2:Subnet": subnets},
                ArnEquals={"ec2:ResourceTag/BedrockModelInvocationJobArn": jobs},
            ),
            allow(
                "ec2:CreateTags",
                self.arn("network-interface"),
                **{
                    "StringEquals": {"ec2:CreateAction": "CreateNetworkInterface"},
                    "ForAllValues:StringEquals": {"aws:TagKeys": TAGS},
                },
            ),
        ]

    def interfaces(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ec2.describe_network_interfaces()["NetworkInterfaces"]
        return [one for one in found if one["VpcId"] == self.vpc]


DESCRIBED = ["DhcpOptions", "NetworkInterfaces", "SecurityGroups", "Subnets", "Vpcs"]
MANAGED = ["ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface", "ec2:DeleteNetworkInterfacePermission"]
ACTIONS = [f"ec2:Describe{what}" for what in DESCRIBED] + ["ec2:CreateNetworkInterface", *MANAGED, "ec2:CreateTags"]


def without(statements: list[Statement], action: str) -> Iterator[Statement]:
    for statement in statements:
        actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        if left := [one for one in actions if one != action]:
            yield statement | {"Action": left}


def test_the_documented_statements_are_enough_and_nothing_is_left_behind(ready: Cloud) -> None:
    network = Network(ready)

    job = ready.finish(ready.role(*ready.rights(), *network.statements()), **network.config)

    assert (job["status"], job.get("message")) == ("Completed", None)
    assert network.interfaces() == []


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_is_needed_and_named_where_it_is_missing(ready: Cloud, action: str) -> None:
    network = Network(ready)
    role = ready.role(*ready.rights(), *without(network.statements(), action))

    job = ready.finish(role, **network.config)

    assert job["status"] == "Failed"
    assert job["message"].startswith(f"The service role is not authorized to perform: {action} on ")


def test_every_resource_of_an_interface_is_needed(ready: Cloud) -> None:
    network = Network(ready)
    statements = network.statements()
    create = statements[1]
    for number, left_out in enumerate(create["Resource"]):
        resources = [resource for resource in create["Resource"] if resource != left_out]
        role = ready.role(*ready.rights(), statements[0], create | {"Resource": resources}, *statements[2:])
        job = ready.finish(role, jobName=f"job-{number}", **network.config)
        assert (job["status"], job["message"].endswith(left_out)) == ("Failed", True)


@pytest.mark.parametrize("statement", [1, 2, 3])
def test_the_conditions_are_compared(ready: Cloud, statement: int) -> None:
    network = Network(ready)
    statements = network.statements()
    wrong = {
        1: {"StringEquals": {"aws:RequestTag/BedrockManaged": "false"}},
        2: {"StringEquals": {"ec2:Subnet": network.arn("subnet", "subnet-else")}},
        3: {"ForAllValues:StringEquals": {"aws:TagKeys": TAGS[:1]}},
    }[statement]
    statements[statement] = statements[statement] | {"Condition": wrong}

    job = ready.finish(ready.role(*ready.rights(), *statements), **network.config)

    assert job["message"].startswith("The service role is not authorized to perform: ec2:")


def test_only_interfaces_of_batch_inference_jobs_may_be_made(ready: Cloud) -> None:
    network = Network(ready)
    other = ready.jobs_arn.replace("model-invocation-job", "model-customization-job") + "*"
    statements = network.statements()
    statements[1]["Condition"]["ArnEquals"] = {"aws:RequestTag/BedrockModelInvocationJobArn": other}

    job = ready.finish(ready.role(*ready.rights(), *statements), **network.config)

    assert "ec2:CreateNetworkInterface on " in job["message"]


def test_interfaces_are_there_while_the_job_runs_and_keep_their_network(ready: Cloud) -> None:
    network = Network(ready)
    arn = ready.create(ready.role(*ready.rights(), *network.statements()), **network.config)
    while ready.get(arn)["status"] != "InProgress":
        ready.aws.advance(30)

    found = network.interfaces()
    assert sorted(one["SubnetId"] for one in found) == sorted(network.subnets)
    assert {group["GroupId"] for one in found for group in one["Groups"]} == {network.group}
    for call, name in (("delete_security_group", network.group), ("delete_subnet", network.subnets[0])):
        parameter = "GroupId" if "group" in call else "SubnetId"
        with pytest.raises(ClientError, match="DependencyViolation"):
            getattr(network.ec2, call)(**{parameter: name})

    ready.aws.advance(LONG)
    assert network.interfaces() == []
    network.ec2.delete_security_group(GroupId=network.group)
    network.ec2.delete_subnet(SubnetId=network.subnets[0])


def test_a_stopped_job_leaves_nothing_behind(ready: Cloud) -> None:
    network = Network(ready)
    arn = ready.create(ready.role(*ready.rights(), *network.statements()), **network.config)
    while ready.get(arn)["status"] != "Scheduled":
        ready.aws.advance(30)
    assert network.interfaces()

    ready.bedrock.stop_model_invocation_job(jobIdentifier=arn)
    ready.aws.advance(LONG)

    assert (ready.get(arn)["status"], network.interfaces()) == ("Stopped", [])


def test_a_role_that_lost_its_rights_leaves_the_interfaces(ready: Cloud) -> None:
    network = Network(ready)
    role = ready.role(*ready.rights(), *network.statements())
    arn = ready.create(role, **network.config)
    while ready.get(arn)["status"] != "InProgress":
        ready.aws.advance(30)
    ready.client("iam").delete_role_policy(RoleName=role.rsplit("/", 1)[-1], PolicyName="rights")

    ready.aws.advance(LONG)

    assert (ready.get(arn)["status"], len(network.interfaces())) == ("Failed", 2)


def test_a_subnet_that_is_not_there_fails_the_job(ready: Cloud) -> None:
    network = Network(ready)
    config = {"vpcConfig": {"subnetIds": ["subnet-gone"], "securityGroupIds": [network.group]}}

    job = ready.finish(ready.role(*ready.rights(), *network.statements()), **config)

    assert job["message"] == "The subnet ID 'subnet-gone' does not exist"


@pytest.mark.parametrize(
    ("route", "status"), [("none", "Failed"), ("internet gateway", "Failed"), ("nat", "Completed")]
)
def test_without_an_endpoint_only_a_way_through_nat_leads_to_s3(ready: Cloud, route: str, status: str) -> None:
    network = Network(ready, endpoint=False)
    targets = {"internet gateway": {"GatewayId": "igw-1"}, "nat": {"NatGatewayId": "nat-1"}}
    if route in targets:
        network.ec2.create_route(RouteTableId=network.table, DestinationCidrBlock="0.0.0.0/0", **targets[route])

    job = ready.finish(ready.role(*ready.rights(), *network.statements()), **network.config)

    assert job["status"] == status
    assert ("Amazon S3 can not be reached" in job.get("message", "")) == (status == "Failed")
