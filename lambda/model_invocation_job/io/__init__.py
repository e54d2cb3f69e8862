"""What leaves the process: calls to AWS, the answer, waiting, the log."""
