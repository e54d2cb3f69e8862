"""Who calls, who may, and the service role of a job: MiniStack's policy evaluator, asked as AWS asks."""
