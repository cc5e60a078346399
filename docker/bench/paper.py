"""A text PDF of a given length, written by hand: the bench must not depend on a library that writes PDF."""

import random

_WORDS = (
    "switch",
    "router",
    "firewall",
    "tunnel",
    "subnet",
    "printer",
    "trunk",
    "backup",
    "ticket",
    "cabinet",
    "cable",
)
_LINES = 46
_WORDS_A_LINE = 11


def make(pages: int, *, seed: int) -> tuple[bytes, str]:
    """A PDF with `pages` pages of text, and words that stand on its last page only."""
    # Not secret, only different in each run and the same for each seed.
    dice = random.Random(seed)
    mark = f"survey mark ZX-{seed:03d}-{dice.randrange(10_000):04d}"
    texts = []
    for number in range(1, pages + 1):
        lines = [f"Chapter {number}: {' '.join(dice.choices(_WORDS, k=4))}", ""]
        lines += [" ".join(dice.choices(_WORDS, k=_WORDS_A_LINE)).capitalize() + "." for _ in range(_LINES)]
        if number == pages:
            lines[-1] = f"The last cabinet carries the {mark}."
        texts.append(lines)
    return _document(texts), mark


def _document(texts: list[list[str]]) -> bytes:
    """Objects 1 (catalogue), 2 (page tree) and 3 (font), then a page and its content for each text."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(texts)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(texts)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, lines in enumerate(texts):
        content = _content(lines)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    written = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    written += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(written)


def _content(lines: list[str]) -> bytes:
    """Text in one column; the first line is larger, as a heading is."""
    shown = [line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines]
    head = f"BT /F1 16 Tf 60 780 Td ({shown[0]}) Tj ET\n"
    rest = "".join(f"({line}) Tj T*\n" for line in shown[1:])
    return f"{head}BT /F1 10 Tf 14.5 TL 60 755 Td\n{rest}ET".encode("latin-1")
