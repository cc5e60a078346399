"""Microsoft Teams Phone: a PowerShell script that makes auto attendants, call queues, schedules and accounts."""

from call_flow.export.fidelity import report
from call_flow.export.package import Package, Target
from call_flow.export.plan import Plan, Secret
from call_flow.export.teams.script import script
from call_flow.export.teams.verdicts import VERDICTS
from call_flow.flow.model import Flow

_README = """# Microsoft Teams

`deploy.ps1` needs the PowerShell module MicrosoftTeams, an administrator of the tenant, and licences for the users and
for the resource accounts (Teams Phone Resource Account).

1. Fill in `$Users` (who each extension is), `$Groups` (the Microsoft 365 group behind each shared mailbox) and
   `$Coordinates` (each building) at the top of the script.
2. Run `./deploy.ps1 -Domain contoso.example`. It stops at the first error and makes nothing twice by itself: remove
   what it made before you run it again.
3. Resource accounts may take some minutes before numbers can be assigned to them; run the last part again if it fails.
"""


def make(flow: Flow, secret: Secret) -> Package:
    """The script, and the report. Teams has its own passwords."""
    plan = Plan(flow)
    return Package(
        {"deploy.ps1": script(plan).encode("utf-8-sig"), "README.md": _README.encode()},
        report(flow, VERDICTS, plan.notes),
    )


TARGET = Target(
    name="teams",
    title="Microsoft Teams Phone",
    assurance="schema",
    description="A PowerShell script: auto attendants, call queues, schedules, resource accounts, emergency policy.",
    make=make,
)
