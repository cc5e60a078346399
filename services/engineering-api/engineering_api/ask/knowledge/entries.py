"""The entries of the knowledge, read from the files beside this one.

A file is a list of entries: `id`, `asks` (how people ask for it), `says` (sentences), `source` (an RFC, an IEEE or ITU
number, a vendor's manual), for commands `platform` and `topic`: entries of one topic say the same for other platforms.
"""

from functools import cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict, Field

from engineering_api.ask.found import Source

_FOLDER = "engineering_api.ask.knowledge"


class Entry(BaseModel):
    """A few sentences that answer one question."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    asks: list[str] = Field(min_length=1)
    says: list[str] = Field(min_length=1)
    source: str
    platform: str = ""
    topic: str = ""

    @property
    def cited(self) -> Source:
        """The entry as a source."""
        return Source("doc", self.source, (("entry", self.id),), " ".join(self.says))


@cache
def entries() -> tuple[Entry, ...]:
    """All entries, in the order of the files' names. Raises ValueError for a file that is wrong."""
    made: list[Entry] = []
    for file in sorted(resources.files(_FOLDER).iterdir(), key=lambda one: one.name):
        if file.name.endswith(".yaml"):
            made.extend(Entry.model_validate(one) for one in yaml.safe_load(file.read_text(encoding="utf-8")))
    if len({one.id for one in made}) != len(made):
        raise ValueError("two entries of the knowledge have the same id")
    return tuple(made)
