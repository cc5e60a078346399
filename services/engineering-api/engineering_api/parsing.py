"""The one way from bytes to facts: lines, platform, secrets removed, tree, facts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from engineering_api import platforms
from engineering_api.detect import Beginning, Guess, detect, mixtures
from engineering_api.facts.device import Device
from engineering_api.platforms.platform import Platform
from engineering_api.reading import lines
from engineering_api.reading.tree import Node
from engineering_api.redact import Redaction, redact

#: Raised whenever a reader understands more or otherwise, so that what is kept is read anew.
READER = 1


@dataclass(frozen=True)
class Parsed:
    """A configuration, understood as far as it was.

    Attributes:
        guesses: what else it might be, the likeliest first; empty when the platform was told.
        texts: its lines without secrets; line 1 is the first.
        form: how the lines came to be, where they are not those of the file; see `reading.lines`.
        warnings: what is odd about the file as a whole, such as two devices in it.
        read: how many lines say something: not blank, no comment. Of them `device.unparsed` were not understood.
    """

    platform: Platform
    confidence: float
    guesses: tuple[Guess, ...]
    encoding: str
    form: str
    texts: tuple[str, ...]
    redactions: tuple[Redaction, ...]
    nodes: tuple[Node, ...]
    device: Device
    read: int
    warnings: tuple[str, ...]


def parse(content: bytes, *, fingerprint: Callable[[str], str], platform: str | None = None) -> Parsed:
    """Read a configuration of a platform that is told or recognised.

    `fingerprint` makes a short word of a secret, the same for the same secret, from which nobody learns it.

    Raises:
        Unprocessable: for a platform that is not known.
        NotText: when it is binary.
        TooLong: when it has more lines than a configuration can have.
    """
    found = lines.read(content)
    guesses = detect(found.texts) if platform is None else ()
    chosen = guesses[0].platform if guesses else platforms.named(platform or "unknown")
    redacted = redact(found.texts, fingerprint)
    nodes = chosen.tree(redacted.texts)
    device = Device(platform=chosen.name)
    chosen.read(nodes, device)
    return Parsed(
        platform=chosen,
        confidence=guesses[0].confidence if guesses else float(platform is not None),
        guesses=guesses[1:],
        encoding=found.encoding,
        form=found.form,
        texts=redacted.texts,
        redactions=redacted.found,
        nodes=tuple(nodes),
        device=device,
        warnings=(*_strange(guesses), *map(_beginning, mixtures(found.texts))),
        read=sum(_says(text.strip(), chosen) for text in redacted.texts),
    )


def _beginning(one: Beginning) -> str:
    return f"Line {one.line}: another device seems to begin ({one.reason}). Send one device a file."


def _strange(guesses: Sequence[Guess]) -> Iterator[str]:
    """What a file is that was not recognised, where that has a name."""
    if guesses and guesses[0].stranger:
        yield f"It looks like {guesses[0].stranger}, which is not among the platforms that are read."


def _says(line: str, platform: Platform) -> bool:
    """Whether a line says something: it is not blank, no comment, and does not just end what another began."""
    if not line or line.startswith(platform.comments):
        return False
    return platform.closing is None or platform.closing.fullmatch(line) is None
