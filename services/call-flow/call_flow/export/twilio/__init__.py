"""Twilio: a Studio flow for each number, and Functions for what Studio cannot do."""

from functools import cache
from importlib import resources

from call_flow.export import twilio
from call_flow.export.fidelity import report
from call_flow.export.package import Package, Target
from call_flow.export.plain_hours import plain, program
from call_flow.export.plan import Plan, Secret
from call_flow.export.twilio.calls import calls
from call_flow.export.twilio.studio import studio
from call_flow.export.twilio.verdicts import VERDICTS
from call_flow.export.written import as_json
from call_flow.flow.model import Flow

_README = """# Twilio

1. Deploy `functions/` and `assets/` as a Serverless service. Set the environment variable SIP_DOMAIN to the SIP domain
   of the telephones.
2. Make a SIP domain with registration, and a credential for each line of `credentials.json` (it holds passwords).
3. In each file of `studio/`, put the domain of the Serverless service in place of `your-service.twil.io`, which stands
   in the first widget. Then create the flow (`twilio api:studio:v2:flows:create`, or Import from JSON) and let the
   number of the file's name call it.

The Functions hold no words of yours: everything they know stands in `assets/callflow.private.json`.
"""
_FUNCTIONS = ("ask_hours", "ring", "after", "confirm", "find")


@cache
def _function(name: str) -> bytes:
    return resources.files(twilio).joinpath("functions", f"{name}.js").read_bytes()


def make(flow: Flow, secret: Secret) -> Package:
    """The flows, the Functions with their data, and the report."""
    plan = Plan(flow)
    files = {f"studio/{number.e164[1:]}.json": as_json(studio(plan, number)) for number in plan.numbers}
    files |= {f"functions/{name}.protected.js": _function(name) for name in _FUNCTIONS}
    passwords = {item.number: f"A1{secret(f'sip:{item.number}')}"[:32] for item in plan.extensions
                 if item.device != "none"}  # fmt: skip
    files |= {
        "assets/hours.private.js": program(),
        "assets/callflow.private.json": as_json({"hours": plain(plan), **calls(plan)}),
        "credentials.json": as_json(passwords),
        "README.md": _README.encode(),
    }
    return Package(files, report(flow, VERDICTS, plan.notes))


TARGET = Target(
    name="twilio",
    title="Twilio Studio",
    assurance="structure",
    description="A Studio flow for each number, with Functions for hours, groups and names.",
    make=make,
)
