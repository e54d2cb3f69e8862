"""Tells how the jobs of a stack have ended: one event for each end, at least once."""
