"""What the process that parsers are forked from loads beforehand. Importing this module is the loading."""

from data_processing.extract import engine

engine.load_all()
