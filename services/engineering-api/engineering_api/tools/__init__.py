"""Tools: what can be calculated or looked up, one by one, each with a record of how."""
