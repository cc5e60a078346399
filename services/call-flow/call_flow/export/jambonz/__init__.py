"""jambonz: verbs for every hook, and a small server that decides which hook comes next."""

from functools import cache
from importlib import resources

from call_flow.export import jambonz
from call_flow.export.fidelity import report
from call_flow.export.jambonz.hooks import hooks
from call_flow.export.jambonz.verdicts import VERDICTS
from call_flow.export.package import Package, Target
from call_flow.export.plain_hours import plain, program
from call_flow.export.plan import Plan, Secret
from call_flow.export.written import as_json
from call_flow.flow.model import Flow

_README = """# jambonz

`hooks.json` holds the verbs of every hook, and for some of them how to choose the next one from what jambonz reports.
`server.js` serves them; it needs nothing but Node.js (`node server.js 3000`) and knows nothing of its own.

1. Make an application whose calling webhook is `https://{your server}/call`, and let the carrier's numbers call it.
2. Make a SIP realm and a client for each line of `clients.json` (it holds passwords).
3. Messages go as audio to the WebSocket server at `wss://recorder.invalid/{mailbox}`: put the address of yours in.
"""


@cache
def _server() -> bytes:
    return resources.files(jambonz).joinpath("server.js").read_bytes()


@cache
def _decide() -> bytes:
    return resources.files(jambonz).joinpath("decide.js").read_bytes()


def make(flow: Flow, secret: Secret) -> Package:
    """The hooks, the server, and the report."""
    plan = Plan(flow)
    clients = {item.number: secret(f"sip:{item.number}") for item in plan.extensions if item.device != "none"}
    files = {
        "hooks.json": as_json(hooks(plan)),
        "schedules.json": as_json(plain(plan)),
        "clients.json": as_json(clients),
        "decide.js": _decide(),
        "hours.js": program(),
        "server.js": _server(),
        "README.md": _README.encode(),
    }
    return Package(files, report(flow, VERDICTS, plan.notes))


TARGET = Target(
    name="jambonz",
    title="jambonz",
    assurance="schema",
    description="Verbs for every hook as JSON, and a small server that chooses among them.",
    make=make,
)
