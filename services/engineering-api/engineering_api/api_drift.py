"""Drift of documents over HTTP."""

import time
from typing import Annotated
from uuid import UUID

from pydantic import Field

from engineering_api.api import api
from engineering_api.ask.documents import Documents, Passage
from engineering_api.ask.models import MOST_COLLECTIONS, Collection, Locator, locator
from engineering_api.chosen import Subject, choose
from engineering_api.drift.comparing import Found, compare
from engineering_api.drift.known import Known
from engineering_api.drift.queries import queries
from engineering_api.drift.statement import Line
from engineering_api.models import Scope
from engineering_api.parts import Parts
from oberaconnect.auth import Principal
from oberaconnect.endpoint import View
from oberaconnect.stream import long_answers

_TOP_K = 20
_MOST_SHOWN = 500
#: Searching ends after this time, and says so.
_SECONDS = 120.0
_MOST_LINES = 12


class DriftRequest(Scope):
    """Which configurations are compared with which documents."""

    collections: Annotated[list[Collection], Field(min_length=1, max_length=MOST_COLLECTIONS)] = Field(
        default=["documents"], description="Of rag-engine"
    )
    min_confidence: float = Field(default=0.6, ge=0, le=1)


class DriftDocument(View):
    """The document and the words in it."""

    title: str
    locator: Locator
    quote: str


class DriftConfig(View):
    """Lines of a configuration."""

    config_id: UUID | None
    device: str
    line_start: int
    line_end: int
    text: str


class Contradiction(View):
    """A sentence that says otherwise than the configurations."""

    kind: str
    sentence: str
    said: str = Field(description="The value that the sentence gives")
    configured: list[str] = Field(description="The values that configurations give, first that of `config`")
    document: DriftDocument
    config: DriftConfig
    others: list[DriftConfig] = Field(description="Where other values of `configured` stand")
    confidence: float = Field(description="0 to 1: how surely the sentence says so")


class Drift(View):
    """What documents and configurations say differently, the surest first."""

    client: str
    contradictions: list[Contradiction]
    agreements: int
    agreements_by_kind: dict[str, int]
    devices: int
    queries: int
    passages: int
    notes: list[str]


@api.post("/drift", scope="engineering:read", tag="Questions")
def drift(parts: Parts, principal: Principal, body: DriftRequest) -> Drift:
    """Find sentences of documents that contradict the configurations: VLANs, subnets, gateways, addresses, DHCP ranges,
    servers, wireless networks, VPN peers, uplinks, firmware.

    Sentences that speak of the past, of plans or of examples are left out, and so is what configurations say nothing
    of. 503 when the documents cannot be searched.
    """
    principal.require("rag:read")
    chosen = choose(parts, principal, Scope(config_ids=body.config_ids, client=body.client, site=body.site))
    # Many searches hold the thread for as long as a stream does.
    with long_answers().one(), Documents(parts.settings, chosen.caller, body.collections) as documents:
        wanted = queries(chosen.subjects)
        passages, asked = _passages(documents, wanted)
    compared = compare(passages, Known(chosen.subjects))
    notes = [] if asked == len(wanted) else [f"Of {len(wanted)} searches {asked} were made in the time there is."]
    sure = [one for one in compared.contradictions if one.statement.confidence >= body.min_confidence]
    if len(sure) > _MOST_SHOWN:
        notes.append(f"Of {len(sure):,} contradictions the {_MOST_SHOWN} surest are told.")
    if not passages:
        notes.append("The documents have no passage near to what the configurations say.")
    return Drift(
        client=chosen.caller.tenant,
        contradictions=[_shown(one) for one in sure[:_MOST_SHOWN]],
        agreements=sum(compared.agreements.values()),
        agreements_by_kind=compared.agreements,
        devices=len(chosen.subjects),
        queries=asked,
        passages=len(passages),
        notes=notes,
    )


def _passages(documents: Documents, wanted: list[str]) -> tuple[list[Passage], int]:
    """The passages that searches find, each once, and how many searches were made."""
    found: dict[tuple[object, ...], Passage] = {}
    until = time.monotonic() + _SECONDS
    for number, query in enumerate(wanted):
        if time.monotonic() > until:
            return list(found.values()), number
        for passage in documents.search(query, _TOP_K):
            found.setdefault((passage.locator, passage.text), passage)
    return list(found.values()), len(wanted)


def _shown(found: Found) -> Contradiction:
    statement = found.statement
    lines = list(statement.truth.said.values())
    return Contradiction(
        kind=statement.kind,
        sentence=statement.sentence,
        said=statement.value,
        configured=list(statement.truth.said)[:20],
        document=DriftDocument(
            title=found.passage.title, locator=locator(found.passage.locator), quote=statement.sentence
        ),
        config=_config(lines[0]),
        others=[_config(line) for line in lines[1:10]],
        confidence=round(statement.confidence, 2),
    )


def _config(line: Line) -> DriftConfig:
    subject: Subject = line.subject
    end = min(line.span.last, line.span.first + _MOST_LINES - 1)
    return DriftConfig(
        config_id=subject.config_id,
        device=subject.name,
        line_start=line.span.first,
        line_end=end,
        text=subject.quote(line.span.first, end, _MOST_LINES),
    )
