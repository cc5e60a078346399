"""Asking a language model to take a text apart, and holding its answer against the text."""
