"""What the handler does with a request: decided with `core`, done with `io`."""
