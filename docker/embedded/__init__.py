"""The platform on this machine without Docker. Standard library only: it also makes the environment of the rest.

`python -m embedded COMMAND` with this folder's parent on the path; `make` calls it.
"""
