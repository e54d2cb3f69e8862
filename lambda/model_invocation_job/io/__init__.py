"""Everything that leaves the process: calls to AWS, the response, waiting, the log."""
