"""`make demo`: the job files of a folder, deployed with the real CDK CLI onto the embedded AWS and run to their end."""
