"""Write the rows of a job, each format by a module of its own."""
