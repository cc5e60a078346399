"""Figures of the platform as its callers see it: speed, memory, and how well it finds."""
