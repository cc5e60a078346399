"""Rules in sentences: their ends and their services. Pure."""

from engineering_api.ask.found import listed
from engineering_api.facts.filters import Ends, Rule


def ends_told(ends: Ends) -> str:
    """One side of a rule in a sentence."""
    if ends.is_any:
        return "any"
    parts = [*ends.names, *ends.networks, *ends.ranges, *ends.wildcards, *ends.fqdns, *ends.interfaces]
    return ("not " if ends.is_negated else "") + (listed(parts, 6) if parts else "any")


def services_told(rule: Rule) -> str:
    """What a rule is for in a sentence."""
    if rule.services.is_any:
        return "everything"
    parts = list(rule.services.names)
    for one in rule.services.services:
        ports = [_span_told(port) for port in one.ports]
        parts.append(
            f"{one.protocol.upper()}{' port ' + listed(ports, 6) if ports else ''}{' ' + one.icmp if one.icmp else ''}"
        )
    return ("not " if rule.services.is_negated else "") + (listed(parts, 6) if parts else "everything")


def _span_told(ports: str) -> str:
    first, _, last = ports.partition("-")
    return first if last in ("", first) else f"{first} to {last}"
