"""The durable run: what a worker does with one, and the pure rules it goes by."""
