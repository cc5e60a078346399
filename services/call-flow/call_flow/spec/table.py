"""Extensions from a table: CSV with a line of headings, as spreadsheets and telephone systems write it."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from call_flow.spec.words import folded, identifier, quoted
from oberaconnect.problems import FieldError, Unprocessable

Row = tuple[int, dict[str, str]]
_COLUMNS = {
    "number": ("number", "extension", "ext", "extensionnumber", "extno", "internalnumber"),
    "name": ("name", "fullname", "displayname", "user", "username", "person"),
    "first": ("first", "firstname", "givenname", "forename"),
    "last": ("last", "lastname", "surname", "familyname"),
    "email": ("email", "mail", "emailaddress"),
    "mailbox": ("mailbox", "voicemail", "vm"),
    "did": ("did", "ddi", "directnumber", "directdial", "directline", "didnumber"),
    "device": ("device", "devicetype", "phone", "phonetype"),
    "site": ("site", "office", "branch"),
    "location": ("location", "room", "floor", "place"),
    "outbound": ("outbound", "class", "callclass", "permission", "permissions"),
    "mobile": ("mobile", "cell", "cellphone", "mobilenumber", "mobilephone"),
    "ring_s": ("rings", "ringseconds", "ringtime", "ring"),
    "group": ("group", "groups", "department", "team"),
    "customer": ("customer", "company", "client"),
}
_BY_HEADING = {heading: column for column, headings in _COLUMNS.items() for heading in headings}
_DEVICES = {
    "deskphone": "desk", "desktelephone": "desk", "softphone": "softphone", "app": "softphone", "dect": "cordless",
    "wireless": "cordless", "analogue": "analog", "doorphone": "door", "no": "none",
}  # fmt: skip
_EXCEL_TEXT = re.compile(r'="([^"]*)"')
_YES, _NO = ("yes", "y", "true", "x"), ("no", "n", "false", "none", "-")
_MOST_ROWS = 5000
_BY_THE_FILE = {
    "origin": "assumed",
    "evidence": "The table names no customer, and is called so.",
    "question": "Who is the customer?",
}


def specification(text: str, customer: str | None) -> tuple[dict[str, Any], list[int]]:
    """The JSON of a specification, and the row in which each extension stands.

    The customer is named by a column `customer`, or else by `customer`. A cell is a text whatever it begins with.

    Raises:
        Unprocessable: when the table has no headings that are known, or a row does not fit them.
    """
    rows = list(_rows(text))
    if len(rows) > _MOST_ROWS:
        raise Unprocessable(f"The table has {len(rows)} rows; {_MOST_ROWS} extensions are the most.")
    named = next((cells["customer"] for _, cells in rows if cells.get("customer")), customer)
    if not named:
        raise Unprocessable(
            "The table does not name the customer. Add a column 'customer', or name the file after them."
        )
    found: dict[str, Any] = {"customer": named, "extensions": [], "groups": {}}
    if not any(cells.get("customer") for _, cells in rows):
        found["provenance"] = {"/customer/name": _BY_THE_FILE}
    sites: dict[str, dict[str, Any]] = {}
    for _, cells in rows:
        extension = {name: cells[name] for name in _COLUMNS if cells.get(name) and name not in ("group", "customer")}
        _translate(extension)
        _place(extension, sites)
        found["extensions"].append(extension)
        for group in filter(None, (part.strip() for part in re.split(r"[|/;]", cells.get("group", "")))):
            found["groups"].setdefault(group, []).append(cells.get("number") or cells.get("name") or "")
    if sites:
        found["sites"] = list(sites.values())
    return found, [number for number, _ in rows]


def looks_like_a_table(text: str) -> bool:
    """Whether its first line is one of headings that are known."""
    lines = _lines(text)
    headings = next(csv.reader(lines[:1], delimiter=_delimiter(text, lines)), []) if lines else []
    return any(_plain(heading) in _BY_HEADING for heading in headings) and ":" not in lines[0]


def _rows(text: str) -> Iterator[Row]:
    lines = _lines(text)
    skipped = len(text.splitlines()) - len(lines)
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=_delimiter(text, lines))
    try:
        headings = _columns(next(reader, []))
        for cells in reader:
            number = reader.line_num + skipped
            if not any(cell.strip() for cell in cells):
                continue
            if any(cell.strip() for cell in cells[len(headings) :]):
                raise _wrong(
                    number,
                    f"has {len(cells)} cells, but there are {len(headings)} headings. Quote what holds a separator.",
                )
            yield number, {name: _cell(cell) for name, cell in zip(headings, cells, strict=False) if name}
    except csv.Error as error:
        raise _wrong(reader.line_num + skipped, f"cannot be read: {error}.") from None


def _lines(text: str) -> list[str]:
    lines = text.splitlines()
    return lines[1:] if lines and lines[0].lower().startswith("sep=") else lines


def _delimiter(text: str, lines: list[str]) -> str:
    first = text.split("\n", 1)[0].strip("\r")
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4]
    headings = re.sub(r'"[^"]*"', "", lines[0]) if lines else ""
    return max(",;\t|", key=headings.count)


def _columns(headings: list[str]) -> list[str]:
    found = []
    for heading in headings:
        column = _BY_HEADING.get(_plain(heading))
        if column is None and heading.strip():
            raise Unprocessable(
                f"The column {quoted(heading)} is not known. Known are: {', '.join(_COLUMNS)}. Remove or rename it."
            )
        if column in found:
            raise Unprocessable(f"Two columns say the {column}. Remove one of them.")
        found.append(column or "")
    if not {"number", "name", "first", "last"} & set(found):
        raise Unprocessable(f"The first line has no headings. Known are: {', '.join(_COLUMNS)}.")
    return found


def _plain(heading: str) -> str:
    return re.sub(r"[^a-z]", "", folded(heading))


def _cell(cell: str) -> str:
    text = cell.strip()
    match = _EXCEL_TEXT.fullmatch(text)
    return match[1].strip() if match else text


def _translate(extension: dict[str, Any]) -> None:
    """Words of tables in those of specifications."""
    if "mailbox" in extension:
        word = folded(extension["mailbox"])
        extension["mailbox"] = True if word in _YES else False if word in _NO else extension["mailbox"]
    if "device" in extension:
        word = _plain(extension["device"])
        extension["device"] = _DEVICES.get(word, word)
    if "outbound" in extension:
        extension["outbound"] = folded(extension["outbound"])


def _place(extension: dict[str, Any], sites: dict[str, dict[str, Any]]) -> None:
    """Sites and locations by their names; a location needs a site, and the only one is called Main."""
    if "site" not in extension and "location" not in extension:
        return
    site = _named(sites, extension.get("site", "Main"), "site")
    extension["site"] = site["id"]
    if "location" in extension:
        places = {place["name"]: place for place in site.setdefault("locations", [])}
        before = len(places)
        place = _named(places, extension["location"], "location")
        if len(places) > before:
            site["locations"].append(place)
        extension["location"] = place["id"]


def _named(places: dict[str, dict[str, Any]], name: str, kind: str) -> dict[str, Any]:
    if name not in places:
        places[name] = {"id": identifier(name, kind, {place["id"] for place in places.values()}), "name": name}
    return places[name]


def _wrong(row: int, what: str) -> Unprocessable:
    detail = f"Row {row} {what}"
    return Unprocessable(detail, errors=[FieldError(pointer=f"#/rows/{row}", detail=detail)])
