"""Documents in: ingestion, parsing and chunking."""
