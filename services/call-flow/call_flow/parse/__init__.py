"""From plain language to a specification, each value with the words that prove it."""

from call_flow.parse.meaning.assembly import Known
from call_flow.parse.parsing import Parsed, parse

__all__ = ["Known", "Parsed", "parse"]
