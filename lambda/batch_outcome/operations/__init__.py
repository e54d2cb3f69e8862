"""What is done for an event: one end is told, or all jobs of the stack are looked at."""
