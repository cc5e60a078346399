"""Inspection: class-map, policy-map and service-policy."""

from engineering_api.dialects.asa.state import Reading, Within
from engineering_api.dialects.beginnings import beginnings
from engineering_api.facts.settings import Setting
from engineering_api.reading.grammar import Found, Place

INSPECTION: Place[Reading] = Place("inspection")
CLASS: Place[Within[str]] = Place("class-map")
POLICY: Place[Within[str]] = Place("policy-map")
ACTIONS: Place[Within[str]] = Place("policy-map class")
INSPECTOR: Place[Reading] = Place("policy-map type inspect")
#: Maps that an ASA has from the factory.
_BUILT_IN = frozenset({"preset_dns_map", "_default_dns_map", "_default_esmtp_map", "_default_gtp_map", "class-default",
                       "_default_ip_options_map", "_default_h323_map", "_default_ipv6_map"})  # fmt: skip
#: All protocols that an ASA inspects need fewer characters.
_MOST_INSPECTED = 1_000
#: Words between a protocol and the map by which it is inspected.
_QUALIFIERS = frozenset({"strict", "h225", "ras", "dynamic-filter-snoop", "mailbox", "ipv6", "tls-proxy"})


@INSPECTION.opens(
    CLASS,
    "class-map [(match-all|match-any)] NAME",
    "class-map type management NAME",
    "class-map type inspect KIND [(match-all|match-any)] NAME",
    "class-map type regex [match-any] NAME",
)
def _class(reading: Reading, found: Found) -> Within[str]:
    reading.device.define("class-map", found["NAME"], found.span)
    return Within(reading, found["NAME"])


@CLASS.line("match access-list NAME")
def _match_list(at: Within[str], found: Found) -> None:
    at.device.refer("acl", found["NAME"], found.line, f"class-map {at.fact}")


@CLASS.line("match [not] (request|response|header|uri|body|domain-name|filename|username) REST...")
def _match_part(at: Within[str], found: Found) -> None:
    words = found["REST"].split()
    if len(words) > 2 and words[-2] == "class":
        at.device.refer("class-map", words[-1], found.line, f"class-map {at.fact}")


CLASS.knows(
    *beginnings("match, description"),
)


@INSPECTION.opens(INSPECTOR, "policy-map type inspect KIND NAME")
def _inspector(reading: Reading, found: Found) -> Reading:
    reading.device.define("policy-map", found["NAME"], found.span, is_used=found["NAME"] in _BUILT_IN)
    return reading


@INSPECTOR.block("class NAME")
def _inspect_class(reading: Reading, found: Found) -> None:
    reading.device.refer("class-map", found["NAME"], found.line, "policy-map type inspect")


INSPECTOR.knows(
    *beginnings("match, description"),
    "parameters",
)


@INSPECTION.opens(POLICY, "policy-map NAME")
def _policy(reading: Reading, found: Found) -> Within[str]:
    reading.device.define("policy-map", found["NAME"], found.span)
    return Within(reading, found["NAME"])


POLICY.knows(
    *beginnings("description"),
)


@POLICY.opens(ACTIONS, "class NAME")
def _policy_class(at: Within[str], found: Found) -> Within[str]:
    if found["NAME"] not in _BUILT_IN:
        at.device.refer("class-map", found["NAME"], found.line, f"policy-map {at.fact}")
    return at


@ACTIONS.line("inspect PROTOCOL [REST...]")
def _inspect(at: Within[str], found: Found) -> None:
    protocol, device = found["PROTOCOL"], at.device
    said = at.reading.said.get(("inspection", ""))
    if said is None:
        said = at.reading.said["inspection", ""] = Setting(source=found.line, name="inspection", value=protocol)
        device.settings.append(said)
    elif len(said.value) < _MOST_INSPECTED and protocol not in said.value.split(" "):
        said.value += f" {protocol}"
        said.source = said.source._replace(last=max(said.source.last, found.line.last))
    for name in found["REST"].split():
        if name not in _QUALIFIERS and name not in _BUILT_IN:
            device.refer("policy-map", name, found.line, f"inspect {protocol}")


@ACTIONS.line("service-policy NAME")
def _nested(at: Within[str], found: Found) -> None:
    at.device.refer("policy-map", found["NAME"], found.line, f"policy-map {at.fact}")


@ACTIONS.line("set connection advanced-options NAME")
def _options(at: Within[str], found: Found) -> None:
    at.device.refer("template", found["NAME"], found.line, f"policy-map {at.fact}")


ACTIONS.knows(
    *beginnings("set, police, shape, ips, sfr, csc, cxsc, flow-export, user-statistics, no inspect, flow-offload"),
    "priority",
)


@INSPECTION.line("service-policy NAME global [fail-close]", "service-policy NAME interface INTERFACE [fail-close]")
def _service_policy(reading: Reading, found: Found) -> None:
    alias = found["INTERFACE"]
    reading.device.refer("policy-map", found["NAME"], found.line, f"interface {alias}" if alias else "global")
    if alias:
        reading.refer_interface(alias, found.line, "service-policy")


@INSPECTION.block("tcp-map NAME")
def _tcp_map(reading: Reading, found: Found) -> None:
    reading.device.define("template", found["NAME"], found.span)


INSPECTION.knows(
    *beginnings("regex, priority-queue, no service-policy"),
)
