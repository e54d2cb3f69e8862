"""The widgets of a dashboard of jobs."""

from cdk_bedrock_batch._dashboard.graphs import graphs
from cdk_bedrock_batch._dashboard.size import DashboardSize
from cdk_bedrock_batch._dashboard.stack_jobs import StackJobs
from cdk_bedrock_batch._dashboard.tables import alarm_states, last_ends
from cdk_bedrock_batch._dashboard.texts import heading, output_links

__all__ = ["DashboardSize", "StackJobs", "alarm_states", "graphs", "heading", "last_ends", "output_links"]
