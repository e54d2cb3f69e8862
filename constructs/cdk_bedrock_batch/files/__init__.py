"""Job files: YAML that declares jobs. The reader trusts none of their content."""

from cdk_bedrock_batch.files.job_file import JobFile, read_job_files

__all__ = ["JobFile", "read_job_files"]
