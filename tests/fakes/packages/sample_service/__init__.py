"""A small service that uses everything the shared library offers, for the library's own tests."""
