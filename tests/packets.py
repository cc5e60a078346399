"""Rules, lists and devices for tests of packets, without a configuration that says them."""

from typing import Any

from engineering_api.facts.device import Device
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import AccessList, Action, Ends, Rule, Service, Services
from engineering_api.facts.ports import Address, Interface
from engineering_api.facts.routing import Route

ANY = Ends(is_any=True)
LINE = Span(1, 1)


def net(*prefixes: str) -> Ends:
    """Networks as an end of a rule."""
    return Ends(networks=list(prefixes))


def tcp(*ports: str) -> Services:
    """TCP to ports."""
    return Services(services=[Service(protocol="tcp", ports=list(ports))])


def rule(line: int, action: Action, source: Ends = ANY, destination: Ends = ANY, **more: Any) -> Rule:
    """A rule of a line; for every service unless told otherwise."""
    more.setdefault("services", Services(is_any=True))
    return Rule(
        source=Span(line, line),
        id=str(line),
        action=action,
        source_ends=source,
        destination_ends=destination,
        **more,
    )


def acl(*rules: Rule, name: str = "USERS", kind: str = "extended", ends_denying: bool = True) -> AccessList:
    """A list of rules."""
    return AccessList(source=LINE, name=name, kind=kind, rules=list(rules), ends_denying=ends_denying)


def device(*, platform: str = "cisco_ios", **facts: Any) -> Device:
    """A device with some facts."""
    return Device(platform=platform, **facts)


def port(name: str, *addresses: str, line: int = 1, **more: Any) -> Interface:
    """An interface of four lines, whose addresses are in the second."""
    return Interface(
        source=Span(line, line + 3),
        name=name,
        addresses=[Address(source=Span(line + 1, line + 1), value=one) for one in addresses],
        **more,
    )


def route(prefix: str, gateway: str = "", **more: Any) -> Route:
    """A static route of line 90."""
    return Route(source=Span(90, 90), prefix=prefix, gateway=gateway, **more)
