"""Who calls, who may, and the service role of a job: policies, asked as AWS asks them."""
