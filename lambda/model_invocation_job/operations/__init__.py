"""What the handler does with a request. `core` decides, `io` acts."""
