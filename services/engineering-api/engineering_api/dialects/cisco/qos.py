"""Class maps, policy maps, zones between which they inspect, and the control plane."""

import re

from engineering_api.dialects.cisco.state import At, Reading
from engineering_api.facts.filters import Zone
from engineering_api.reading.grammar import Found, Place

TOP: Place[Reading] = Place("classes and policies")
CLASS: Place[At[str]] = Place("class map")
POLICY: Place[At[str]] = Place("policy map")
PAIR: Place[At[str]] = Place("zone pair")
PLANE: Place[Reading] = Place("control plane")

#: Classes and policies that the systems bring along.
_BUILTIN = re.compile(
    r"class-default|copp-system|default-(?:in|out|nq|8q|4q|10q)|class-fcoe|fcoe-default|c-(?:in|out|nq)-?\d?q|1p\d+q"
)


@TOP.opens(
    CLASS,
    "class-map [type TYPE] [(match-any|match-all|match-first|match-none)] NAME",
    "class-map type TYPE PROTOCOL (match-any|match-all|match-none) NAME",
)
def _class_map(reading: Reading, found: Found) -> At[str]:
    reading.define("class-map", found["NAME"], found.span, is_used=_BUILTIN.match(found["NAME"]) is not None)
    return At(reading, f"class-map {found['NAME']}")


@CLASS.line(
    "match [not] access-group [(input|output)] [name] ACL",
    "match [not] access-group name ACL",
    "match (ip|ipv6|mac) access-group ACL",
    "match access-list ACL",
    "SEQ match (ip|ipv6|mac) access-group ACL",
    "SEQ match access-list ACL",
)
def _match_acl(at: At[str], found: Found) -> None:
    at.reading.refer("acl", found["ACL"], found.line, at.fact)


@CLASS.line("match [not] class-map NAME", "match [not] class NAME")
def _match_class(at: At[str], found: Found) -> None:
    at.reading.refer("class-map", found["NAME"], found.line, at.fact)


@CLASS.line("match activated-service-template NAME", "match service-template NAME")
def _match_template(at: At[str], found: Found) -> None:
    at.reading.refer("template", found["NAME"], found.line, at.fact)


CLASS.knows("match REST...", "no match REST...", "description TEXT...", "exit", "rename REST...", "SEQ match REST...")


@TOP.opens(POLICY, "policy-map [type TYPE] NAME", "policy-map type TYPE PROTOCOL NAME")
def _policy_map(reading: Reading, found: Found) -> At[str]:
    reading.define("policy-map", found["NAME"], found.span, is_used=_BUILTIN.match(found["NAME"]) is not None)
    return At(reading, f"policy-map {found['NAME']}")


@POLICY.opens(
    POLICY, "[SEQ] class [type TYPE] NAME [(do-all|do-until-failure|do-until-success|insert-before)] [REST...]"
)
def _class(at: At[str], found: Found) -> At[str]:
    if not _BUILTIN.match(found["NAME"]):
        at.reading.refer("class-map", found["NAME"], found.line, at.fact)
    return at


@POLICY.line("service-policy [type] [TYPE] NAME", "service-policy NAME")
def _inner_policy(at: At[str], found: Found) -> None:
    if not _BUILTIN.match(found["NAME"]):
        at.reading.refer("policy-map", found["NAME"], found.line, at.fact)


@POLICY.opens(POLICY, "event REST...", "(shape|bandwidth|police|priority|set|trust) [REST...]")
def _event(at: At[str], found: Found) -> At[str]:
    """IOS writes the policy within a class below the line that shapes it."""
    return at


@POLICY.line("[SEQ] (activate|deactivate) service-template NAME [REST...]")
def _activated(at: At[str], found: Found) -> None:
    at.reading.refer("template", found["NAME"], found.line, at.fact)


@POLICY.line("inspect NAME")
def _inspected(at: At[str], found: Found) -> None:
    at.reading.refer("security-profile", found["NAME"], found.line, at.fact)


POLICY.knows("SEQ (activate|authenticate|authentication-restart|clear-session|deactivate|terminate) [REST...]")
POLICY.knows("SEQ (authorize|unauthorize|set-timer|pause|resume|restrict) [REST...]")
POLICY.knows("SEQ (err-disable|protect|replace|set-domain) [REST...]")
POLICY.knows_words(
    """
    account action admit bandwidth compression conform-action congestion-control cos dbl description drop dscp
    estimate exceed-action exit fair-queue header-compression inspect log match mtu multicast-optimize
    netflow-sampler network-qos no parameter parameter-map pass pause police priority queue-buffers queue-limit
    random-detect random-detect-label reset set shape traffic-class trust urlfilter violate-action
    """,
)


@TOP.opens(PAIR, "zone-pair security NAME source FROM destination TO")
def _pair(reading: Reading, found: Found) -> At[str]:
    for zone in (found["FROM"], found["TO"]):
        if zone not in ("self", "default"):
            reading.refer("zone", zone, found.line, f"zone-pair {found['NAME']}")
    return At(reading, f"zone-pair {found['NAME']}")


@PAIR.line("service-policy type inspect NAME")
def _pair_policy(at: At[str], found: Found) -> None:
    at.reading.refer("policy-map", found["NAME"], found.line, at.fact)


PAIR.knows("description TEXT...", "exit")


@TOP.block("zone security NAME")
def _zone(reading: Reading, found: Found) -> None:
    reading.device.zones.append(Zone(source=found.span, name=found["NAME"]))
    reading.define("zone", found["NAME"], found.span)


@TOP.opens(PLANE, "system control-plane", "control-plane [host] [cef-exception] [transit] [slot REST...]")
def _plane(reading: Reading, found: Found) -> Reading:
    return reading


@PLANE.line("service-policy [type TYPE] (input|output) NAME")
def _plane_policy(reading: Reading, found: Found) -> None:
    if not _BUILTIN.match(found["NAME"]):
        reading.refer("policy-map", found["NAME"], found.line, "control-plane")


@PLANE.line("(ip|ipv6) access-group ACL [vrf VRF] (in|out)")
def _plane_acl(reading: Reading, found: Found) -> None:
    if not found["ACL"].startswith("default-control-plane-acl"):
        reading.refer("acl", found["ACL"], found.line, "control-plane")
    reading.refer("vrf", found["VRF"], found.line, "control-plane")


PLANE.knows("management-interface REST...", "exit", "scale-factor REST...", "no REST...")


@TOP.line("system service-policy type TYPE (input|output) NAME")
def _system_policy(reading: Reading, found: Found) -> None:
    if not _BUILTIN.match(found["NAME"]):
        reading.refer("policy-map", found["NAME"], found.line, "system")
