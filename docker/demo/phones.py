"""A telephone system from a customer's wishes: the flow, calls that were tried, the document, and the proof."""

import time
from pathlib import Path
from typing import Any

from demo.gateway import Gateway
from demo.screen import Screen

WISHES: dict[str, Any] = {
    "customer": "Acme Corp",
    "numbers": ["+1 212 555 0123"],
    "hours": "Mon-Fri 08:00-17:00",
    "extensions": [
        {"number": "101", "name": "Ann Archer", "email": "ann@acme.example"},
        {"number": "102", "name": "Ben Baker", "email": "ben@acme.example"},
        {"number": "103", "name": "Cleo Carter", "email": "cleo@acme.example"},
    ],
}
#: What somebody asks, and how such a call has to end.
CALLS = {
    "Monday 10:00, presses 102": ("answered", "102"),
    "Saturday 19:00": ("message_left", ""),
    "on Christmas at 10:00": ("message_left", ""),
}
_PROOF_SECONDS = 290


def show(screen: Screen, gateway: Gateway, folder: Path) -> list[str]:
    """Make the flow, try calls, write picture and document below `folder`, prove it. Returns what went wrong."""
    screen.heading("A telephone system for Acme Corp")
    began = time.monotonic()
    made = gateway.post("/api/callflow/generate", WISHES)
    milliseconds = (time.monotonic() - began) * 1000
    nodes, extensions = len(made["flow"]["nodes"]), len(made["flow"]["extensions"])
    screen.line(
        f"  {nodes} nodes, {extensions} extensions, {len(made['assumptions'])} assumptions to confirm "
        f"{screen.quiet(f'{milliseconds:.0f} ms')}"
    )
    failures = [f"The flow has an error: {one['message']}" for one in made["findings"] if one["severity"] == "error"]
    for question, (kind, target) in CALLS.items():
        found = gateway.post("/api/callflow/simulate", {"flow_id": made["flow_id"], "question": question})
        terminal = found["terminal"]
        way = " → ".join(step["node"] for step in found["path"])
        screen.line(f"  {screen.bold('Q')}  {question}")
        screen.wrapped(f"{way}: {terminal['type'].replace('_', ' ')} {terminal['target']}", first="  A  ", then="     ")
        if terminal["type"] != kind or target not in terminal["target"]:
            failures.append(f"The call '{question}' ended as {terminal['type']} {terminal['target']}.")
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("svg", "pdf"):
        file = folder / f"{made['flow_id']}.{name}"
        file.write_bytes(gateway.download(made["artifacts"][name]))
        screen.line(screen.quiet(f"  {file} ({file.stat().st_size // 1024} kB)"))
    return failures + _prove(screen, gateway, made["flow_id"])


def _prove(screen: Screen, gateway: Gateway, flow_id: str) -> list[str]:
    """Call every branch on a real Asterisk, where there is one."""
    targets = gateway.get("/api/callflow/targets")
    if not targets["can_prove"]:
        screen.line(screen.quiet(f"  Not called on a real Asterisk: {targets['pbx']}"))
        return []
    if (kept := gateway.get(f"/api/callflow/flows/{flow_id}"))["proof"] == "passed":
        screen.line(screen.good(f"  This version was proven on a real Asterisk already: proof {kept['proof_id']}"))
        return []
    job = gateway.post("/api/callflow/prove", {"flow_id": flow_id}, wait=1)
    began = time.monotonic()
    while job["status"] in {"queued", "running"} and time.monotonic() - began < _PROOF_SECONDS:
        screen.bar(job["progress"]["done"], job["progress"]["total"], job["stage"], what="calls")
        time.sleep(0.5)
        job = gateway.get(f"/api/callflow/jobs/{job['id']}")
    screen.end_bar()
    found = job["result"] or {}
    if job["status"] != "succeeded" or found["verdict"] != "passed":
        reason = (job["problem"] or {}).get("detail", f"{found.get('failed')} calls went another way")
        return [f"The proof of {flow_id} {job['status']}: {reason}"]
    calls, branches = found["passed"], f"{found['edges_covered']} of {found['edges']}"
    screen.line(
        screen.good(f"  {calls} of {calls} calls on a real {targets['pbx']} went as planned")
        + screen.quiet(f", {branches} branches, {found['seconds']:.0f} s")
    )
    return []
