"""One end is told: metrics, then the event, then the marker. So it is told at least once.

Only a function that dies between the event and the marker tells it twice, a marker that cannot be written, or two
invocations at the same moment.
"""

from collections.abc import Set
from typing import Final

from batch_outcome.core.errors import AwsError, UnfinishedError
from batch_outcome.core.marker import Step, marker_of, marker_place
from batch_outcome.core.metric_data import of_end
from batch_outcome.io.log import log
from batch_outcome.operations.session import Session
from bedrock_batch.outcome.detail import detail_of
from bedrock_batch.outcome.report import Report

_DIGITS: Final = 4


def tell(session: Session, report: Report, steps: Set[Step], *, has_claim: bool = False) -> None:
    """Do the steps for one end, and write the marker.

    :param has_claim: write the marker before the event, too, and tell nothing if it cannot be written.
    :raises AwsError: the event was not accepted, or an error that may pass kept the marker from being written.
    :raises UnfinishedError: the metrics were not accepted. All else was done, and the marker says what is left.
    """
    detail = detail_of(report)
    job, place = report.job, marker_place(report.job)
    if has_claim:
        session.objects.write(job, place, marker_of(detail, steps))
    left = set(steps) - {Step.EVENT}
    if Step.METRICS in steps and _has_put_metrics(session, report):
        left.discard(Step.METRICS)
    if Step.EVENT in steps:
        _put_event(session, report)
    try:
        session.objects.write(job, place, marker_of(detail, left))
    except AwsError as error:
        log("marker not written", job_arn=job.arn, error=str(error))
        # A retry would tell the end again, and be refused again.
        if error.passes:
            raise
    if left:
        raise UnfinishedError(f"the metrics of {job.arn} were not accepted")


def tell_without_marker(session: Session, report: Report) -> None:
    """Tell an end of a job whose output location is not known.

    :raises AwsError: the event was not accepted.
    """
    _has_put_metrics(session, report)
    _put_event(session, report)


def _has_put_metrics(session: Session, report: Report) -> bool:
    """Put the metrics. That they are refused must not keep the event from being told."""
    try:
        session.metrics.put(of_end(report))
    except AwsError as error:
        log("metrics not accepted", job_arn=report.job.arn, error=str(error))
        return False
    return True


def _put_event(session: Session, report: Report) -> None:
    detail = detail_of(report)
    session.bus.put(detail)
    log(
        "outcome told",
        job_arn=detail["jobArn"],
        job_name=detail["jobName"],
        logical_id=detail["logicalResourceId"],
        outcome=detail["outcome"],
        records=None if report.records is None else report.records.total,
        error_rate=None if report.records is None else round(report.records.error_rate, _DIGITS),
        output_uri=detail["outputUri"],
    )
