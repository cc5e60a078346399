"""The model `callflow/1` and its graph."""
