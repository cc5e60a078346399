"""A small PDF with a text in it, for the conversion that Microsoft Graph offers.

Source: ISO 32000-1, 7.5 (file structure) and 9.4 (text objects).
"""

import textwrap

_LINES_A_PAGE = 50
_COLUMNS = 90


def pdf(text: str) -> bytes:
    """A valid PDF of as many pages as it takes. Letters outside Latin-1 become question marks."""
    lines = [part for line in text.splitlines() for part in (textwrap.wrap(line, _COLUMNS) or [""])]
    pages = [lines[start : start + _LINES_A_PAGE] for start in range(0, max(len(lines), 1), _LINES_A_PAGE)]
    numbers = [4 + 2 * index for index in range(len(pages))]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for number, page in zip(numbers, pages, strict=True):
        shown = b"".join(b"(" + _escaped(line) + b")'\n" for line in page)
        stream = b"BT /F1 10 Tf 14 TL 50 800 Td\n" + shown + b"ET"
        resources = "/Resources<</Font<</F1 3 0 R>>>>/MediaBox[0 0 595 842]"
        objects.append(f"<</Type/Page/Parent 2 0 R{resources}/Contents {number + 1} 0 R>>".encode())
        objects.append(f"<</Length {len(stream)}>>stream\n".encode() + stream + b"\nendstream")
    file = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(file))
        file += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    count = len(objects) + 1
    end = f"trailer<</Size {count}/Root 1 0 R>>\nstartxref\n{len(file)}\n%%EOF\n".encode()
    return bytes(file) + f"xref\n0 {count}\n0000000000 65535 f \n".encode() + table + end


def _escaped(line: str) -> bytes:
    plain = line.encode("latin-1", "replace")
    return plain.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
