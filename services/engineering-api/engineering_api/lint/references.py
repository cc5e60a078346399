"""Undefined and unused names of a device.

The rules are those of Batfish where it has an answer, as engineers compare with it: a use counts for every kind of
which the name may be; what only an unused thing uses is used; interfaces, VLANs and policies that take effect by being
there are never unused.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from netutils.interface import canonical_interface_name

from engineering_api.facts.device import Device
from engineering_api.facts.names import Definition, Kind, Reference
from engineering_api.lint.shipped import is_shipped

#: What takes effect by being there, or is used by things outside of the configuration.
NEVER_UNUSED: frozenset[Kind] = frozenset({"interface", "vlan", "certificate", "gateway", "user-group"})
#: ISAKMP policies and profiles are tried one after the other, whether something names them or not.
_TRIED: frozenset[Kind] = frozenset({"ike-policy", "ike-profile"})
_TRYING = ("cisco", "arista")
#: VLANs may be in a database beside the configuration (vlan.dat); where none is defined, none is undefined.
_ONLY_WHERE_ANY: frozenset[Kind] = frozenset({"vlan", "certificate", "user-group", "security-profile"})
#: A name that was taken for a secret: nobody can say whether it is defined.
_TAKEN = "REDACTED-"

_Key = tuple[Kind, str, str]


@dataclass(frozen=True)
class Undefined:
    """A name that is used and defined nowhere, with all its uses."""

    name: str
    kinds: tuple[Kind, ...]
    scope: str
    references: tuple[Reference, ...]


@dataclass(frozen=True)
class Unused:
    """A name that is defined and used nowhere, with the lines that define it."""

    definition: Definition


def undefined(device: Device) -> list[Undefined]:
    """All names that are used and defined nowhere, in the order of their first use."""
    defined = {_key(one.kind, one.name, one.scope) for one in device.definitions}
    known_kinds = {one.kind for one in device.definitions}
    found: dict[tuple[tuple[Kind, ...], str, str], list[Reference]] = {}
    for reference in device.references:
        if not reference.name or reference.name.startswith(_TAKEN) or _is_defined(reference, defined, device.platform):
            continue
        if all(kind in _ONLY_WHERE_ANY and kind not in known_kinds for kind in reference.kinds):
            continue
        uses = found.setdefault((reference.kinds, reference.name, reference.scope), [])
        if not uses or uses[-1].source != reference.source:  # a line for a range of ports is one use, not one a port
            uses.append(reference)
    return [Undefined(name, kinds, scope, tuple(uses)) for (kinds, name, scope), uses in found.items()]


def unused(device: Device) -> list[Unused]:
    """All names that are defined and used nowhere, in the order of the file."""
    used = set(_uses(device.references))
    anywhere = {(kind, name) for kind, name, _ in used}
    return [
        Unused(one)
        for one in device.definitions
        if not one.is_used
        and is_judged(device.platform, one.kind)
        and not is_shipped(device.platform, one.kind, one.name)
        and not _is_used(_key(one.kind, one.name, one.scope), used, anywhere)
    ]


def is_judged(platform: str, kind: Kind) -> bool:
    """Whether a name of a kind can be unused."""
    return kind not in NEVER_UNUSED and not (kind in _TRIED and platform.startswith(_TRYING))


def _is_defined(reference: Reference, defined: set[_Key], platform: str) -> bool:
    for kind in reference.kinds:
        if is_shipped(platform, kind, reference.name):
            return True
        if any(_key(kind, reference.name, scope) in defined for scope in dict.fromkeys((reference.scope, ""))):
            return True
    return False


def _uses(references: Iterable[Reference]) -> Iterable[_Key]:
    for reference in references:
        for kind in reference.kinds:
            yield _key(kind, reference.name, reference.scope)


def _is_used(key: _Key, used: set[_Key], anywhere: set[tuple[Kind, str]]) -> bool:
    """Whether a name is used where it holds: what is defined for all scopes is used from any of them."""
    kind, name, scope = key
    return key in used or (kind, name, "") in used or (not scope and (kind, name) in anywhere)


def _key(kind: Kind, name: str, scope: str) -> _Key:
    return kind, _plain(name) if kind == "interface" else name, scope


def _plain(name: str) -> str:
    """An interface's name whichever way it is written: Gi0/1, GigabitEthernet 0/1."""
    joined = "".join(name.split())
    try:
        return str(canonical_interface_name(joined)).casefold()
    except (ValueError, IndexError, TypeError):
        return joined.casefold()
