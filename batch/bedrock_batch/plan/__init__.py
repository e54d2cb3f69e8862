"""What a deployment will do to jobs, and what it will bill, told before."""
