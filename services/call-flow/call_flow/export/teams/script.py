"""The script: people and groups, accounts, schedules, attendants and queues, numbers, calls for help.

Cmdlets, parameters, values and limits are those of MicrosoftDocs/office-docs-powershell (teams/teams-ps/teams).
Accounts are made before what answers at them, because attendants and queues refer to each other.
"""

from collections.abc import Iterator

from call_flow.export.labels import shown
from call_flow.export.plan import Plan
from call_flow.export.teams.attendants import attendant, automatic
from call_flow.export.teams.entities import Entity, application, entity
from call_flow.export.teams.hours import Names, schedules
from call_flow.export.teams.people import people
from call_flow.export.teams.places import coordinates, places
from call_flow.export.teams.powershell import Raw, command, put, variable
from call_flow.export.teams.queues import queue
from call_flow.flow.model import Number
from call_flow.flow.nodes import Queue, RingGroup

_APPLICATIONS = {"AutoAttendant": "ce933385-9390-45d1-9512-c8d228074e07",
                 "CallQueue": "11cd3e2e-fccb-42ad-ad00-878b93575e07"}  # fmt: skip
_HEAD = """\
param(
    [Parameter(Mandatory = $true)] [string] $Domain,
    [string] $PhoneNumberType = 'DirectRouting'
)
$ErrorActionPreference = 'Stop'
"""


def script(plan: Plan) -> str:
    """The whole script."""
    parts = [_HEAD, *coordinates(plan), *people(plan), "", *_accounts(plan), ""]
    named: dict[str, Names] = {}
    for schedule in plan.schedules:
        lines, named[schedule.id] = schedules(plan, schedule)
        parts += lines
    for node in plan.nodes:
        what = application(node)
        if what is None:
            continue
        made = queue(plan, node) if isinstance(node, Queue | RingGroup) else attendant(plan, node, named)
        parts += ["", *made, _answers(node.id, what)]
    for number in plan.numbers:
        parts += ["", *_number(plan, number)]
    return "\n".join([*parts, "", *places(plan), ""]).replace("\n", "\r\n")


def _account(name: Raw, local: str, what: str, title: str) -> str:
    made = command("New-CsOnlineApplicationInstance", UserPrincipalName=Raw(f'"{local}@$Domain"'),
                   ApplicationId=_APPLICATIONS[what], DisplayName=title)  # fmt: skip
    return put(name, made)


def _accounts(plan: Plan) -> Iterator[str]:
    for node in plan.nodes:
        if what := application(node):
            title = shown(node.name or "", 60) or node.id
            yield _account(variable("account", node.id), f"callflow-{node.id}", what, title)


def _answers(name: str, what: str) -> str:
    account = Raw(f"{variable('account', name)}.ObjectId")
    return command("New-CsOnlineApplicationInstanceAssociation", Identities=[account],
                   ConfigurationId=Raw(_identity(name, what)), ConfigurationType=what)  # fmt: skip


def _identity(name: str, what: str) -> str:
    return f"{variable('app', name)}.{'Id' if what == 'AutoAttendant' else 'Identity'}"


def _number(plan: Plan, number: Number) -> Iterator[str]:
    """The number is assigned to whoever answers first. Where nobody can hold it, an attendant is made that goes on."""
    first = entity(plan, number.entry)
    if first is None or first.kind in ("ExternalPstn", "SharedVoicemail"):
        name = f"number-{number.e164[1:]}"
        title = shown(number.label or "", 60) or number.e164
        yield _account(variable("account", name), f"callflow-{name}", "AutoAttendant", title)
        yield from automatic(plan, name, title, None, first)
        yield _answers(name, "AutoAttendant")
        first = Entity("ApplicationEndpoint", Raw(f"{variable('account', name)}.ObjectId"))
    yield command("Set-CsPhoneNumberAssignment", Identity=first.identity, PhoneNumber=number.e164,
                  PhoneNumberType=Raw("$PhoneNumberType"))  # fmt: skip
