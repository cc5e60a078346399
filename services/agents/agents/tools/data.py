"""Tools of data-processing: taking documents in, and listing, reading and deleting them."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from agents.tools import making, readable
from agents.tools.contract import Calling, Citation, Outcome, Spec, Tool
from agents.tools.ingestion import job_blocks, job_view, job_view_schema, ledger_view_schema
from agents.tools.making import Made
from agents.tools.platform import ACTIVE, Acting, Service
from oberaconnect.problems import Unprocessable
from oberaconnect.settings import Settings

_READ, _WRITE = "data:read", "data:write"
_MOST_LISTED = 50
_MOST_LINES = 20
_PAGE_CHARACTERS = 8_000
#: A page of the most characters still fits when each takes a few bytes; what does not fit is on the next page.
_MOST_PAGE_CHARACTERS = 20_000
_MOST_TEXT = 500_000
_STATUSES = ("queued", "processing", "indexed", "failed", "quarantined", "deleting")
_JOB_STATUSES = ("queued", "running", "succeeded", "failed", "cancelled")

_CURSOR = making.text("next_cursor of the page before.", longest=500, shortest=1)
_NEXT_CURSOR = making.maybe(making.text(longest=500))
_DOCUMENT_ID = making.identifier("The document's id, as list_documents and rag_search give it.")

_INGEST = Spec(
    name="ingest_document",
    title="Take a document in",
    description="Take a text or a web page into the client's documents, so that rag_search finds it. Use it when"
    " somebody wants something kept, or an address holds more than http_fetch can read. Give `text` (with a title) or"
    " `url` (http or https, public; a page, a PDF or an office file), not both. The same external_id again in the same"
    " collection replaces what was there; without one the text itself is its name. Waits for the indexing as long as it"
    " may, and says what was indexed or why it failed.",
    parameters=making.record(
        {
            "text": making.said("The document itself, as plain text or Markdown.", longest=_MOST_TEXT),
            "url": making.said("The address of a page or file, in place of a text.", longest=2_000),
            "title": making.text("What people call it; only with a text.", longest=500),
            "external_id": making.said("Your own name for it, which stays the same in later versions.", longest=512),
            "collection": making.collection(),
        },
        required=[],
    ),
    tool_class="write",
    scope=_WRITE,
    output=making.record({"job": job_view_schema(), "documents": ledger_view_schema(_MOST_LINES)}),
    idempotent=True,
    taints=False,
    seconds=300.0,
)
_LIST = Spec(
    name="list_documents",
    title="List the documents",
    description="List the client's documents, newest first, with their ids, types and states. Use it to find a document"
    " by its name or title (`q`), or those that failed; use rag_search to find one by what it says.",
    parameters=making.record(
        {
            "q": making.said("Words in the name, the title or the external id.", longest=200),
            "collection": making.collection("Only of this collection."),
            "status": making.choice("Only in this state.", _STATUSES),
            "limit": making.whole("How many.", least=1, most=_MOST_LISTED, default=20),
            "cursor": _CURSOR,
        },
        required=[],
    ),
    tool_class="read",
    scope=_READ,
    output=making.record(
        {
            "documents": making.several(
                making.record(
                    {
                        "id": making.text(longest=64),
                        "title": making.text(longest=1_000),
                        "external_id": making.text(longest=1_000),
                        "collection": making.text(longest=63),
                        "type": making.text(longest=200),
                        "status": making.text(longest=40),
                        "url": making.maybe(making.text(longest=4_000)),
                    }
                ),
                most=_MOST_LISTED,
            ),
            "next_cursor": _NEXT_CURSOR,
        }
    ),
    idempotent=True,
)
_TEXT = Spec(
    name="get_document_text",
    title="Read a document",
    description="Read the text of one of the client's documents, a page of characters at a time. Use it after"
    " rag_search or list_documents when a passage alone is not enough. Go on with offset = next_offset until it is"
    " null.",
    parameters=making.record(
        {
            "document_id": _DOCUMENT_ID,
            "offset": making.whole("The first character, counted from 0.", least=0, most=100_000_000, default=0),
            "length": making.whole(
                "How many characters.", least=100, most=_MOST_PAGE_CHARACTERS, default=_PAGE_CHARACTERS
            ),
        },
        required=["document_id"],
    ),
    tool_class="read",
    scope=_READ,
    output=making.record(
        {
            "document_id": making.text(longest=64),
            "title": making.text(longest=1_000),
            "characters": {"type": "integer"},
            "offset": {"type": "integer"},
            "next_offset": making.maybe({"type": "integer"}),
            "text": making.text(longest=_MOST_PAGE_CHARACTERS),
        }
    ),
    idempotent=True,
)
_DELETE = Spec(
    name="delete_document",
    title="Delete a document",
    description="Delete one of the client's documents for good: from the search, the database and the disk. Use it only"
    " when somebody asked for exactly that. A document that a source keeps in step may come back with its next run.",
    parameters=making.record({"document_id": _DOCUMENT_ID}),
    tool_class="destructive",
    scope=_WRITE,
    output=making.record({"deleted": making.text(longest=64)}),
    idempotent=True,
    taints=False,
)
_JOBS = Spec(
    name="list_ingest_jobs",
    title="List ingestion jobs",
    description="List the client's ingestion jobs, newest first, with how far they are and how many documents failed."
    " Use it to see whether documents are still on their way; get_ingest_job says what became of each file.",
    parameters=making.record(
        {
            "status": making.choice("Only in this state.", _JOB_STATUSES),
            "limit": making.whole("How many.", least=1, most=_MOST_LISTED, default=10),
            "cursor": _CURSOR,
        },
        required=[],
    ),
    tool_class="read",
    scope=_READ,
    output=making.record({"jobs": making.several(job_view_schema(), most=_MOST_LISTED), "next_cursor": _NEXT_CURSOR}),
    idempotent=True,
    taints=False,
)
_JOB = Spec(
    name="get_ingest_job",
    title="Look at an ingestion job",
    description="Show one ingestion job: how far it is, and what became of its files, those that failed first. Use it"
    " after ingest_document when the job was still at work, or to find out why documents are missing.",
    parameters=making.record({"job_id": making.identifier("The job's id.")}),
    tool_class="read",
    scope=_READ,
    output=making.record({"job": job_view_schema(), "documents": ledger_view_schema(_MOST_LINES)}),
    idempotent=True,
)


def tools(settings: Settings) -> list[Tool]:
    """The tools of data-processing."""
    service = Service(settings, "data-processing", settings.data_url, "data")
    return [
        Made(_INGEST, partial(_ingest, service)),
        Made(_LIST, partial(_list_documents, service)),
        Made(_TEXT, partial(_get_text, service)),
        Made(_DELETE, partial(_delete, service)),
        Made(_JOBS, partial(_list_jobs, service)),
        Made(_JOB, partial(_get_job, service)),
    ]


def _ingest(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    acting = service.acting(calling, _WRITE)
    job = acting.post("ingest", payload=_asked(arguments), creates=True)
    lines: Sequence[Mapping[str, Any]] = []
    if _READ in calling.principal.scopes:  # whoever may only write is told that it has begun
        looking = acting.under(_READ)
        job = looking.ended(job)
        lines = _lines(looking, job)
    blocks = job_blocks(job, lines)
    if job["status"] in ACTIVE:
        blocks.append("It goes on by itself. get_ingest_job with this job's id says later how it ended.")
    is_error = job["status"] in ("failed", "cancelled")
    return Outcome(_joined(blocks), {"job": job_view(job), "documents": [dict(line) for line in lines]}, (), is_error)


def _asked(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The body of POST /ingest. A text without a name gets that of its content, so that a repetition is the same."""
    text, url = arguments.get("text"), arguments.get("url")
    where = {"collection": arguments.get("collection", "documents")}
    if (text is None) == (url is None):
        raise Unprocessable("Give either a text or a url to take in, and not both.")
    if url is not None:
        if "title" in arguments or "external_id" in arguments:
            raise Unprocessable("A page goes by its address: give title and external_id only with a text.")
        return {"source": "url", "url": url} | where
    title = arguments.get("title", "")
    digest = hashlib.sha256(f"{title}\n{text}".encode(errors="replace")).hexdigest()
    document = {"external_id": arguments.get("external_id") or f"text-{digest[:24]}", "title": title, "text": text}
    return {"source": "text", "documents": [document]} | where


def _list_documents(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    page = service.acting(calling, _READ).get("documents", params={"limit": 20} | dict(arguments))
    items = page["items"]
    if not items:
        return Outcome("There is no such document.", {"documents": [], "next_cursor": None})
    blocks = [
        f"{readable.line(item['title'] or item['name'])}\n"
        f"  id {item['id']} · {item['type']} · {item['status']} · collection {item['collection']}"
        f" · external_id {readable.line(item['external_id'])} · updated {item['updated_at']}"
        for item in items
    ]
    fields = ("id", "title", "external_id", "collection", "type", "status", "url")
    data = {"documents": [{name: item[name] for name in fields} for item in items], "next_cursor": page["next_cursor"]}
    return Outcome(_with_more(blocks, page["next_cursor"]), data)


def _get_text(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    acting = service.acting(calling, _READ)
    document_id = str(arguments["document_id"])
    document = acting.get("documents", document_id)
    text = acting.text("documents", document_id, "text")
    offset = int(arguments.get("offset", 0))
    if offset > len(text):
        raise Unprocessable(f"The document has {len(text)} characters, so there is nothing at {offset}.")
    page = readable.page(text, offset, length=int(arguments.get("length", _PAGE_CHARACTERS)))
    title = document["title"] or document["name"]
    more = f" Go on with offset {page.end}." if page.next_offset else ""
    place = f"characters {offset} to {page.end} of {len(text)}.{more}"
    head = f"{readable.line(title)} · document_id {document_id} · {place}"
    data = {
        "document_id": document_id,
        "title": title,
        "characters": len(text),
        "offset": offset,
        "next_offset": page.next_offset,
        "text": page.text,
    }
    cited = Citation(title=title, url=document["url"], document_id=document_id)
    return Outcome(f"{head}\n\n{page.text}", data, [cited])


def _delete(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    document_id = str(arguments["document_id"])
    service.acting(calling, _WRITE).delete("documents", document_id)
    return Outcome(f"The document {document_id} was deleted.", {"deleted": document_id})


def _list_jobs(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    page = service.acting(calling, _READ).get("jobs", params={"limit": 10} | dict(arguments))
    if not page["items"]:
        return Outcome("There is no such job.", {"jobs": [], "next_cursor": None})
    blocks = ["\n".join(job_blocks(job, [])) for job in page["items"]]
    data = {"jobs": [job_view(job) for job in page["items"]], "next_cursor": page["next_cursor"]}
    return Outcome(_with_more(blocks, page["next_cursor"]), data)


def _get_job(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    acting = service.acting(calling, _READ)
    job = acting.get("jobs", str(arguments["job_id"]))
    lines = _lines(acting, job)
    return Outcome(_joined(job_blocks(job, lines)), {"job": job_view(job), "documents": list(lines)})


def _lines(acting: Acting, job: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What became of the files of a job: those that failed, and when there is room the others."""
    fields = ("document_id", "external_id", "status", "chunks", "reason")
    found: list[dict[str, Any]] = []
    for status in ("failed", "skipped", "indexed", "unchanged"):
        if (room := _MOST_LINES - len(found)) and job["counts"][status]:
            page = acting.get("jobs", str(job["id"]), "documents", params={"limit": room, "status": status})
            found += [{name: item[name] for name in fields} for item in page["items"]]
    return found


def _joined(blocks: Sequence[str]) -> str:
    return readable.fitted(blocks, what="lines", hint="get_ingest_job has them").text


def _with_more(blocks: Sequence[str], cursor: str | None) -> str:
    said = readable.fitted(blocks, what="entries", hint="Ask for fewer with limit").text
    return f"{said}\n\n[There are more: ask again with cursor {cursor}]" if cursor else said
