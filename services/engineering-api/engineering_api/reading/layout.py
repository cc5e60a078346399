"""Files that are one long line, laid out: the fields of SonicWall's .exp, JSON, and XML.

Nothing is interpreted: entities are not expanded, numbers stay as they are written, and what is cut off in the middle
is laid out as far as it goes.
"""

import base64
import binascii
import re
from urllib.parse import unquote

#: Up to here nobody minds to read a line.
_LONG = 1_000
_FEW_ELEMENTS = 20
_DEEPEST = 40

_BASE64 = re.compile(r"[A-Za-z0-9+/\s]++={0,2}\s*+&{0,2}\s*+")
_FIELD = re.compile(r"[A-Za-z_][\w.-]{0,120}=")
_JSON_PART = re.compile(r'"(?:[^"\\]|\\.)*+"?|[{}\[\],:]|[^\s"{}\[\],:]++', re.DOTALL)
_XML_PART = re.compile(r"<!--|<!\[CDATA\[|<[^<>]*+>|[^<]++|<")
_XML_ENDS = {"<!--": "-->", "<![CDATA[": "]]>"}
_ENDS_OF_LINES = re.compile(r"[\r\n]+")


def laid_out(text: str, most_lines: int) -> tuple[str, str] | None:
    """The text with a line for each field, value or element, and the name of its form; None when it needs none.

    What would have more than `most_lines` lines is laid out up to there.
    """
    begin = text[:200].lstrip()[:1]
    if begin in ("{", "["):
        return (_json(text, most_lines), "json") if _has_long_line(text, ('"',)) else None
    if begin == "<":
        return (_xml(text, most_lines), "xml") if _has_long_line(text, ("><", "> <")) else None
    if (fields := _sonicwall(text)) is not None:
        return fields, "sonicwall"
    return None


def _has_long_line(text: str, signs: tuple[str, ...]) -> bool:
    return any(
        len(line) > _LONG and sum(line.count(sign) for sign in signs) > _FEW_ELEMENTS for line in text.splitlines()
    )


def _sonicwall(text: str) -> str | None:
    """The fields of an export of SonicOS: base64 of "name=value" joined by "&", with "%20" for a blank."""
    if len(text) < 40 or _BASE64.fullmatch(text) is None:
        return None
    packed = re.sub(r"\s+", "", text).rstrip("&")
    try:
        raw = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=False)
    except (binascii.Error, ValueError):
        return None
    plain = raw.decode("utf-8", errors="replace")
    if plain.count("&") < 2 or _FIELD.match(plain) is None:
        return None
    fields = (_ENDS_OF_LINES.sub(" ", unquote(field)) for field in _ENDS_OF_LINES.sub("", plain).split("&"))
    return "\n".join(field for field in fields if field)


def _json(text: str, most_lines: int) -> str:
    made: list[str] = []
    depth = 0
    opened = False  # whether the last part opened a list or an object
    for match in _JSON_PART.finditer(text):
        part = match[0]
        if len(made) > 8 * most_lines:  # a line has no more than eight parts: blanks, name, colon, value, comma
            break
        if part in ("}", "]"):
            depth = max(0, depth - 1)
            made.append(part if opened else _line(depth) + part)
            opened = False
            continue
        if opened:
            made.append(_line(depth))
            opened = False
        if part in ("{", "["):
            if depth == 0 and made:
                made.append("\n")
            made.append(part)
            depth += 1
            opened = True
        elif part == ",":
            made.append("," + _line(depth))
        else:
            made.append(": " if part == ":" else part)
    return "".join(made)


def _xml(text: str, most_lines: int) -> str:
    made: list[str] = []
    depth = 0
    at = 0
    after_text = False  # whether the line has an element's text, so that its end belongs to it
    while (match := _XML_PART.match(text, at)) and len(made) <= 8 * most_lines:
        part, at = match[0], match.end()
        if (ending := _XML_ENDS.get(part)) is not None:
            end = text.find(ending, at)
            end = len(text) if end < 0 else end + len(ending)
            part, at = part + text[at:end], end
            if part.startswith("<![CDATA["):
                made.append(part)
                after_text = True
                continue
        if part == "<" or not part.startswith("<"):
            if part.strip():
                made.append(part)
                after_text = True
            continue
        if part.startswith("</"):
            depth = max(0, depth - 1)
            is_empty = bool(made) and made[-1].startswith("<" + part[2:-1].strip()) and not made[-1].endswith("/>")
            made.append(part if after_text or is_empty else _line(depth) + part)
        else:
            if made:
                made.append(_line(depth))
            made.append(part)
            if not part.startswith(("<?", "<!")) and not part.endswith("/>"):
                depth += 1
        after_text = False
    return "".join(made)


def _line(depth: int) -> str:
    return "\n" + " " * min(depth, _DEEPEST)
