"""Tools of rag-engine: searching the client's documents, answers with citations, and which collections there are."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from agents.tools import making, readable
from agents.tools.contract import Calling, Citation, Outcome, Spec, Tool
from agents.tools.making import Made
from agents.tools.platform import Service
from oberaconnect.settings import Settings

_SCOPE = "rag:read"
_MODES = ("hybrid", "dense", "keyword")
_MOST_PASSAGES = 20
_MOST_COLLECTIONS = 200
#: The most of one passage's text that programs get; a chunk is rarely longer.
_PASSAGE_CHARACTERS = 2_000
_QUOTE_CHARACTERS = 300

_SCALAR: making.Schema = {"type": ["string", "number", "boolean"], "maxLength": 2_000}
_BOUND: making.Schema = {"type": ["string", "number"], "maxLength": 2_000}
_RANGE = making.record({"gte": _BOUND, "lte": _BOUND}, required=()) | {"minProperties": 1}
_FILTERS: making.Schema = {
    "type": "object",
    "description": "Only passages whose documents fit: a value, a list of values, or {gte, lte}. Fields are"
    " document_id, source, type, updated_at, and the metadata of the documents.",
    "maxProperties": 16,
    "propertyNames": {"pattern": r"^[A-Za-z_][A-Za-z0-9_.-]{0,63}$"},
    "additionalProperties": {"anyOf": [_SCALAR, making.several(_SCALAR, least=1, most=100), _RANGE]},
}
_ASKED = {
    "query": making.said("The question or the words to look for, in the language of the documents.", longest=4_000),
    "collection": making.collection(),
    "top_k": making.whole("How many passages.", least=1, most=_MOST_PASSAGES, default=5),
    "mode": making.choice("hybrid: meaning and words; dense: meaning; keyword: words.", _MODES, "hybrid"),
    "filters": _FILTERS,
}
_PLACE = {
    "document_id": making.text(longest=64),
    "title": making.text(longest=1_000),
    "url": making.maybe(making.text(longest=4_000)),
    "page": making.maybe({"type": "integer"}),
    "section": making.text(longest=4_000),
}
_PASSAGE = making.record(
    _PLACE
    | {"external_id": making.text(longest=1_000), "score": {"type": "number"}, "text": making.text(longest=2_000)}
)
_CITATION = making.record(_PLACE | {"n": {"type": "integer"}, "quote": making.text(longest=4_000)})

_SEARCH = Spec(
    name="rag_search",
    title="Search the documents",
    description="Find the passages of the client's documents that are nearest to a question. Use it first whenever the"
    " answer may stand in a document: runbooks, contracts, manuals, tickets, configurations that were taken in. Returns"
    " passages with title, page and document_id, best first; get_document_text reads more around one. Search again with"
    " other words when nothing fits.",
    parameters=making.record(_ASKED, required=["query"]),
    tool_class="read",
    scope=_SCOPE,
    output=making.record({"passages": making.several(_PASSAGE, most=_MOST_PASSAGES)}),
    idempotent=True,
)
_QUERY = Spec(
    name="rag_query",
    title="Answer from the documents",
    description="Have a question answered from the client's documents, with citations whose quotes were checked. Use it"
    " when a finished answer with its sources is wanted; use rag_search to read the passages yourself. It says plainly"
    " when the documents do not hold an answer: then do not make one up.",
    parameters=making.record(_ASKED, required=["query"]),
    tool_class="read",
    scope=_SCOPE,
    output=making.record(
        {
            "answered": {"type": "boolean"},
            "answer": making.maybe(making.text(longest=200_000)),
            "citations": making.several(_CITATION, most=100),
        }
    ),
    idempotent=True,
)
_COLLECTIONS = Spec(
    name="list_collections",
    title="List the collections",
    description="List the collections of documents that the client has, with how many passages each holds. Use it when"
    " it is not clear where to search, or when a search says that a collection is not there.",
    parameters=making.record({}),
    tool_class="read",
    scope=_SCOPE,
    output=making.record(
        {
            "collections": making.several(
                making.record({"name": making.text(longest=63), "passages": {"type": "integer"}}),
                most=_MOST_COLLECTIONS,
            )
        }
    ),
    idempotent=True,
    taints=False,
)


def tools(settings: Settings) -> list[Tool]:
    """The tools of rag-engine."""
    service = Service(settings, "rag-engine", settings.rag_url, "rag")
    return [
        Made(_SEARCH, partial(_search, service)),
        Made(_QUERY, partial(_query, service)),
        Made(_COLLECTIONS, partial(_list_collections, service)),
    ]


def _search(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    passages = service.acting(calling, _SCOPE).post("search", payload=dict(arguments))["passages"]
    if not passages:
        return Outcome(
            "Nothing was found. Try other words, another collection (list_collections), or fewer filters.",
            {"passages": []},
        )
    shown, said = _passages(passages)
    return Outcome(
        said,
        {"passages": [_program_view(item) for item in shown]},
        [_citation(item, quote=readable.line(item["text"], _QUOTE_CHARACTERS)) for item in shown],
    )


def _query(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    found = service.acting(calling, _SCOPE).post("query", payload=dict(arguments))
    if not found["answered"]:
        shown, nearest = _passages(found["passages"])
        more = f" The nearest passages, which do not answer it:\n\n{nearest}" if shown else ""
        return Outcome(
            f"The documents do not hold an answer to this question.{more}",
            {"answered": False, "answer": None, "citations": []},
        )
    cited = found["citations"]
    blocks = [found["answer"], *(f"[{item['n']}] {_place(item)}\n“{item['quote']}”" for item in cited)]
    fitted = readable.fitted(blocks, what="sources", hint="Ask a narrower question")
    shown = cited[: max(0, fitted.shown - 1)]
    return Outcome(
        fitted.text,
        {"answered": True, "answer": found["answer"], "citations": [_cited(item) for item in shown]},
        [_citation(item, quote=item["quote"]) for item in shown],
    )


def _list_collections(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    items = service.acting(calling, _SCOPE).get("collections")["items"][:_MOST_COLLECTIONS]
    lines = [f"{item['name']}: {item['points']} passages" for item in items]
    return Outcome(
        readable.cut("\n".join(lines)) or "There is no collection yet.",
        {"collections": [{"name": item["name"], "passages": item["points"]} for item in items]},
    )


def _passages(passages: Sequence[Mapping[str, Any]]) -> tuple[Sequence[Mapping[str, Any]], str]:
    """Those there is room for, and how they read."""
    blocks = [f"[{number}] {_place(item)}\n{item['text']}" for number, item in enumerate(passages, start=1)]
    if not blocks:
        return [], ""
    fitted = readable.fitted(blocks, what="passages", hint="Ask for fewer with top_k, or a narrower question")
    return passages[: fitted.shown], fitted.text


def _place(item: Mapping[str, Any]) -> str:
    """Where something stands, in one line, with the id that a following call needs."""
    parts = [readable.line(item["title"] or item["external_id"])]
    if item["page"] is not None:
        parts.append(f"page {item['page']}")
    if item["section"]:
        parts.append(readable.line(item["section"]))
    parts.append(f"document_id {item['document_id']}")
    if item["url"]:
        parts.append(readable.line(item["url"], 500))
    return " · ".join(parts)


def _located(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: item[name] for name in ("document_id", "title", "url", "page", "section")}


def _program_view(item: Mapping[str, Any]) -> dict[str, Any]:
    return _located(item) | {
        "external_id": item["external_id"],
        "score": item["score"],
        "text": item["text"][:_PASSAGE_CHARACTERS],
    }


def _cited(item: Mapping[str, Any]) -> dict[str, Any]:
    return _located(item) | {"n": item["n"], "quote": item["quote"]}


def _citation(item: Mapping[str, Any], *, quote: str) -> Citation:
    return Citation(
        title=item["title"] or item["external_id"],
        url=item["url"],
        document_id=item["document_id"],
        page=item["page"],
        section=item["section"] or None,
        quote=quote,
    )
