"""The one process: MiniStack, the HTTP API of the batch service in front of it, the simulation."""
