"""Pure: what an event asks for, what a job is, and what is to be done. Nothing here calls anything."""
