"""Programs that run where the data lies, each a file of its own: they are sent there as text, so none imports another.

They get the services' settings from the environment. What they print last is a line of JSON, or the bytes themselves.
"""
