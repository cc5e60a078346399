"""The run with Docker: the commands behind `make` where an engine is there. `python -m stack COMMAND`.

Standard library only, for any Python from 3.11 on: it speaks to the engine through the `docker` command.
"""
