"""A configuration in the words of another platform, with what became of each of its lines."""
