"""Findings: what is wrong with a flow, what to look at, and what to do."""
