"""Wireless networks."""

import re
from collections.abc import Iterator

from engineering_api.audit.checking import Given, check
from engineering_api.audit.seen import Found, Seen
from engineering_api.facts.services import Wireless

_GUEST = re.compile(r"guest|gast|visitor|hotspot|besuch", re.IGNORECASE)


def _is_guest(network: Wireless) -> bool:
    return network.is_guest or _GUEST.search(network.ssid) is not None


def _networks(seen: Seen) -> list[Wireless]:
    return [one for one in seen.device.wireless if one.is_enabled]


@check
def security_is(seen: Seen, given: Given) -> Iterator[Found]:
    """A network has one of these kinds of security; `who` is guests, others or everybody."""
    who = given["who"][0]
    for one in _networks(seen):
        if one.security not in given["kinds"] or (who != "everybody" and (who == "guests") != _is_guest(one)):
            continue
        yield seen.found(
            one.line_of("security"), f"'{one.ssid}' is {one.security.upper().replace('-', ' ')}.", about=one.ssid,
            ssid=one.ssid,
        )  # fmt: skip


@check
def guest_among_others(seen: Seen, given: Given) -> Iterator[Found]:
    """Guests can reach each other."""
    for one in _networks(seen):
        if _is_guest(one) and not one.is_isolated:
            yield seen.found(one, f"Guests of '{one.ssid}' can reach each other.", about=one.ssid, ssid=one.ssid)


@check
def guest_in_office(seen: Seen, given: Given) -> Iterator[Found]:
    """Guests are in the VLAN of a network for staff."""
    staff = {one.vlan: one for one in _networks(seen) if not _is_guest(one) and one.vlan is not None}
    for one in _networks(seen):
        if _is_guest(one) and one.vlan in staff:
            other = staff[one.vlan]
            yield seen.found(
                [one.line_of("vlan"), other.line_of("vlan")],
                f"'{one.ssid}' and '{other.ssid}' are in VLAN {one.vlan}.",
                about=one.ssid,
                ssid=one.ssid,
                vlan=one.vlan,
            )
