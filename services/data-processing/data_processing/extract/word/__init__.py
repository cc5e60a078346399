"""DOCX: the parts of the archive walked in the order they are read, with styles, lists, tables and notes."""
