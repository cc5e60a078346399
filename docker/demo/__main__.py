"""`python -m demo`: ingest the samples, ask ten questions, try to get at a stranger's secret, prove a telephone system.

Exits 1 on failure.
"""

import sys
import time
from pathlib import Path
from typing import Any

from demo import ingest, phones
from demo.gateway import KEY_NEEDED, Gateway, GatewayError, Refused, here
from demo.questions import QUESTIONS, SECRET, STRANGERS, Question, holds
from demo.screen import Screen
from host import place
from host.obstacle import Obstacle

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
_START_SECONDS = 60.0
_PATIENCE_SECONDS = 2.0
_QUOTE_CHARACTERS = 220


def main() -> int:
    """Run the demonstration; returns the exit status."""
    screen = Screen()
    started = time.monotonic()
    try:
        gateway = here()
        screen.line(screen.bold(f"OberaConnect · {gateway.shown_url}"))
        _wait(screen, gateway)
        _ingest(screen, gateway)
        failures = _ask(screen, gateway) + _try_secret(screen, gateway)
        failures += phones.show(screen, gateway, place.find().state / "demo")
    except (GatewayError, Obstacle) as failure:
        screen.end_bar()
        hint = f" {KEY_NEEDED}" if isinstance(failure, Refused) and failure.status in {401, 403} else ""
        print(f"The demo stopped: {failure}{hint}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        screen.end_bar()
        print("Interrupted. What was sent goes on in the background; the next run finds it.", file=sys.stderr)
        return 130
    screen.heading("Go on with")
    for line in [*_commands(gateway), *_agent(gateway)]:
        screen.line(f"  {line}")
    screen.line(f"  In the browser: {gateway.shown_url}/ · {gateway.shown_url}/docs")
    screen.line()
    if failures:
        for sentence in failures:
            print(f"Failed: {sentence}", file=sys.stderr)
        return 1
    screen.line(screen.good(f"All of it worked, in {time.monotonic() - started:.1f} s."))
    return 0


def _wait(screen: Screen, gateway: Gateway) -> None:
    """Until the services that the demo needs can do their work."""
    started, told = time.monotonic(), False
    for service in ("data", "rag", "callflow"):
        while True:
            try:
                gateway.get(f"/api/{service}/health")
                break
            except GatewayError as failure:
                if isinstance(failure, Refused) and failure.status in {401, 403}:
                    raise
                seconds = time.monotonic() - started
                if not told and seconds > _PATIENCE_SECONDS:
                    told = True
                    screen.line(screen.quiet(f"  Waiting for the platform: {failure}"))
                if seconds > _START_SECONDS:
                    raise GatewayError(
                        f"{failure} Start the platform with 'make up'; 'make health' says more."
                    ) from None
                time.sleep(0.5)
    listed = gateway.get("/api/services")["services"]
    works = [one["name"] for one in listed if one["status"] in {"pass", "warn"}]
    screen.line(screen.quiet(f"  {len(works)} of {len(listed)} services run: {', '.join(works)}"))


def _ingest(screen: Screen, gateway: Gateway) -> None:
    screen.heading("Documents")
    started = time.monotonic()
    jobs = {ingest.upload(gateway, folder): folder for folder in ingest.folders(SAMPLES)}
    for progress in ingest.follow(gateway, jobs):
        screen.bar(progress.done, progress.total, progress.note)
    screen.end_bar()
    seconds = time.monotonic() - started
    outcomes = [ingest.outcome(gateway, job_id, folder) for job_id, folder in jobs.items()]
    for found in outcomes:
        counts = ", ".join(f"{count} {name}" for name, count in found.counts.items())
        pages = f"{found.pages} pages, " if found.pages else ""
        screen.line(f"  {found.folder.name:17} {counts}; {pages}{found.chunks} passages")
        for name, reason in found.failures:
            screen.line(screen.bad(f"    {name}: {reason}"))
    usable = sum(found.counts.get(name, 0) for found in outcomes for name in ("indexed", "unchanged"))
    screen.line(screen.quiet(f"  {usable} documents are searchable after {seconds:.1f} s"))
    for found in outcomes:
        if not found.counts.get("indexed", 0) + found.counts.get("unchanged", 0):
            raise GatewayError(f"No document of {found.folder.name} is searchable.")


def _ask(screen: Screen, gateway: Gateway) -> list[str]:
    """Ask the ten questions. Returns a sentence for each answer that lacks its fact."""
    failures, client = [], ""
    for question in QUESTIONS:
        if question.client != client:
            client = question.client
            screen.heading(f"Questions of {client}")
        found, seconds = _query(gateway, question.client, question.text)
        _show(screen, question, found, seconds)
        said = " ".join([found["answer"] or "", *(citation["quote"] for citation in found["citations"])])
        if not found["answered"] or not found["citations"] or not holds(said, question.fact):
            failures.append(f"The answer to '{question.text}' ({client}) lacks '{question.fact}' or its source.")
    return failures


def _try_secret(screen: Screen, gateway: Gateway) -> list[str]:
    """Ask for one client's secret as its neighbours. Returns a sentence for each that learned anything."""
    screen.heading(f"The last question of {SECRET.client} again, asked by others")
    failures = []
    for stranger in STRANGERS:
        found, seconds = _query(gateway, stranger, SECRET.text)
        leaked = holds(str(found), SECRET.fact)
        verdict = screen.bad("found it") if leaked or found["answered"] else screen.good("found nothing")
        screen.line(f"  {stranger:17} answered={str(found['answered']).lower()}: {verdict}  {seconds * 1000:.0f} ms")
        if leaked:
            failures.append(f"{stranger} can see a document of {SECRET.client}.")
        elif found["answered"]:
            failures.append(f"{stranger} was given an answer that its documents do not hold: {found['answer']}")
    return failures


def _query(gateway: Gateway, client: str, text: str) -> tuple[dict[str, Any], float]:
    started = time.monotonic()
    found = gateway.post("/api/rag/query", {"query": text, "client": client, "collection": ingest.COLLECTION})
    return found, time.monotonic() - started


def _show(screen: Screen, question: Question, found: dict[str, Any], seconds: float) -> None:
    screen.line()
    screen.line(f"  {screen.bold('Q')}  {question.text}  {screen.quiet(f'{seconds * 1000:.0f} ms')}")
    screen.wrapped(found["answer"] or "no answer in these documents", first=f"  {screen.bold('A')}  ", then="     ")
    for citation in found["citations"]:
        page = f"page {citation['page']}" if citation["page"] else ""
        source = " · ".join(
            dict.fromkeys(filter(None, [citation["title"], citation["external_id"], page, citation["section"]]))
        )
        screen.wrapped(source, first=f"     [{citation['n']}] ", then="         ")
        quote = " ".join(citation["quote"].split())
        short = quote if len(quote) <= _QUOTE_CHARACTERS else f"{quote[:_QUOTE_CHARACTERS].rstrip()} …"
        screen.wrapped(f"“{short}”", first="         ", then="         ")


def _commands(gateway: Gateway) -> list[str]:
    """Lines for the reader's own terminal that work as they stand."""
    key = ' -H "Authorization: Bearer $OBERA_KEY"' if gateway.key else ""
    json_body = "-H 'Content-Type: application/json'"
    return [
        f"curl -s {gateway.shown_url}/api/rag/query{key} {json_body} "
        """-d '{"query":"What does error SP-307 mean?","client":"calder-logistics"}'""",
        f"curl -s {gateway.shown_url}/api/rag/search{key} {json_body} "
        """-d '{"query":"guest Wi-Fi","client":"harbour-dental","top_k":3}'""",
        f"curl -s '{gateway.shown_url}/api/data/ingest?wait=30'{key} {json_body} "
        """-d '{"source":"text","client":"whitfield-law","documents":[{"external_id":"lift","text":"Lift is out"}]}'""",
        f"curl -s '{gateway.shown_url}/api/data/documents?client=whitfield-law'{key}",
    ]


def _agent(gateway: Gateway) -> list[str]:
    """How to begin a run of an agent, or what it lacks; nothing where the key may not know."""
    try:
        models = gateway.get("/api/agents/v1/models")["data"]
    except GatewayError:
        return []
    if all(one["id"].startswith(("agent:", "rag:")) for one in models):
        return [
            "Agents: a run needs a language model. Set ANTHROPIC_API_KEY or LLM_PROVIDER in .env, see docs/agents.md"
        ]
    key = ' -H "Authorization: Bearer $OBERA_KEY"' if gateway.key else ""
    return [
        f"curl -s '{gateway.shown_url}/api/agents/runs?wait=60'{key} -H 'Content-Type: application/json' "
        """-d '{"agent":"help-desk","client":"calder-logistics","input":"A scanner shows SP-307. What do we do?"}'""",
    ]


if __name__ == "__main__":
    sys.exit(main())
