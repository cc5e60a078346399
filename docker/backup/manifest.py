"""What a backup says about itself, and whether this release can restore it. Nothing here touches the world."""

import json
import re
from dataclasses import asdict, dataclass, field
from typing import Any

from host.obstacle import Obstacle

FORMAT = 1
SECRETS, PLATFORM, N8N, UPLOADS, VECTORS = "secrets.env", "platform.dump", "n8n.dump", "uploads.tar", "vectors/"
#: What a part may be called: the fixed ones, and one a collection of vectors.
PART = re.compile(r"secrets\.env|platform\.dump|n8n\.dump|uploads\.tar|vectors/[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_ORDER = [SECRETS, PLATFORM, N8N, UPLOADS]


@dataclass(frozen=True)
class Part:
    """A stream of bytes in the backup."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Question:
    """A question that the platform was asked when the backup was made, and what it found, as digests, best first."""

    client: str
    collection: str
    query: str
    found: tuple[str, ...]


@dataclass(frozen=True)
class Manifest:
    """The backup's own description; `counts` are rows of tables, `points` those of collections of vectors."""

    platform: str
    run: str
    created_at: str
    vectors: str
    counts: dict[str, int]
    points: dict[str, int]
    files: int
    n8n: dict[str, int] = field(default_factory=dict)
    revision: str = ""
    parts: tuple[Part, ...] = ()
    questions: tuple[Question, ...] = ()
    format: int = FORMAT

    def text(self) -> bytes:
        """The manifest as it is written."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False).encode()


def parse(text: bytes) -> Manifest:
    """Read a manifest. Raises `Obstacle` when it is none, or of a format that this release does not know."""
    try:
        found: Any = json.loads(text)
        number = found["format"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Obstacle("The file is no backup: its manifest cannot be read.") from None
    if not isinstance(number, int) or number > FORMAT:
        raise Obstacle(f"The backup has format {number}; this release knows {FORMAT}. Restore it with a newer release.")
    try:
        found["parts"] = tuple(Part(**item) for item in found["parts"])
        found["questions"] = tuple(Question(**{**item, "found": tuple(item["found"])}) for item in found["questions"])
        manifest = Manifest(**found)
        _check(manifest)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Obstacle("The file is no backup: its manifest does not say what it must.") from None
    return manifest


def _check(manifest: Manifest) -> None:
    """Raises `ValueError` for what no release has ever written."""
    numbers = [manifest.files, *(part.bytes for part in manifest.parts)]
    for counts in (manifest.counts, manifest.points, manifest.n8n):
        numbers += counts.values()
    texts = [manifest.platform, manifest.run, manifest.created_at, manifest.vectors, manifest.revision]
    texts += [part.sha256 for part in manifest.parts]
    names = [part.name for part in manifest.parts]
    required = {SECRETS, PLATFORM, UPLOADS, *(f"{VECTORS}{name}" for name in manifest.points)}
    if (
        not all(type(number) is int and number >= 0 for number in numbers)
        or not all(isinstance(text, str) for text in texts)
        or not all(PART.fullmatch(name) for name in names)
        or len(set(names)) != len(names)
        or names != sorted(names, key=_rank)
        or set(names) - {N8N} != required
        or manifest.vectors not in {"edge", "qdrant"}
    ):
        raise ValueError("not a manifest")


def _rank(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


def check_release(manifest: Manifest, release: str) -> None:
    """Raises `Obstacle` when a newer release made the backup: its tables are unknown here."""
    if _numbers(manifest.platform) > _numbers(release):
        raise Obstacle(
            f"The backup was made by release {manifest.platform}, this is {release}. Upgrade first, then restore."
        )


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)[:3]]


def differences(
    manifest: Manifest,
    counts: dict[str, int],
    points: dict[str, int] | None,
    files: int,
    n8n: dict[str, int] | None,
) -> list[str]:
    """What was restored otherwise than the manifest says, in sentences. None: not restored, or made anew."""
    said = _unlike("{}: {} rows in the backup, {} here", manifest.counts, counts)
    if n8n is not None:
        said += _unlike("n8n's {}: {} rows in the backup, {} here", manifest.n8n, n8n)
    if points is not None:
        said += _unlike("vectors of {}: {} in the backup, {} here", manifest.points, points)
    if files != manifest.files:
        said.append(f"uploaded files: {manifest.files} in the backup, {files} here")
    return said


def _unlike(sentence: str, before: dict[str, int], after: dict[str, int]) -> list[str]:
    names = sorted(before.keys() | after.keys())
    return [
        sentence.format(name, before.get(name, 0), after.get(name, 0))
        for name in names
        if before.get(name, 0) != after.get(name, 0)
    ]
