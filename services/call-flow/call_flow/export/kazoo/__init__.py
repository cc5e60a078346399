"""KAZOO: the documents of an account, callflows among them, as Crossbar takes them."""

from call_flow.export.fidelity import report
from call_flow.export.kazoo.account import account
from call_flow.export.kazoo.verdicts import VERDICTS
from call_flow.export.package import Package, Target
from call_flow.export.plan import Plan, Secret
from call_flow.export.written import as_json
from call_flow.flow.model import Flow

_README = """# KAZOO

`documents/` holds the documents of one account, a file for each collection of Crossbar; each document has an `id` of
its own by which the others refer to it.

1. Create the documents in the order media, users, devices, vmboxes, temporal_rules, conferences, directories, queues,
   menus, resources, callflows (`PUT /v2/accounts/{ACCOUNT_ID}/{collection}`), and put the id that Crossbar answers in
   place of ours in those that follow.
2. Set each roster of `queue_rosters.json` with `POST /v2/accounts/{ACCOUNT_ID}/queues/{QUEUE_ID}/roster`.
3. Assign the telephone numbers to the account.

Before that put the carrier's password into `resources.json` where it says `<password of the carrier>`. `devices.json`
and `vmboxes.json` hold passwords.
"""


def make(flow: Flow, secret: Secret) -> Package:
    """The documents of the account, and the report."""
    plan = Plan(flow)
    collections, rosters = account(plan, secret)
    files = {f"documents/{name}.json": as_json(documents) for name, documents in sorted(collections.items())}
    files |= {"queue_rosters.json": as_json(rosters), "README.md": _README.encode()}
    return Package(files, report(flow, VERDICTS, plan.notes))


TARGET = Target(
    name="kazoo",
    title="2600Hz KAZOO",
    assurance="schema",
    description="Callflows, menus, temporal rules, users, devices, mailboxes, queues and resources as Crossbar JSON.",
    make=make,
)
