"""Where Teams can send a call: a user, an application, a number outside, the mailbox of a group."""

from dataclasses import dataclass
from typing import Literal

from call_flow.export.plan import Plan
from call_flow.export.teams.powershell import Raw, command, variable
from call_flow.flow.destination import Destination
from call_flow.flow.nodes import (
    Announcement,
    CallerMatch,
    Conference,
    Directory,
    External,
    Hangup,
    Menu,
    Node,
    Page,
    Queue,
    RingGroup,
    TimeSwitch,
    Toggle,
    Voicemail,
)  # fmt: skip

Kind = Literal["User", "ApplicationEndpoint", "ExternalPstn", "SharedVoicemail"]


@dataclass(frozen=True)
class Entity:
    """Somewhere to send a call, and the expression of its identity."""

    kind: Kind
    identity: Raw | str

    def made(self) -> Raw:
        """The callable entity of an auto attendant."""
        return Raw(f"({command('New-CsAutoAttendantCallableEntity', Identity=self.identity, Type=self.kind)})")


def application(node: Node) -> Literal["AutoAttendant", "CallQueue"] | None:
    """What stands for a node; None when nothing of its own does."""
    match node:
        case TimeSwitch() | Menu() | Announcement() | Directory():
            return "AutoAttendant"
        case Hangup():
            return "AutoAttendant" if node.prompt else None
        case RingGroup() | Queue():
            return "CallQueue"
        case _:
            return None


def entity(plan: Plan, given: Destination) -> Entity | None:
    """Where a destination leads in Teams; None when the call ends."""
    seen: set[str] = set()
    destination = plan.sound(given)
    while destination.kind == "node":
        node = plan.graph.nodes[destination.target]
        if application(node) is not None:
            return Entity("ApplicationEndpoint", Raw(f"{variable('account', node.id)}.ObjectId"))
        following = _beyond(node)
        if following is None or node.id in seen:
            return None
        seen.add(node.id)
        destination = plan.sound(following)
    return _end(plan, destination)


def _beyond(node: Node) -> Destination | None:
    """Where calls go on from a node that nothing stands for."""
    match node:
        case CallerMatch():
            return node.otherwise
        case Toggle():
            return node.on if node.default == "on" else node.off
        case Voicemail():
            return Destination(mailbox=node.mailbox)
        case External():
            return Destination(number=node.number)
        case Page() | Conference():
            return None
        case _:
            return None


def _end(plan: Plan, destination: Destination) -> Entity | None:
    match destination.kind:
        case "extension":
            return Entity("User", user(destination.target))
        case "mailbox":
            owner = next((item for item in plan.extensions if item.mailbox == destination.target), None)
            if owner is not None:
                return Entity("User", user(owner.number))
            return Entity("SharedVoicemail", group(destination.target))
        case "number":
            return Entity("ExternalPstn", f"tel:{destination.target}")
        case _:
            return None


def user(number: str) -> Raw:
    """The identity of the user behind an extension."""
    return Raw(f"{variable('user', number)}.Identity")


def group(number: str) -> Raw:
    """The id of the group behind a shared mailbox."""
    return Raw(f"{variable('group', number)}.Id")
