"""Facts and rules that the library, the functions and the embedded AWS share. Standard library only.

Nothing here calls AWS, waits or keeps state. Only `records` reads a file.
"""
