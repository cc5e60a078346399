"""Which files of a source are wanted, by patterns on their paths."""

import unicodedata
from collections.abc import Sequence
from fnmatch import fnmatchcase


def wanted(path: str, include: Sequence[str], exclude: Sequence[str]) -> bool:
    """Whether a path with '/' between its parts is meant: by a pattern of `include` (none: all), by none of `exclude`.

    In a pattern `*` stands for any characters, `?` for one, `[ab]` for one of these; case does not count. A pattern
    without '/' is compared with the name of the file and of each folder above it (`*.pdf`, `~$*`, `Archive`), one with
    '/' with the path from the root of the source (`Finance/2025`, `Finance/*.pdf`), where `*` goes across folders and
    a leading `**/` means: at any depth. A folder that is meant is so with all that lies in it.
    """
    parts = [part for part in _folded(path).split("/") if part]
    if include and not any(_means(_folded(pattern), parts) for pattern in include):
        return False
    return not any(_means(_folded(pattern), parts) for pattern in exclude)


def _folded(text: str) -> str:
    # Some systems keep 'ü' as one character, some as two.
    return unicodedata.normalize("NFC", text).casefold()


def _means(pattern: str, parts: Sequence[str]) -> bool:
    pattern = pattern.rstrip("/")
    if "/" not in pattern:
        return any(fnmatchcase(part, pattern) for part in parts)
    if not pattern.startswith("**/"):
        pattern = "/" + pattern.lstrip("/")
    return any(fnmatchcase("/" + "/".join(parts[:end]), pattern) for end in range(1, len(parts) + 1))
