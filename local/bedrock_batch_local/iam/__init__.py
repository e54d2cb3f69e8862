"""Callers, their rights, and the service role of a job: policies are evaluated as on AWS."""
