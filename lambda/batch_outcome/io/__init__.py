"""Everything that leaves the process: calls to AWS, waiting, the log."""
