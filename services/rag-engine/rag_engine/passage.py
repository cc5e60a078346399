"""A passage: a chunk of a document as a search found it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Passage:
    """A chunk with its place in its document and the signals of the search.

    `score` orders passages within one answer only. `cosine` (dense similarity to the query, None in keyword mode) and
    `keyword` (BM25, None when the chunk is not among the best of that leg) compare across queries. `page` is the first
    one; `pages`, when there are several, says where each begins, as (place in the document's text, page).
    """

    chunk_id: str
    document_id: str
    external_id: str
    title: str
    text: str
    score: float
    url: str | None = None
    page: int | None = None
    page_end: int | None = None
    section: str = ""
    cosine: float | None = None
    keyword: float | None = None
    source: str = ""
    type: str = ""
    updated_at: str = ""
    char_start: int = 0
    char_end: int = 0
    pages: tuple[tuple[int, int], ...] = ()
    ordinal: int = 0
    metadata: dict[str, Any] = field(default_factory=dict)
