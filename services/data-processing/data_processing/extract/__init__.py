"""Documents to elements: one door to all parsers. What came in is told by its content, never by its name."""

from data_processing.extract.engine import PIPELINE, Engine, parse, text_document
from data_processing.extract.options import Options

__all__ = ["PIPELINE", "Engine", "Options", "parse", "text_document"]
