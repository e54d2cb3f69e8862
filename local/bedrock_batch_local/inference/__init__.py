"""One record through a model: the request body, an answer, and the response body."""
