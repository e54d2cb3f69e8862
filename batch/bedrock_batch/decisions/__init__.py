"""Decisions about jobs: which job a request gets, and what happens to a job that it finds. Pure."""
