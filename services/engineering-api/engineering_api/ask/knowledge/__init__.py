"""General knowledge that comes with the service: checked sentences, each with its source, and their search."""
