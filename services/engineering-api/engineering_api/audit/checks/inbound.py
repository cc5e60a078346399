"""SRX: what reaches the device itself is told at its zones and their interfaces, not at the services."""

import re
from collections.abc import Iterator

from engineering_api.audit.seen import Found, Seen
from engineering_api.facts.fact import Span

_SET = re.compile(
    r"^set security zones security-zone (?P<zone>\S+) (?:interfaces (?P<port>\S+) )?"
    r"host-inbound-traffic system-services (?P<service>\S+)$"
)
_STATEMENT = re.compile(r"^\s*(?P<service>[a-z-]+);$")
_EVERYTHING = ("all", "any-service")


def open_outside(seen: Seen, protocols: tuple[str, ...]) -> Iterator[Found]:
    """Services of the device that a zone towards the internet lets everybody reach."""
    for zone, span, service, path in (*_by_commands(seen), *_by_statements(seen)):
        if not (seen.is_outside(zone) or any(one.zone == zone for one in seen.outer)):
            continue
        for protocol in protocols:
            ways = [one for one in seen.managed_by(protocol) if not one.allowed]
            if ways and service in (protocol, *_EVERYTHING):
                yield seen.found(
                    [span, ways[0]], f"{protocol.upper()} is open to everybody at the zone {zone}.",
                    about=f"{protocol} {zone}", protocol=protocol, interface=zone, commands=(f"delete {path}",),
                )  # fmt: skip


def _by_commands(seen: Seen) -> Iterator[tuple[str, Span, str, str]]:
    for span, text in seen.lines(seen.whole):
        if "host-inbound-traffic" in text and (match := _SET.match(text.strip())):
            yield match["zone"], span, match["service"], text.strip()[4:]


def _by_statements(seen: Seen) -> Iterator[tuple[str, Span, str, str]]:
    """In braces: the statements of blocks of system services within a zone's block."""
    for zone in seen.device.zones:
        is_inside = False
        for span, text in seen.lines(zone.source):
            if re.search(r"\bsystem-services \{$", text.rstrip()):
                is_inside = True
            elif "}" in text:
                is_inside = False
            elif is_inside and (match := _STATEMENT.match(text)):
                path = f"security zones security-zone {zone.name} host-inbound-traffic system-services"
                yield zone.name, span, match["service"], f"{path} {match['service']}"
