"""How configurations and their facts are shown."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from engineering_api.facts.device import Device
from engineering_api.models import (
    MOST_UNPARSED,
    ConfigItem,
    GuessView,
    Line,
    Redactions,
)
from engineering_api.parsing import Parsed
from engineering_api.reading.tree import Node
from oberaconnect.problems import Unprocessable

#: What a device says, by the names that are asked for. `unparsed` is what was not understood.
SECTIONS = tuple(name for name in Device.model_fields if name not in {"platform", "scopes"})
_DEEPEST = 40


def item(row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `ConfigItem` from a configuration's row."""
    shown = {name: row[name] for name in ConfigItem.model_fields if name in row}
    return shown | {
        "parsed": row["read"] - row["unparsed"],
        "unparsed_count": row["unparsed"],
        "redactions": redactions(row["redactions"]),
        "confidence": round(row["confidence"], 2),
    }


def redactions(kinds: Mapping[str, int]) -> Redactions:
    """How many secrets were removed, by their kinds."""
    return Redactions(count=sum(kinds.values()), kinds=dict(kinds))


def understood(parsed: Parsed) -> dict[str, Any]:
    """The fields of `Understood`."""
    missed = parsed.device.unparsed
    return {
        "platform": parsed.platform.name,
        "confidence": round(parsed.confidence, 2),
        "guesses": [
            GuessView(platform=guess.platform.name, confidence=round(guess.confidence, 2)) for guess in parsed.guesses
        ],
        "encoding": parsed.encoding,
        "form": parsed.form,
        "hostname": parsed.device.identity.hostname,
        "lines": len(parsed.texts),
        "parsed": parsed.read - len(missed),
        "unparsed_count": len(missed),
        "unparsed": [Line(line=one.source.first, text=one.text) for one in missed[:MOST_UNPARSED]],
        "warnings": list(parsed.warnings),
        "redactions": redactions(kinds(parsed)),
    }


def kinds(parsed: Parsed) -> dict[str, int]:
    """How many secrets of each kind were removed."""
    found: dict[str, int] = {}
    for redaction in parsed.redactions:
        found[redaction.kind] = found.get(redaction.kind, 0) + 1
    return found


def facts(device: Mapping[str, Any], config_id: UUID | None, section: str | None) -> dict[str, Any]:
    """What a device says, every fact with its lines. Raises `Unprocessable` for a section that there is not."""
    wanted = [name.strip() for name in section.split(",")] if section else SECTIONS
    if unknown := [name for name in wanted if name not in SECTIONS]:
        raise Unprocessable(f"There is no section '{unknown[0]}'. There are {', '.join(SECTIONS)}.")
    return {name: _shown(device[name], config_id) for name in wanted}


def _shown(value: Any, config_id: UUID | None) -> Any:
    """A value with the facts in it as `{value, source, fields}`. Facts hold facts at most three deep."""
    if isinstance(value, list):
        return [_shown(one, config_id) for one in value]
    if not isinstance(value, dict):
        return value
    inner = {name: _shown(one, config_id) for name, one in value.items() if name not in {"source", "at"}}
    if "source" not in value:
        return inner
    shown = {"value": inner, "source": {"config_id": config_id and str(config_id)} | _lines(value["source"])}
    if value.get("at"):
        shown["fields"] = {name: _lines(span) for name, span in value["at"].items()}
    return shown


def _lines(span: Sequence[int]) -> dict[str, int]:
    return {"line_start": span[0], "line_end": span[1]}


def tree(nodes: Sequence[Node]) -> list[dict[str, Any]]:
    """The tree as JSON. What is nested deeper than any device nests is told beside, not below, its line."""
    top: list[dict[str, Any]] = []
    waiting: list[tuple[Node, list[dict[str, Any]], int]] = [(node, top, 0) for node in reversed(nodes)]
    while waiting:
        node, place, depth = waiting.pop()
        made: dict[str, Any] = {"text": node.text, "line_start": node.first, "line_end": node.last, "children": []}
        place.append(made)
        below = made["children"] if depth < _DEEPEST else place
        waiting.extend((child, below, depth + 1) for child in reversed(node.children))
    return top
