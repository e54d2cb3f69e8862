"""What is decided about jobs: which one a request gets, and what becomes of one that it finds. Pure."""
