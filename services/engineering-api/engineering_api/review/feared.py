"""What engineers fear and what is no fact of its own: lines that switch off what everything hangs on."""

import re
from collections.abc import Iterator

from engineering_api.review.reason import Case, Reason, several

#: Lines that are set or taken away: what they look like, code, weight, and what happens then.
_SET = (
    (re.compile(r"(?:set protocols \S+ )?no spanning-tree\b(?! portfast| (?:bpdu|guard|cost|link)).*"),
     "spanning-tree-off", 40, "Spanning tree is switched off where it was on: a loop takes the network down."),
    (re.compile(r"no ip cef.*"), "routing-off", 20, "Packets are no longer switched by CEF."),
)  # fmt: skip
_EITHER = (
    (re.compile(
        r"crypto (?:map|ikev[12]|ipsec|isakmp|dynamic-map)\b.*|set (?:pfs|peer|transform-set|ikev2-profile) .*"
        r"|set (?:vpn ipsec|security i(?:ke|psec)) .*"),
     "vpn-phase-mismatch", 30,
     "Parameters of a tunnel change; unless the other end changes as well, it does not come up again."),
)  # fmt: skip
_ROUTING = "routing"


def reasons(case: Case) -> Iterator[Reason]:
    """All reasons, each with its lines."""
    yield from _routing(case)
    lines = [change for change in case.changes if change.section == "lines"]
    for pattern, code, weight, sentence in _SET:
        if found := [one for one in lines if one.op == "added" and pattern.fullmatch(str(one.new))]:
            yield Reason(code, weight, sentence, several(found))
    has_tunnels = any(one.section == "tunnels" for one in case.changes)
    for pattern, code, weight, sentence in _EITHER:
        found = [one for one in lines if pattern.fullmatch(str(one.new or one.old))]
        if found and not has_tunnels and any(one.op == "removed" for one in found):
            yield Reason(code, weight, sentence, several(found))


def _routing(case: Case) -> Iterator[Reason]:
    """Routing between networks that is switched off: everybody who has the device as gateway is cut off."""
    for change in case.of("settings"):
        if change.field == "is_on" and change.after is not None and change.after.name == _ROUTING and not change.new:
            addressed = [one for one in case.after.interfaces if one.addresses and one.is_enabled]
            yield Reason(
                "routing-off",
                60 if len(addressed) > 1 else 25,
                f"Routing is switched off; {len(addressed)} interfaces have addresses, whose hosts reach no other"
                " network then, and static and dynamic routes are lost.",
                several([change]),
            )
