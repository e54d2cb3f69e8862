"""Job files: YAML that declares jobs. The reader trusts none of their content."""

from cdk_bedrock_batch.files.job_file import JobFile
from cdk_bedrock_batch.files.stacks import declare_job_files, read_job_files

__all__ = ["JobFile", "declare_job_files", "read_job_files"]
