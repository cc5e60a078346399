"""Proof: the calls of a test plan, made on a real Asterisk."""
