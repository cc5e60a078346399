"""What is said in words: telling one from another, and refusing those that cannot be understood."""

import re
import unicodedata
from collections.abc import Container

_QUOTED = 60


class Misunderstood(Exception):
    """Words that have no meaning here. The message says which would."""


def quoted(text: object) -> str:
    """A customer's words as they stand in a sentence: on one line and not too long."""
    plain = " ".join(str(text).split())
    return f"'{plain[:_QUOTED]}…'" if len(plain) > _QUOTED else f"'{plain}'"


def folded(text: str) -> str:
    """Words as they are compared: without regard to case, width and surplus spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def identifier(text: str, fallback: str, taken: Container[str]) -> str:
    """An id made of a name, different from those taken: `Sales & Service` becomes `sales-service`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:32].strip("-")
    if not slug or not slug[0].isalpha():
        slug = f"{fallback}-{slug}".strip("-")
    if slug not in taken:
        return slug
    return next(named for number in range(2, 10**6) if (named := f"{slug}-{number}") not in taken)
