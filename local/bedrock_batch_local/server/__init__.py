"""The one process: MiniStack, the batch service's HTTP face in front of it, the simulation."""
