"""A dashboard of batch inference jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import Duration
from constructs import Construct

from bedrock_batch import limits
from cdk_bedrock_batch._checks import check_text, checked
from cdk_bedrock_batch._template import StackView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_cloudwatch as cloudwatch

    from cdk_bedrock_batch.job import ModelInvocationJob


class BatchDashboard(Construct):
    """A CloudWatch dashboard of jobs: alarms, the last end of each job, records, tokens, errors, links to output.

    It may be in another stack than its jobs. Jobs in another Region or account have graphs only, since a template
    cannot name what is there; for another account, CloudWatch needs cross-account observability. Of a job without
    `outcome` there are only the graphs of its model and the link to its output.

    Example::

        job = ModelInvocationJob(stack, "Triage", model=model, input=records, outcome=Outcome())
        BatchDashboard(stack, "Dashboard", jobs=[job], alarms=[job.alarm_on_failure("FailureAlarm")])
    """

    dashboard: cloudwatch.Dashboard
    """The dashboard, for widgets of your own (`add_widgets`)."""

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        jobs: Sequence[ModelInvocationJob],
        alarms: Sequence[cloudwatch.IAlarm] = (),
        dashboard_name: str | None = None,
    ) -> None:
        """Declare the dashboard.

        The synthesis fails if it exceeds the limits of CloudWatch: 500 widgets, 500 metrics in a graph and 2,500 in
        all. More than 1,000 jobs fit.

        :param jobs: one or more.
        :param alarms: whose states are shown. Those of `notify` are not among them unless they are given. Default:
            none.
        :param dashboard_name: 1 to 255 letters, digits, hyphens and underscores. Default: made by AWS CloudFormation.
        :raises ValueError: there are no jobs, or CloudWatch would not accept `dashboard_name`.
        """
        super().__init__(scope, construct_id)
        from aws_cdk import aws_cloudwatch as cloudwatch  # noqa: PLC0415 - 0.2 s to import

        from cdk_bedrock_batch import _dashboard  # noqa: PLC0415 - imports it

        if not jobs:
            raise ValueError("jobs must list at least one job")
        if dashboard_name is not None:
            allowed = "1 to 255 letters, digits, hyphens and underscores"
            check_text("dashboard_name", dashboard_name, limits.DASHBOARD_NAME, allowed)
        view = StackView.around(self)
        stacks = _dashboard.StackJobs.of(jobs, view)
        self.dashboard = cloudwatch.Dashboard(
            self,
            "Resource",
            dashboard_name=dashboard_name,
            # The default of 3 hours shows none of most jobs.
            default_interval=Duration.days(3),
            widgets=[
                *_dashboard.heading(stacks),
                *_dashboard.alarm_states(alarms),
                *_dashboard.last_ends(stacks),
                *_dashboard.graphs(stacks),
                *_dashboard.output_links(stacks),
            ],
        )
        resource = cast("cloudwatch.CfnDashboard", self.dashboard.node.default_child)
        self.node.add_validation(_dashboard.DashboardSize(view.stack, resource))
