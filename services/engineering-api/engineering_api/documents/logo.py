"""A logo that somebody sent: drawn once as pixels, so that nothing of a hostile file comes into a document."""

import base64
import binascii
import re
import struct
from math import sqrt

from lxml import etree

from oberaconnect.draw.raster import raster
from oberaconnect.problems import Unprocessable
from oberaconnect.typeset import Picture, svg_size

#: Of the decoded file.
MOST_BYTES = 1 << 20
_MOST_PIXELS = 16_000_000
_DATA = re.compile(r"data:image/(?:png|svg\+xml)(?:;charset=[\w-]+)?;base64,", re.IGNORECASE)
_PNG = b"\x89PNG\r\n\x1a\n"
#: The room on a cover, in points, and how fine it is drawn.
_WIDTH, _HEIGHT = 150.0, 54.0
_DRAWN_WIDTH = 900.0
_SVG = "{http://www.w3.org/2000/svg}"
#: What acts, or brings in what is elsewhere.
_UNWANTED = frozenset({"script", "foreignObject", "image", "feImage"})
_REFERENCES = re.compile(r"url\((?!\s*['\"]?#)", re.IGNORECASE)


class NoLogo(Unprocessable):
    """The logo is neither a PNG nor an SVG that can be drawn. Send one of at most 1 MB, as base64."""


def logo(encoded: str) -> Picture:
    """The logo of a base64 text or `data:` address, to be put on a cover.

    Raises:
        NoLogo: when it cannot be read or is too large.
        oberaconnect.draw.Busy: when others are being drawn.
    """
    try:
        content = base64.b64decode("".join(_DATA.sub("", encoded, count=1).split()), validate=True)
    except (binascii.Error, ValueError):
        raise NoLogo() from None
    if not content or len(content) > MOST_BYTES:
        raise NoLogo()
    drawing, width, height = _of_png(content) if content.startswith(_PNG) else _of_svg(content)
    if not (0 < width <= 20_000 and 0 < height <= 20_000):
        raise NoLogo()
    scale = min(_DRAWN_WIDTH / width, sqrt(_MOST_PIXELS / 16 / (width * height)))
    try:
        pixels = raster(drawing, scale)
    except RuntimeError:  # well-formed, and yet nothing that can be drawn
        raise NoLogo() from None
    shown = min(_WIDTH / width, _HEIGHT / height)
    return Picture(_wrapped(pixels, width, height), "Logo", width * shown, height * shown)


def _of_png(content: bytes) -> tuple[str, float, float]:
    """A PNG within an SVG. Its size is in its first chunk (PNG, third edition, 11.2.1)."""
    if content[12:16] != b"IHDR" or len(content) < 33:
        raise NoLogo()
    width, height = struct.unpack(">II", content[16:24])
    if not (0 < width * height <= _MOST_PIXELS):
        raise NoLogo()
    return _wrapped(content, width, height), width, height


def _wrapped(png: bytes, width: float, height: float) -> str:
    data = base64.b64encode(png).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}"><image width="{width:g}" height="{height:g}" href="data:image/png;base64,{data}"/></svg>'
    )


def _of_svg(content: bytes) -> tuple[str, float, float]:
    """An SVG without all that could do or fetch something."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise NoLogo()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_pis=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise NoLogo() from None
    if root.tag != f"{_SVG}svg":
        raise NoLogo()
    for one in list(root.iter()):
        name = one.tag.rpartition("}")[2] if isinstance(one.tag, str) else ""
        if one is not root and (not name or name in _UNWANTED):
            one.getparent().remove(one)
            continue
        for key, value in list(one.attrib.items()):
            local = key.rpartition("}")[2]
            outside = local == "href" and not value.startswith("#")
            if local.startswith("on") or outside or _REFERENCES.search(value):
                del one.attrib[key]
    if "viewBox" not in root.attrib:
        sizes = [re.match(r"[\d.]+", root.get(side, "")) for side in ("width", "height")]
        if not all(sizes):
            raise NoLogo()
        root.set("viewBox", f"0 0 {' '.join(size[0] for size in sizes if size)}")
    try:
        width, height = svg_size(etree.tostring(root, encoding="unicode"))
    except ValueError:
        raise NoLogo() from None
    for side, value in (("width", width), ("height", height)):
        root.set(side, f"{value:g}")
    return etree.tostring(root, encoding="unicode"), width, height
