"""The real work of a job with its service role's rights: read, validate, infer, write."""
