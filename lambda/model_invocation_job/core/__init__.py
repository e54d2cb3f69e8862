"""Pure: what an event asks for, and what is to be done. Nothing here calls anything."""
