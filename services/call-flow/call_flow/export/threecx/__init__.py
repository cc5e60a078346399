"""3CX: the requests that build the system through its XAPI."""

from call_flow.export.fidelity import report
from call_flow.export.package import Package, Target
from call_flow.export.plan import Plan, Secret
from call_flow.export.threecx.requests import requests
from call_flow.export.threecx.verdicts import VERDICTS
from call_flow.export.written import as_json, scripts
from call_flow.flow.model import Flow

_README = """# 3CX

`requests.json` is a list of requests to `https://{your 3CX}/xapi/v1`, to be sent in their order with the token of an
API client that may administer the system (Admin Console, Integrations, API; an Enterprise licence is needed).

- `save` names values of the answer that later requests hold as `{{name}}`.
- `{{trunk:...}}` stands for the number of a trunk. Make each trunk in the Admin Console from its provider's template
  first, and put its number in.
- `PromptFilename`, `GreetingFile` and `IntroFile` name recordings; make those of `prompts.csv` and upload them under
  Voice prompts first.

The file holds passwords.
"""


def make(flow: Flow, secret: Secret) -> Package:
    """The requests, and the report."""
    plan = Plan(flow)
    files = {
        "requests.json": as_json(requests(plan, secret)),
        "prompts.csv": scripts(plan),
        "README.md": _README.encode(),
    }
    return Package(files, report(flow, VERDICTS, plan.notes))


TARGET = Target(
    name="3cx",
    title="3CX V20",
    assurance="schema",
    description="Requests to the XAPI for users, ring groups, queues, receptionists, departments and rules.",
    make=make,
)
