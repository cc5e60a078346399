"""The library that every OberaConnect service stands on, one subject a module."""

VERSION = "0.1.0"
