"""What a request is told when the handler does not do what it asks for."""


class RefusedError(Exception):
    """The run was not accepted. The text says why and what is left running: nothing of ours, unless it names a job.

    `job_arn` is a job that was started for this request and stopped again, so that a later Delete can look at it.
    """

    def __init__(self, reason: str, job_arn: str | None = None) -> None:
        """`job_arn` as in the class."""
        super().__init__(reason)
        self.job_arn = job_arn


class OutOfTimeError(RefusedError):
    """The answer is due while a call is under way, which may yet have its effect."""
