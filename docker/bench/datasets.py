"""The public sets that search is measured on. They are read where they lie and are no part of this project."""

import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Text:
    """A passage that is ingested as a document of its own."""

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class Case:
    """A query and the ids of the passages that answer it."""

    query: str
    relevant: frozenset[str]


def folder() -> Path:
    """Where the sets lie: OBERA_EVAL_DATA, else beside this checkout."""
    return Path(os.environ.get("OBERA_EVAL_DATA") or ROOT.parent / "shared" / "data")


def cloud_passages() -> list[Text]:
    """Passages of a cloud provider's documentation (mtrag-cloud); empty ones are left out."""
    path = folder() / "mtrag-cloud" / "corpus.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    return [Text(one["_id"], one["title"], one["text"]) for one in found if one["text"].strip()]


def cloud_cases(form: str) -> list[Case]:
    """The turns of real conversations; `form` is `last_turn` (as typed) or `rewrite` (made to stand alone)."""
    lines = _lines(folder() / "mtrag-cloud" / "queries.jsonl")
    return [Case(one[form], frozenset(one["relevant"])) for one in lines]


def product_passages() -> list[Text]:
    """Sections of a product's documentation (anthropic-docs)."""
    lines = _lines(folder() / "anthropic-docs" / "chunks.jsonl")
    return [Text(one["id"], one["title"], one["text"]) for one in lines if one["text"].strip()]


def product_cases() -> list[Case]:
    """Questions about those sections."""
    lines = _lines(folder() / "anthropic-docs" / "questions.jsonl")
    return [Case(one["question"], frozenset(one["relevant"])) for one in lines]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
