"""FortiOS: which policies a packet for a virtual address is asked of.

Once its destination is translated, only policies that name the virtual address fit, unless NAT is central; one that
denies fits also with `match-vip`, which is the default since FortiOS 7.2.4 (release notes; "Virtual IPs" in the guide).
"""

from collections.abc import Iterable

from engineering_api.facts.device import Device
from engineering_api.facts.filters import AccessList, Rule, Translation

_MATCHES_BY_ITSELF = (7, 2, 4)
_DOUBT = "match-vip, without which a policy that denies lets virtual addresses pass"


def is_central(device: Device, scope: str) -> bool:
    """Whether NAT is central: then policies see the inner address."""
    return any(one.name == "central-nat" and one.is_on and one.scope == scope for one in device.settings)


def naming(lists: Iterable[AccessList], by: Translation, device: Device) -> list[AccessList]:
    """The lists with the rules that fit a packet which a virtual address translated."""
    names = {by.name}
    for _ in range(8):  # groups in groups
        more = {one.name for one in device.address_objects if names.intersection(one.ends.names)}
        if more <= names:
            break
        names |= more
    always = _version(device) >= _MATCHES_BY_ITSELF
    return [
        one.model_copy(update={"rules": [rule for old in one.rules if (rule := _rule(old, names, always))]})
        for one in lists
    ]


def _rule(rule: Rule, names: set[str], always: bool) -> Rule | None:
    if names.intersection(rule.destination_ends.names) or (rule.action != "permit" and always):
        return rule
    if rule.action == "permit":
        return None
    return rule.model_copy(update={"conditions": [*rule.conditions, _DOUBT]})


def _version(device: Device) -> tuple[int, ...]:
    return tuple(int(part) for part in device.identity.version.split(".")[:3] if part.isdigit())
