"""One record through a model: what a body asks, an answer, and the response body around it."""
