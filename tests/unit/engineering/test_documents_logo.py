"""Logos: drawn once as pixels, and nothing of a hostile file stays."""

import base64
import re
import struct
import zlib

import pytest

from engineering_api.documents.logo import NoLogo, logo

GREEN = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100">{}'
    '<rect width="300" height="100" fill="green"/></svg>'
)


def encoded(content: str | bytes) -> str:
    return base64.b64encode(content.encode() if isinstance(content, str) else content).decode()


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = b"".join(b"\0" + b"\x00\x80\x00" * min(width, 64) for _ in range(min(height, 64)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def pixels(svg: str) -> bytes:
    (found,) = re.findall(r'href="data:image/png;base64,([^"]+)"', svg)
    return base64.b64decode(found)


def test_an_svg_becomes_pixels_in_the_shape_that_it_had() -> None:
    made = logo(encoded(GREEN.format("")))
    assert pixels(made.svg).startswith(b"\x89PNG")
    assert (made.width, made.height) == (150, 50)
    assert made.alt == "Logo"


def test_a_png_is_drawn_anew_also_from_a_data_address() -> None:
    made = logo("data:image/png;base64," + encoded(png(40, 20)))
    assert pixels(made.svg) != png(40, 20)
    assert (made.width, made.height) == (108, 54)


@pytest.mark.parametrize(
    "part",
    [
        "<script>alert(1)</script>", '<image href="file:///etc/hostname" width="9" height="9"/>',
        '<image href="http://evil.example/x.png" width="9" height="9"/>', "<foreignObject><b>x</b></foreignObject>",
        '<rect onload="alert(1)" fill="url(http://evil.example/#x)" width="1" height="1"/>', "<!-- x --><?php x ?>",
        '<use href="http://evil.example/y.svg#z"/>',
    ],
)  # fmt: skip
def test_what_acts_or_fetches_is_gone_and_the_rest_is_drawn(part: str) -> None:
    made = logo(encoded(GREEN.format(part)))
    assert pixels(made.svg) == pixels(logo(encoded(GREEN.format(""))).svg) or "rect" in part
    assert "evil" not in made.svg
    assert "script" not in made.svg


@pytest.mark.parametrize(
    "content",
    [
        "", "no base64!", encoded("GIF89a"), encoded("<html/>"), encoded("<svg>"), encoded(b"\x89PNG\r\n\x1a\nshort"),
        encoded(png(60_000, 60_000)), encoded('<svg xmlns="http://www.w3.org/2000/svg"/>'),
        encoded('<!DOCTYPE svg [<!ENTITY a "b">]>' + GREEN.format("&a;")), encoded(b"x" * (1 << 20) + b"x"),
        encoded('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 0"/>'),
        encoded('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1.2.3 4"/>'),
    ],
)  # fmt: skip
def test_what_is_no_logo_is_refused(content: str) -> None:
    with pytest.raises(NoLogo):
        logo(content)
