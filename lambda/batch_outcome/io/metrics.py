"""The call to Amazon CloudWatch."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from batch_outcome.core.metric_data import Datum
from batch_outcome.io.calls import called
from bedrock_batch.outcome.names import NAMESPACE

# CloudWatch API Reference, PutMetricData: 1,000 metrics a request.
_MOST: Final = 1000


@dataclass(frozen=True)
class Metrics:
    """The metrics in the namespace of this package. `client` is a boto3 `cloudwatch` client."""

    client: Any

    def put(self, data: Sequence[Datum]) -> None:
        """Put data, in as few calls as possible.

        :raises AwsError: a call failed.
        """
        for first in range(0, len(data), _MOST):
            part = list(data[first : first + _MOST])
            called("PutMetricData", partial(self.client.put_metric_data, Namespace=NAMESPACE, MetricData=part))
