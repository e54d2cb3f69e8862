"""One declared run: its properties, its names and tokens, the physical id that stands for it, what is written down."""
