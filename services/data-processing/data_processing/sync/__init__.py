"""Keeping sources in step with the index: list, merge, plan, delete, index. Each leaves what the next one needs."""
