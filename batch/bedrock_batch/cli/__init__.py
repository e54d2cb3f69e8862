"""The command line `bedrock-batch`. It alone imports boto3, and never aws-cdk."""
