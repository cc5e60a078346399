"""Contradictions between what documents say and what configurations say, each with both places."""
