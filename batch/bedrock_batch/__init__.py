"""What the library, the functions and the embedded AWS must know alike: facts and rules, in the standard library alone.

Nothing here asks AWS anything, waits or keeps a state; `records` reads a file, and nothing else does.
"""
