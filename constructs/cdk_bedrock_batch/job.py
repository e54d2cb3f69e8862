"""A batch inference job as a declared resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Annotations, Validations

from bedrock_batch import limits
from cdk_bedrock_batch import _network
from cdk_bedrock_batch._checks import checked, folder_key, options
from cdk_bedrock_batch._events import RuleOptions, on_any_state_change
from cdk_bedrock_batch._iam import HandlerAccess, JobAccess, network_of
from cdk_bedrock_batch._job import (
    Bill,
    DeclaredJob,
    JobResource,
    JobTags,
    check_places,
    check_region,
    declare,
    job_bytes,
    warn_of_required_policies,
)
from cdk_bedrock_batch._job import role as job_role
from cdk_bedrock_batch._template import StackView, job_folder, stack_folder
from cdk_bedrock_batch.handler import BatchHandler
from cdk_bedrock_batch.job_base import ImportedJob
from cdk_bedrock_batch.monitoring import Told
from cdk_bedrock_batch.options import InvocationType, JobGate, OnRemoval
from cdk_bedrock_batch.storage import BatchStorage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import Duration
    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_events as events
    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_sns as sns
    from constructs import Construct

    from bedrock_batch.cost import Ceilings, Price
    from cdk_bedrock_batch.input import JobInput
    from cdk_bedrock_batch.job_base import IModelInvocationJob
    from cdk_bedrock_batch.model import BatchModel
    from cdk_bedrock_batch.monitoring import Outcome
    from cdk_bedrock_batch.service_role import BatchServiceRole


class ModelInvocationJob(DeclaredJob):
    """One run of a model over many records. Deploying the stack starts it, removing it from the stack stops it.

    A deployment starts a paid job when the job is new, or when its model, invocation type, input, output location or
    `run_id` changed. Otherwise it starts no job, and with `hold` it starts none at all. It does not wait until the job
    has finished, which takes from minutes to days.

    A job takes two of a stack's 500 resources and 4,600 bytes of its template's megabyte. That is with the context
    value `@aws-cdk/core:suppressTemplateIndentation` of the app set to true; without it, it takes up to half as many
    bytes more.

    Example::

        job = ModelInvocationJob(
            stack,
            "TicketSummaries",
            model=BatchModel.from_model_id("us.amazon.nova-lite-v1:0"),
            input=JobInput.from_file("records.jsonl"),
            timeout=Duration.hours(48),
            tags={"team": "support"},
        )
        CfnOutput(stack, "OutputUri", value=job.output_uri)
    """

    service_role: iam.IRole
    """The role that Amazon Bedrock assumes to run the job."""

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        model: BatchModel,
        input: JobInput,  # noqa: A002 - the word of the API, whose names the options keep
        storage: BatchStorage | None = None,
        invocation_type: InvocationType = InvocationType.INVOKE_MODEL,
        timeout: Duration | None = None,
        run_id: str = "1",
        tags: Mapping[str, str] | None = None,
        job_name_prefix: str | None = None,
        output_prefix: str | None = None,
        gate: JobGate = JobGate.SUBMITTED,
        gate_timeout: Duration | None = None,
        on_removal: OnRemoval = OnRemoval.STOP,
        hold: bool = False,
        ceilings: Ceilings | None = None,
        price: Price | None = None,
        outcome: Outcome | None = None,
        notify: sns.ITopic | None = None,
        service_role: iam.IRole | BatchServiceRole | None = None,
        role_path: str | None = None,
        permissions_boundary: iam.IManagedPolicy | None = None,
        vpc: ec2.IVpc | None = None,
        subnets: ec2.SubnetSelection | None = None,
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
    ) -> None:
        """Declare the job.

        :param model: the model to run.
        :param input: the records.
        :param storage: the buckets of records and output. Default: one `BatchStorage` that the jobs of the stack share.
        :param invocation_type: the form of each record's `modelInput`. Default: `INVOKE_MODEL`.
        :param timeout: 24 to 168 whole hours after which the job ends, finished or not. Default: the service's own.
        :param run_id: 1 to 64 letters, digits and `._:/=+@-` characters. A new value runs the same work again. Default:
            "1".
        :param tags: up to 200 tags of the job, with those of `Tags.of` and of the stack. They are changed in place.
            `Tags.of` replaces a tag of this option, and this option a tag of the stack. Default: none.
        :param job_name_prefix: 1 to 22 letters, digits and hyphens, not starting with a hyphen. Default: made from
            `construct_id`.
        :param output_prefix: a folder in the output bucket, in which the job creates its own folder. Default: a folder
            for the job in a folder for the stack. Their names are made from ids and addresses, so no two jobs of an app
            share a folder. The job's records use the same folder in the input bucket.
        :param gate: how far the job must be before the deployment continues. Default: `SUBMITTED`.
        :param gate_timeout: how long a deployment waits for `VALIDATED`, 1 second to 12 minutes. After that the
            deployment continues and reports it. Default: 10 minutes.
        :param on_removal: what happens to the job when it leaves the stack or is replaced. Default: `STOP`.
        :param hold: whether a deployment makes everything but starts no job. A job that the stack has already keeps
            running, even if the records or another part of the run changed. While there is no job, `job_id` is "held",
            and `job_arn` and `output_uri` end with it. A deployment without this option starts the job. Default: False.
        :param ceilings: what the job may not exceed, compared with `estimate`. Not for records that are in S3. Default:
            none.
        :param price: of batch inference with this model, for `estimate` and `max_usd`. Default: none. With `max_usd` it
            is half the on-demand price in the list of prices that the extra `[prices]` installs.
        :param outcome: when a run is good. A function of the stack then tells how each run ended, by one event on the
            account's default bus. A change starts no job, and holds for a run that has not ended. Default: no such
            function, unless `notify` is given.
        :param notify: a standard topic of the stack's account and Region. It gets a text for each outcome, and alarms
            about jobs that are late or stuck. An encrypted topic needs a customer-managed key. Default: none. With it,
            `outcome` is `Outcome()` if it is not given.
        :param service_role: a `BatchServiceRole` that several jobs share, or a role that Amazon Bedrock may assume. The
            job's policy is added to a role that is declared in this stack or imported as mutable. For any other role,
            `required_policies` and a warning say what it needs. Default: a new role for this job, with inline policies.
            New records or a new `run_id` do not change that role. A new model, place or key makes a new role. The old
            role is deleted when its run is replaced, so no running job loses a right.
        :param role_path: IAM path, with a slash at both ends. The new role is in a folder of its stack under this path.
            A new path makes a new role: change it while no job runs. Default: "/".
        :param permissions_boundary: the boundary of the new role. Default: none.
        :param vpc: the network from which the job reaches S3, through an S3 gateway endpoint if it has no internet
            access. Default: none.
        :param subnets: 1 to 16 subnets of `vpc`, preferably one in each zone. Default: the VPC's private subnets with
            internet access.
        :param security_groups: 1 to 5 security groups. Required with `vpc`, since the API has no default.
        :raises ValueError: CreateModelInvocationJob would not accept a value, records of a file have faults, or the job
            may exceed a ceiling.
        """
        super().__init__(scope, construct_id)
        self._asked_prefix = job_name_prefix
        if job_name_prefix is None:
            job_name_prefix = options.clean_name(construct_id)[: limits.JOB_NAME_PREFIX_LENGTH].rstrip("-")
        options.check_job_name_prefix(job_name_prefix)
        options.check_run_id(run_id)
        options.check_tags(tags or {})
        timeout_hours, gate_seconds = options.whole_hours(timeout), options.gate_seconds(gate, gate_timeout)
        network = network_of(vpc, subnets, security_groups)
        _check_role_options(service_role, role_path, permissions_boundary)
        view = StackView.around(self)
        common_folder = stack_folder(view)
        # Each use of self.node is a call to the kernel.
        node = self.node
        path = node.path
        own_folder = job_folder(view, path)
        output_folder = own_folder if output_prefix is None else folder_key("output_prefix", output_prefix)

        check_region(self, view, model)
        self._model, self._vpc, self._subnets = model, vpc, subnets
        if vpc is not None and network is not None:
            _network.watch_network(self, _network.JOB, vpc, network.subnet_ids, security_groups or ())

        storage = storage or BatchStorage._of_stack(view)
        family = model._family(converse=invocation_type is InvocationType.CONVERSE)
        source = input._bind(self, view, storage, own_folder, family)
        bill = Bill.within(ceilings, price, job=self, source=source, model=model, bodies=family)
        self._estimate = bill.estimate
        if source.files:
            storage._check_retention(self, timeout_hours)
        self._output = storage._output_location(output_folder)
        check_places(self, view, source.location, self._output)
        access = JobAccess.of(
            model=model._invoke_statements(), source=source.reads, output=self._output, network=network
        )
        handler = BatchHandler._of_stack(view)
        # A job that is left running needs its role until it ends.
        outlives_stack = on_removal is OnRemoval.LEAVE_RUNNING
        role = job_role.of_job(
            self,
            node,
            handler,
            access,
            service_role,
            folder=common_folder,
            run=[model.model_id, source.reads.uri, self._output.uri],
            outlives_stack=outlives_stack,
            role_path=role_path,
            permissions_boundary=permissions_boundary,
        )
        self._told = Told.of(self, outcome, notify, view=view, output=self._output, folder=common_folder, model=model)
        handler._allow_models(model._all_arns())
        self.service_role = role.role
        self._required_policies = (
            *role.required,
            *access.open_to(view, role.principal),
            *handler._allow_objects(HandlerAccess.of(source.uploaded, source.reads, self._output, common_folder)),
        )
        warn_of_required_policies(self, self._required_policies)
        _tell_of_options(self, hold=hold, left_without_storage=outlives_stack and storage._is_destroyed)

        self._tags, known_tags = JobTags.of(handler).of_job(path, tags or {})
        properties = JobResource(
            service_token=handler._service_token,
            model=model,
            invocation_type=invocation_type,
            role_arn=role.arn,
            source=source,
            output=self._output,
            output_key_arn=storage._sent_key_arn,
            timeout_hours=timeout_hours,
            network=network,
            tags=self._tags.rendered_tags,
            job_name_prefix=job_name_prefix,
            run_id=run_id,
            gate=gate,
            gate_seconds=gate_seconds,
            on_removal=on_removal,
            hold=hold,
            told=self._told.properties,
        ).properties()
        handler._take_room(
            resources=2 if role.made else 1,
            size=job_bytes(view, path, properties, known_tags, role.made),
        )
        # All of these must outlive the job: a deletion stops it first, while it can still read, write and decrypt. The
        # keys need no mention: the resource names the output's, and the role both.
        # The function takes no old event while its configuration exists. The rules must know of the end of the job.
        needs = (*role.policies, *source.dependencies, storage.output_bucket, handler._invoke_config)
        self._resource = declare(self, properties, bill, needs, self._told.needs)
        handler._check_name(self._resource)

    @staticmethod
    @checked
    def from_job_arn(scope: Construct, construct_id: str, job_arn: str) -> IModelInvocationJob:
        """Import a job that something else has started. The stack can grant rights on it, and does not change it.

        :param job_arn: may be a token, or contain tokens.
        :raises ValueError: it is not the ARN of a job.
        """
        return ImportedJob(scope, construct_id, job_arn)

    @staticmethod
    @checked
    def on_any_state_change(
        scope: Construct,
        construct_id: str,
        *,
        target: events.IRuleTarget | None = None,
        description: str | None = None,
        event_pattern: events.EventPattern | None = None,
        rule_name: str | None = None,
    ) -> events.Rule:
        """Make a rule for each change of the status of any job in the account and Region, declared here or not.

        :param scope: where to declare the rule.
        :param target: what gets the event. Default: none, use `add_target` of the rule.
        :param description: of the rule. Default: none.
        :param event_pattern: what else an event must match, such as `detail={"status": ["Failed"]}`. Default: nothing
            else.
        :param rule_name: name of the rule. Default: made by AWS CloudFormation.
        :raises ValueError: `event_pattern` would widen the rule.
        """
        options = RuleOptions(target=target, description=description, event_pattern=event_pattern, rule_name=rule_name)
        return on_any_state_change(scope, construct_id, options)


def _tell_of_options(scope: Construct, *, hold: bool, left_without_storage: bool) -> None:
    """Say what the options of a job lead to. The CDK CLI shows it before it deploys."""
    if left_without_storage:
        Validations.of(scope).add_warning(
            "cdk-bedrock-batch:left-without-storage",
            "on_removal leaves the job running, and its storage goes with its stack (removal_policy of the "
            "storage): a job that is left then has nowhere to read or write and is billed all the same",
        )
    if hold:
        Annotations.of(scope).add_info_v2(
            "cdk-bedrock-batch:hold",
            "hold: this job does not start; if an earlier one runs, it keeps running; remove hold to start it",
        )


def _check_role_options(
    service_role: iam.IRole | BatchServiceRole | None,
    role_path: str | None,
    permissions_boundary: iam.IManagedPolicy | None,
) -> None:
    if service_role is not None and (role_path, permissions_boundary) != (None, None):
        raise ValueError("role_path and permissions_boundary are for a role that is made here, not for service_role")
    if role_path:
        options.check_role_path(role_path)
