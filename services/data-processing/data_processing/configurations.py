"""Configurations among the documents: without their secrets, with their lines, and known to engineering-api.

What the parsers suspect is shown to engineering-api, and whatever it takes for a secret is gone before anything is
stored, embedded, or shown to a model. Of what it takes for a configuration it keeps the facts; the rest is ordinary.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from data_processing.elements import SUSPECT, Element, ParsedDocument, ParseFailed
from data_processing.engineering import Engineering, Recognised
from data_processing.extract import text_document
from data_processing.extract.build import storable
from oberaconnect.auth import Principal
from oberaconnect.problems import Problem, TooLarge, Unprocessable

#: The parser of an element that is lines of a configuration, without secrets.
CONFIGURATION = "engineering-api"
_LONGEST_NAME, _LONGEST_SITE = 255, 80
#: Readers by whom a document is open to everybody of the client.
_EVERYBODY = {"org", "anyone"}
_NOT_FOR_ALL = (
    "It was not kept as a configuration, because not everybody of the client may read it; set 'access' of its source to"
    ' "client" for that.'
)
_PARSED: TypeAdapter[ParsedDocument] = TypeAdapter(ParsedDocument)


class Away(Exception):
    """engineering-api does not answer. What may be a configuration waits for it."""

    def __init__(self, problem: Problem) -> None:
        """`problem` says it in words for people."""
        super().__init__(problem.detail)
        self.problem = problem


@dataclass(frozen=True)
class Origin:
    """Of which document something is, who may read it, and what was said of it."""

    document_id: UUID
    name: str
    access: Sequence[str] | None
    metadata: Mapping[str, Any]

    @property
    def site(self) -> str:
        """The place of the client that its metadata names."""
        said = self.metadata.get("site")
        return " ".join(said.split())[:_LONGEST_SITE] if isinstance(said, str) else ""


def are_in(parsed: ParsedDocument) -> bool:
    """Whether something of a document may be a configuration."""
    return any(element.parser == SUSPECT for element in parsed.elements)


@dataclass(frozen=True)
class Cleared:
    """A document without the secrets of configurations. `is_changed`: it is not as it came in."""

    parsed: ParsedDocument
    config_ids: tuple[UUID, ...] = ()
    is_changed: bool = False


def clear(engineering: Engineering, principal: Principal, parsed: ParsedDocument, origin: Origin) -> Cleared:
    """Let engineering-api see to what may be a configuration, and keep what is one.

    Raises:
        Away: when it does not answer.
        ParseFailed: `refused` when it does not take what may be a configuration.
    """
    clearing = _Clearing(engineering, principal, parsed, origin)
    for element in parsed.elements:
        clearing.add(element)
    return clearing.cleared()


class _Clearing:
    """The document that is made of another one."""

    def __init__(self, engineering: Engineering, principal: Principal, parsed: ParsedDocument, origin: Origin) -> None:
        self._engineering = engineering
        self._principal = principal
        self._parsed = parsed
        self._origin = origin
        self._elements: list[Element] = []
        self._config_ids: list[UUID] = []
        self._warnings = list(parsed.warnings)
        self._whole: ParsedDocument | None = None
        self._is_changed = False

    def add(self, element: Element) -> None:
        if element.parser != SUSPECT:
            self._elements.append(element)
            return
        with _answering():
            found = self._engineering.recognise(self._principal, element.text)
        self._is_changed = self._is_changed or found.is_config or found.secrets > 0
        if found.is_config:
            self._elements += _lines(element, found)
            self._keep(element)
            return
        if found.secrets:
            self._warnings.append(
                f"{found.secrets} secrets were taken out of what looks like lines of a configuration."
            )
        ordinary = _ordinary(self._parsed, element, found.text if found.secrets else element.text)
        self._warnings += ordinary.warnings
        if len(self._parsed.elements) == 1:
            self._whole = ordinary
        self._elements += (
            replace(one, label=element.label, section_path=(*element.section_path, *one.section_path))
            for one in ordinary.elements
        )

    def _keep(self, element: Element) -> None:
        if not _is_for_all(self._origin.access):
            self._warnings.append(_NOT_FOR_ALL)
            return
        name = (element.label or self._origin.name)[-_LONGEST_NAME:]
        with _answering():
            config_id = self._engineering.keep(
                self._principal, name, element.text, site=self._origin.site, document_id=self._origin.document_id
            )
        self._config_ids.append(config_id)

    def cleared(self) -> Cleared:
        parsed = self._parsed
        if self._whole is not None:  # of what kind a text is that is no configuration, only its reader can tell
            whole = self._whole
            parsed = replace(whole, name=parsed.name, metadata=whole.metadata | parsed.metadata)
        elements = tuple(replace(element, ordinal=number) for number, element in enumerate(self._elements))
        warnings = tuple(dict.fromkeys(self._warnings))
        return Cleared(replace(parsed, elements=elements, warnings=warnings), tuple(self._config_ids), self._is_changed)


def again(
    engineering: Engineering,
    principal: Principal,
    cleared: ParsedDocument,
    origin: Origin,
    *,
    config_ids: Sequence[UUID],
) -> Cleared:
    """A document that was cleared before: its configurations are kept unless they are (`config_ids`). Errors as above.

    A device that is again as it was before has that as its latest configuration.
    """
    texts = list(_texts(cleared))
    warnings = [warning for warning in cleared.warnings if warning != _NOT_FOR_ALL]
    kept = list(config_ids)
    if texts and not _is_for_all(origin.access):
        warnings.append(_NOT_FOR_ALL)
    elif not kept:
        for label, text in texts:
            name = (label or origin.name)[-_LONGEST_NAME:]
            with _answering():
                kept.append(engineering.keep(principal, name, text, site=origin.site, document_id=origin.document_id))
    return Cleared(replace(cleared, warnings=tuple(warnings)), tuple(kept))


def dump(parsed: ParsedDocument) -> bytes:
    """What stands for the bytes of a document that had secrets in it."""
    return _PARSED.dump_json(parsed)


def load(content: bytes) -> ParsedDocument:
    """The document of which these bytes are what `dump` gave."""
    return _PARSED.validate_json(content)


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except (Unprocessable, TooLarge) as problem:
        reason = f"This looks like a configuration, and engineering-api does not take it: {problem.detail}"
        raise ParseFailed("refused", reason) from problem
    except Problem as problem:  # away, busy, or not set up as it should be: no fault of the file
        raise Away(problem) from problem


def _is_for_all(access: Sequence[str] | None) -> bool:
    # engineering-api knows clients, and no readers of single documents.
    return access is None or not _EVERYBODY.isdisjoint(access)


def _lines(element: Element, found: Recognised) -> Iterator[Element]:
    """The lines of a configuration, an element a section."""
    lines = [storable(line) for line in found.text.split("\n")]
    above = (*element.section_path, *((storable(found.hostname),) if found.hostname else ()))
    for section in found.sections:
        yield Element(
            0,
            "code",
            "\n".join(lines[section.first - 1 : section.last]),
            label=element.label,
            section_path=(*above, *map(storable, section.path)),
            parser=CONFIGURATION,
            line_start=section.first,
        )


def _texts(parsed: ParsedDocument) -> Iterator[tuple[str | None, str]]:
    """The configurations of a document that was cleared, by the names of the attachments that they were."""
    own = (element for element in parsed.elements if element.parser == CONFIGURATION)
    for label, elements in groupby(own, key=lambda element: element.label):
        yield label, "\n".join(element.text for element in elements)


def _ordinary(parsed: ParsedDocument, element: Element, text: str) -> ParsedDocument:
    """What a text says that is no configuration."""
    name = element.label or parsed.name
    try:
        return text_document(text, name, None, is_ordinary=True)
    except ParseFailed as failure:
        warning = f"{name} was not read: {failure.reason}"
        return replace(parsed, elements=(), warnings=(warning,))
