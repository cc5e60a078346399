"""The tools that a language model may ask for: calculations, facts, configurations, knowledge and documents."""

import json
import re
from collections.abc import Mapping
from typing import Any

from engineering_api.ask.documents import Documents
from engineering_api.ask.found import MOST_LINES, Source, lines
from engineering_api.ask.knowledge.retrieval import Knowledge
from engineering_api.ask.knowledge.words import stems
from engineering_api.ask.world import World
from engineering_api.chosen import Subject
from engineering_api.facts.device import Device
from engineering_api.facts.fact import Fact, Span
from engineering_api.tools.registry import TOOLS
from oberaconnect.llm import Tool
from oberaconnect.problems import Unprocessable

SECTIONS = tuple(
    name for name in Device.model_fields if name not in ("platform", "scopes", "definitions", "references", "unparsed")
)
#: Tools that take whole texts, of which a model has none.
_NOT_FOR_MODELS = frozenset({"show-parse", "show-commands", "config-parse", "config-diff"})
_MOST_FACTS = 30
_MOST_FOUND = 30
_FIRST = ("packet-test", "route-lookup")

_OWN = (
    Tool(
        "find-facts",
        "Search what the configurations say, by section, with the lines that say it. `contains` is a "
        "word in the fact or"
        " its lines; `device` a device's name.",
        {
            "type": "object",
            "properties": {
                "section": {"type": "string", "enum": list(SECTIONS)},
                "contains": {"type": "string"},
                "device": {"type": "string"},
            },
            "required": ["section"],
        },
    ),
    Tool(
        "config-lines",
        "Show lines of a device's configuration: those that contain a text, or from a line to a "
        "line. Secrets are removed.",
        {
            "type": "object",
            "properties": {
                "device": {"type": "string"},
                "contains": {"type": "string"},
                "first": {"type": "integer"},
                "last": {"type": "integer"},
            },
            "required": ["device"],
        },
    ),
    Tool(
        "search-knowledge",
        "Search checked general knowledge of networking: protocols, ports, limits, commands of platforms.",
        {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]},
    ),
    Tool(
        "search-documents",
        "Search the client's own documents: runbooks, contracts, notes.",
        {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]},
    ),
)


class Workbench:
    """Tools over one world. What they find is evidence."""

    def __init__(self, world: World, documents: Documents, knowledge: Knowledge, *, top_k: int) -> None:
        """`top_k` passages of documents are looked at."""
        self._world = world
        self._documents = documents
        self._knowledge = knowledge
        self._top_k = top_k

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """The devices of the scope."""
        return self._world.subjects

    def tools(self, question: str, room: int) -> list[Tool]:
        """The tools to offer: our own, and of the calculations those nearest to the question that there is room for."""
        words = set(stems(question))
        own = [one for one in _OWN if one.name != "search-documents" or not self._documents.refusal]
        if not self.subjects:
            own = [one for one in own if one.name.startswith("search-")]
        ranked = sorted(
            (one for one in TOOLS.values() if one.name not in _NOT_FOR_MODELS),
            key=lambda one: (
                one.name not in _FIRST,
                -len(words & set(stems(f"{one.title} {one.description}"))),
                one.name,
            ),
        )
        for tool in ranked:
            schema = _schema(tool.arguments.model_json_schema())
            if "config_id" in schema.get("properties", {}) and not self.subjects:
                continue
            room -= len(json.dumps(schema)) + len(tool.description)
            if room < 0:
                break
            own.append(Tool(tool.name, tool.description, schema))
        return own

    def use(self, name: str, arguments: Mapping[str, Any]) -> list[Source]:
        """What a tool finds.

        Raises `Unprocessable` and `NotFound` with a sentence that says what is wrong.
        """
        if name == "find-facts":
            return self._facts(arguments)
        if name == "config-lines":
            return self._lines(arguments)
        if name == "search-knowledge":
            return [hit.entry.cited for hit in self._knowledge.search(_text(arguments, "query"), 4)]
        if name == "search-documents":
            if self._documents.refusal:
                raise Unprocessable(self._documents.refusal)
            return [one.source for one in self._documents.search(_text(arguments, "query"), self._top_k)]
        if name in _NOT_FOR_MODELS:
            raise Unprocessable(f"{name} cannot be used here.")
        return self._calculated(name, arguments)

    def _calculated(self, name: str, arguments: Mapping[str, Any]) -> list[Source]:
        wanted = {
            key: value for key, value in arguments.items() if key not in ("text", "platform") and value is not None
        }
        done = self._world.calculate(name, wanted)
        made = [done.source]
        decided: Any = getattr(done.answer, "decided_by", None)
        subject = next((one for one in self.subjects if str(one.config_id) == str(wanted.get("config_id"))), None)
        if decided is not None and subject is not None:
            made.extend(lines(subject, Span(decided.first, decided.last)))
        return made

    def _facts(self, arguments: Mapping[str, Any]) -> list[Source]:
        section = _text(arguments, "section")
        if section not in SECTIONS:
            raise Unprocessable(f"There is no section '{section[:40]}'. There are {', '.join(SECTIONS)}.")
        contains = str(arguments.get("contains") or "").casefold()
        made: list[Source] = []
        total = 0
        for subject in self._named(arguments):
            held = getattr(subject.device, section)
            for fact in held if isinstance(held, list) else [held]:
                if isinstance(fact, Fact) and (not contains or contains in _said(subject, fact)):
                    total += 1
                    if len(made) < _MOST_FACTS:
                        made.extend(lines(subject, fact.source))
        record = self._world.looked(section, {"contains": contains}, total)
        return [*made, record] if made else [record]

    def _lines(self, arguments: Mapping[str, Any]) -> list[Source]:
        subjects = self._named(arguments)
        contains = str(arguments.get("contains") or "").casefold().strip()
        made: list[Source] = []
        for subject in subjects[:5]:
            if contains:
                hits = [number for number, text in enumerate(subject.texts, 1) if contains in text.casefold()]
                made.extend(lines(subject, *(Span(number, number) for number in hits[:_MOST_FOUND])))
            else:
                first = _number(arguments.get("first"), 1)
                last = min(_number(arguments.get("last"), first + 39), first + 119, len(subject.texts))
                starts = range(max(1, first), last + 1, MOST_LINES)
                made.extend(lines(subject, *(Span(start, min(last, start + MOST_LINES - 1)) for start in starts)))
        return made

    def _named(self, arguments: Mapping[str, Any]) -> tuple[Subject, ...]:
        wanted = str(arguments.get("device") or "").casefold().strip()
        if not wanted:
            return self.subjects
        found = tuple(one for one in self.subjects if wanted in (one.name.casefold(), str(one.config_id)))
        if not found:
            known = ", ".join(one.name for one in self.subjects[:30]) or "none"
            raise Unprocessable(f"There is no device '{wanted[:60]}' in the scope. There are: {known}.")
        return found


def _said(subject: Subject, fact: Fact) -> str:
    """A fact and its lines, as one text to search in."""
    return f"{fact.model_dump_json()}\n{subject.quote(*fact.source)}".casefold()


def _text(arguments: Mapping[str, Any], name: str) -> str:
    value = arguments.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Unprocessable(f"Say {name}.")
    return re.sub(r"[\x00\ud800-\udfff]", " ", value)[:2_000]


def _number(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) and 1 <= value <= 1_000_000 else otherwise


def _schema(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without what a model never gives: whole configurations as text."""
    properties = schema.get("properties", {})
    if "config_id" in properties:
        properties = {name: one for name, one in properties.items() if name not in ("text", "platform")}
        schema = {**schema, "properties": properties, "required": [*schema.get("required", []), "config_id"]}
    return schema
