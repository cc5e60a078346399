"""Audits: rules as data and predicates over facts find what is wrong with devices, each finding with its lines."""
