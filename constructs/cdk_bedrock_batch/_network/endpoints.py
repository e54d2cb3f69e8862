"""The endpoints of a VPC that a job and the function of a stack need. Those that the app has already are used."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

from aws_cdk import Stack

from cdk_bedrock_batch._network.selection import selected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_cdk import aws_ec2 as ec2

_S3: Final = "BedrockBatchS3Endpoint"


def s3_endpoints(vpc: ec2.IVpc, subnets: ec2.SubnetSelection | None) -> tuple[ec2.GatewayVpcEndpoint, ...]:
    """The gateway endpoints that give each of these subnets a way to S3. What is missing is made.

    :raises ValueError: route tables of the subnets are not known, or an endpoint is no `GatewayVpcEndpoint`.
    """
    from aws_cdk import aws_ec2 as ec2  # noqa: PLC0415 - takes seconds, and only jobs and functions in a VPC need it

    stack = Stack.of(vpc)
    chosen = selected(vpc, subnets)
    tables = {_table(stack, subnet): subnet for subnet in chosen}
    used = []
    for endpoint in _endpoints(vpc, "s3"):
        served = {json.dumps(each) for each in stack.resolve(endpoint.route_table_ids) or ()}
        if served & tables.keys():
            scope = endpoint.node.scope
            if not isinstance(scope, ec2.GatewayVpcEndpoint):
                raise ValueError(
                    f"the VPC {vpc.node.path} has the S3 endpoint {endpoint.node.path} already; let the job or the "
                    "function depend on it, and leave out the call that would make one"
                )
            used.append(scope)
            tables = {table: subnet for table, subnet in tables.items() if table not in served}
    if tables:
        is_first = vpc.node.try_find_child(_S3) is None
        used.append(
            vpc.add_gateway_endpoint(
                _S3 if is_first else _S3 + _digest(subnet.node.path for subnet in tables.values()),
                service=ec2.GatewayVpcEndpointAwsService.S3,
                subnets=[ec2.SubnetSelection(subnets=[*tables.values()])],
            )
        )
    return tuple(used)


def interface_endpoint(
    vpc: ec2.IVpc, subnets: ec2.SubnetSelection | None, *, service: str, construct_id: str
) -> ec2.InterfaceVpcEndpoint:
    """The interface endpoint of a service, which only what is allowed may use. It is made if there is none.

    :param service: the end of its name, such as `bedrock`.
    :raises ValueError: the app has one that is no `InterfaceVpcEndpoint`.
    """
    from aws_cdk import aws_ec2 as ec2  # noqa: PLC0415 - see above

    for endpoint in _endpoints(vpc, service):
        scope = endpoint.node.scope
        if not isinstance(scope, ec2.InterfaceVpcEndpoint):
            raise ValueError(  # noqa: TRY004 - the app has a construct of another kind
                f"the VPC {vpc.node.path} has the endpoint {endpoint.node.path} already; allow HTTPS to it from the "
                "security groups of the function, and leave out the call that would make one"
            )
        return scope
    return vpc.add_interface_endpoint(
        construct_id,
        service=ec2.InterfaceVpcEndpointAwsService(service),
        subnets=subnets,
        # Only functions get in, not all of the VPC.
        open=False,
    )


def _endpoints(vpc: ec2.IVpc, service: str) -> Iterator[ec2.CfnVPCEndpoint]:
    """The endpoints of a service that the app declares for a VPC, also for other imports of the same VPC."""
    from aws_cdk import aws_ec2 as ec2  # noqa: PLC0415 - see above

    for each in vpc.node.root.node.find_all():
        if isinstance(each, ec2.CfnVPCEndpoint) and each.vpc_id == vpc.vpc_id:
            name = Stack.of(each).resolve(each.service_name)
            if json.dumps(name).rstrip('"]}').endswith(f".{service}"):
                yield each


def _table(stack: Stack, subnet: ec2.ISubnet) -> str:
    try:
        table = subnet.route_table.route_table_id
    except RuntimeError:
        # Of a subnet that is imported by its id alone.
        table = ""
    if not table:
        raise ValueError(
            f"the route table of the subnet {subnet.node.path} is not known, since the subnet is imported without it; "
            "import it with its route table, or make the S3 endpoint yourself"
        )
    return json.dumps(stack.resolve(table))


def _digest(paths: Iterator[str]) -> str:
    return hashlib.sha256("\n".join(sorted(paths)).encode()).hexdigest()[:8].upper()
