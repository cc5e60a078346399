"""Chunks: pieces of a document small enough for the embedding model, each with its exact place. Pure.

`canonical_text` is the one text of a document that offsets count in. `split` packs its elements into chunks.
"""

from data_processing.chunk.canonical import canonical_text
from data_processing.chunk.pack import Chunk, split
from data_processing.chunk.tokens import TokenCounter, token_counter

__all__ = ["VERSION", "Chunk", "TokenCounter", "canonical_text", "split", "token_counter"]

#: Names how documents are split. Raise it when they are split otherwise: they are then made anew.
VERSION = "chunk-2"
