"""Pure: what an event asks for, what is said, and how much of it fits. Nothing here calls anything."""
