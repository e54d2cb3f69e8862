"""What a job really does: read, validate, infer, write, with its service role's rights."""
