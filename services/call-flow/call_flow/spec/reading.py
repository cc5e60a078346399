"""Specifications from files: JSON, YAML, and CSV with the extensions."""

import codecs
import json
import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Literal

from pydantic import ValidationError

from call_flow.spec import table, yaml_text
from call_flow.spec.draft import unprocessable
from call_flow.spec.specification import Specification
from oberaconnect.problems import BadRequest, FieldError, TooLarge, Unprocessable, UnsupportedMediaType

MAX_BYTES = 5 * 2**20
Form = Literal["json", "yaml", "csv"]
_MEDIA_TYPES: Mapping[str, Form] = {
    "application/json": "json", "application/yaml": "yaml", "application/x-yaml": "yaml", "text/yaml": "yaml",
    "text/x-yaml": "yaml", "text/csv": "csv", "application/csv": "csv", "text/tab-separated-values": "csv",
    "application/vnd.ms-excel": "csv",
}  # fmt: skip
_SUFFIXES: Mapping[str, Form] = {
    ".json": "json", ".yaml": "yaml", ".yml": "yaml", ".csv": "csv", ".tsv": "csv"
}  # fmt: skip
_UNTOLD = (None, "", "text/plain", "application/octet-stream")
_ROW = re.compile(r"#/extensions/([0-9]+)(.*)", re.DOTALL)


def read(content: bytes, media_type: str | None = None, name: str | None = None) -> Specification:
    """The specification in a file of that media type or name; by its content where neither tells.

    A table names its customer in a column, or by the file's name.

    Raises:
        TooLarge: of more than 5 MB.
        UnsupportedMediaType: of a type that is neither JSON, YAML nor CSV.
        BadRequest: when the text cannot be read.
        Unprocessable: when it is no specification. It points to each wrong place, of a table with its row.
    """
    if len(content) > MAX_BYTES:
        raise TooLarge(
            f"A specification may have {MAX_BYTES // 2**20} MB. Send the extensions only, or leave out what is usual."
        )
    text = _decoded(content)
    form = _form(text, media_type, name)
    if form == "csv":
        plain, rows = table.specification(text, PurePath(name).stem if name else None)
        return _validated(plain, rows)
    plain = _json(text) if form == "json" else yaml_text.load(text)
    if not isinstance(plain, dict):
        raise BadRequest("A specification is a mapping with at least 'customer', as customer: Acme Corp.")
    return _validated(plain, [])


def _form(text: str, media_type: str | None, name: str | None) -> Form:
    told = (media_type or "").partition(";")[0].strip().lower()
    if told in _MEDIA_TYPES and told != "application/vnd.ms-excel":
        return _MEDIA_TYPES[told]
    suffix = PurePath(name or "").suffix.lower()
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    if told in _MEDIA_TYPES:
        return _MEDIA_TYPES[told]
    if told not in _UNTOLD:
        raise UnsupportedMediaType(
            "Send a specification as JSON, YAML or CSV (application/json, application/yaml, text/csv)."
        )
    if text.lstrip().startswith("{"):
        return "json"
    return "csv" if table.looks_like_a_table(text) else "yaml"


def _decoded(content: bytes) -> str:
    """As UTF-8 or UTF-16 by its mark, else UTF-8, else what Windows writes."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252", "latin-1"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise BadRequest("This is not a text. Save it as UTF-8, in JSON, YAML or CSV.")


def _json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise BadRequest(f"This is not valid JSON: {error.msg} (line {error.lineno}).") from None
    except (RecursionError, ValueError):
        raise BadRequest("This JSON is nested too deeply, or holds a number that is too long.") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise BadRequest(f"The key '{key[:60]}' stands twice in one object.")
        found[key] = value
    return found


def _no_constant(name: str) -> Any:
    raise BadRequest(f"JSON has no {name}.")


def _validated(plain: dict[str, Any], rows: list[int]) -> Specification:
    try:
        return Specification.model_validate(plain)
    except ValidationError as error:
        problem = unprocessable(error)
    if not rows:
        raise problem
    errors = [_in_row(item, rows) for item in problem.errors]
    raise Unprocessable(errors[0]["detail"], errors=errors)


def _in_row(error: FieldError, rows: list[int]) -> FieldError:
    match = _ROW.fullmatch(error["pointer"])
    if match is None:
        return error
    row, column = rows[int(match[1])], match[2].strip("/")
    where = f"Row {row}, {column}" if column else f"Row {row}"
    return FieldError(pointer=f"#/rows/{row}{match[2]}", detail=f"{where}: {error['detail']}")
