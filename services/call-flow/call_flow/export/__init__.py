"""Configurations for telephone systems, each with a report of what could not be said in it."""
