"""One declared run: its properties, its names and tokens, its physical id and its run file."""
