"""Job files: YAML that declares jobs, read as what anybody may have written."""

from cdk_bedrock_batch.files.job_file import JobFile, read_job_files

__all__ = ["JobFile", "read_job_files"]
