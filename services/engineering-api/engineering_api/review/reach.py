"""Whether the engineer, or everybody, is locked out."""

from collections.abc import Iterator

from engineering_api.facts.device import Device
from engineering_api.facts.filters import AccessList
from engineering_api.facts.ports import Interface
from engineering_api.packets.deciding import decide
from engineering_api.packets.matching import Matcher
from engineering_api.packets.packet import Address, Packet
from engineering_api.packets.routes import Table
from engineering_api.review import admission
from engineering_api.review.reason import Case, Evidence, Reason, several, shown
from engineering_api.review.semantic import Change

_CERTAIN, _LIKELY = 75, 45
_WAYS = ("ssh", "https", "telnet", "http", "vty", "api", "api-ssl", "winbox", "netconf", "www", "www-ssl")
_SSH, _HTTPS, _TCP = 22, 443, 6
_CONSOLE = "Have a console or out-of-band connection open, and let the device restart or roll back by itself"
#: How a change takes itself back when nobody confirms it, by platform.
SAFETY = {
    "cisco_ios": "`configure terminal revert timer 10` (with `archive` configured) or `reload in 10`,"
    " then `configure confirm` or `reload cancel`",
    "cisco_nxos": "`checkpoint before-change` and a scheduled `rollback running-config checkpoint before-change`",
    "cisco_asa": "`reload in 10` before, without saving; `reload cancel` and `write memory` afterwards",
    "arista_eos": "`configure session change` and `commit timer 00:10:00`, then `configure session change commit`",
    "juniper_junos": "`commit confirmed 10`, then `commit`",
    "ubiquiti_edgeos": "`commit-confirm 10`, then `confirm`",
    "mikrotik_routeros": "safe mode (Ctrl+X) before the first command",
    "fortinet": "`config system global`, `set cfg-save revert` before, `execute cfg save` afterwards",
    "hp_procurve": "`reload after 10` before, without `write memory`; `no reload` afterwards",
    "aruba_aoscx": "`checkpoint auto 10`, then `checkpoint auto confirm`",
}


def mitigation(platform: str) -> str:
    """What keeps a lock-out short."""
    return f"{_CONSOLE}: {SAFETY[platform]}." if platform in SAFETY else f"{_CONSOLE}, where it can."


def reasons(case: Case) -> Iterator[Reason]:
    """All reasons for a lock-out, each with its lines."""
    entrance = _entrance(case.before, case)
    yield from _interface(case, entrance)
    yield from _filters(case, entrance)
    for sentence, evidence in (*admission.narrowed(case), *admission.denied(case, entrance)):
        yield _locked(case, _CERTAIN, sentence, evidence)
    yield from _ways(case)
    yield from _way_back(case)
    yield from _users(case)


def _locked(case: Case, weight: int, sentence: str, evidence: tuple[Evidence, ...]) -> Reason:
    return Reason("management-lockout", weight, sentence, evidence, mitigation(case.before.platform))


def _entrance(device: Device, case: Case) -> Interface | None:
    """The interface by which the device is managed: as it was said, that towards the engineer, or the only one."""
    by_name = {word.casefold(): one for one in device.interfaces for word in (one.alias, one.name) if word}
    if case.managed.interface:
        return by_name.get(case.managed.interface.casefold())
    if case.managed.address is not None:
        return by_name.get(Table(device).towards(case.managed.address).casefold())
    addressed = [one for one in device.interfaces if one.addresses and one.is_enabled and one.kind != "loopback"]
    return addressed[0] if len(addressed) == 1 else None


def _interface(case: Case, entrance: Interface | None) -> Iterator[Reason]:
    if entrance is None:
        return
    now = next((one for one in case.after.interfaces if (one.name, one.scope) == (entrance.name, entrance.scope)), None)
    there = (Evidence("before", entrance.source),)
    if now is None:
        yield _locked(case, _CERTAIN, f"{entrance.name}, by which the device is managed, is removed.", there)
        return
    evidence = (*there, Evidence("after", now.source))
    if entrance.is_enabled and not now.is_enabled:
        yield _locked(case, _CERTAIN, f"{entrance.name}, by which the device is managed, is shut down.", evidence)
    old, new = ({str(one.value.ip) for one in found.addresses} for found in (entrance, now))
    if old and not new and not now.is_dhcp_client:
        yield _locked(case, _CERTAIN, f"{entrance.name}, by which the device is managed, loses its address.", evidence)
    elif old - new:
        sentence = f"{entrance.name}, by which the device is managed, is no longer {', '.join(sorted(old - new))}."
        address = case.managed.address
        is_cut_off = address is not None and _holds(entrance, address) and not _holds(now, address)
        yield _locked(case, _CERTAIN if is_cut_off else 50, sentence, evidence)
    for field in ("vrf", "zone", "access_vlan", "vlan", "parent", "native_vlan"):
        if getattr(entrance, field) != getattr(now, field):
            sentence = f"{entrance.name}, by which the device is managed, changes its {field.replace('_', ' ')}."
            is_gone = field in ("vlan", "parent") and not getattr(now, field)
            yield _locked(
                case,
                _CERTAIN if is_gone else _LIKELY,
                sentence,
                (Evidence("before", entrance.line_of(field)), Evidence("after", now.line_of(field))),
            )
    lost = sorted(set(entrance.management) - set(now.management) - {"ping"})
    if lost and not set(now.management) & {"ssh", "https"}:
        sentence = f"{entrance.name}, by which the device is managed, no longer answers {', '.join(lost)}."
        yield _locked(case, _CERTAIN, sentence, (Evidence("before", entrance.line_of("management")), *evidence[1:]))


def _holds(port: Interface, address: Address) -> bool:
    """Whether an address is in a network of an interface."""
    return any(address in one.value.network for one in port.addresses if one.value.version == address.version)


def _filters(case: Case, entrance: Interface | None) -> Iterator[Reason]:
    """Lists on the way in, and lists of who may log in, that no longer let the engineer pass."""
    address = case.managed.address
    if address is None:
        yield from _new_filters(case, entrance)
        return
    pairs: list[tuple[str, str, str]] = []
    if entrance is not None:
        now = next((one for one in case.after.interfaces if one.name == entrance.name), entrance)
        pairs.append((f"on {entrance.name}", entrance.acl_in, now.acl_in))
        pairs.append((f"on {entrance.name} for the device itself", entrance.acl_local, now.acl_local))
    old_ways = {one.protocol: one for one in case.before.management}
    for way in case.after.management:
        known = old_ways.get(way.protocol)
        pairs.append((f"for {way.protocol}", known.acl if known else "", way.acl))
    for where, old, new in dict.fromkeys(pairs):
        was, becomes = _passes(case.before, old, entrance, case), _passes(case.after, new, entrance, case)
        if was[0] and not becomes[0]:
            sentence = f"The list {new} {where} denies {address}, from where the device is managed."
            yield _locked(case, _CERTAIN, sentence, becomes[1])


def _new_filters(case: Case, entrance: Interface | None) -> Iterator[Reason]:
    for change in case.of("interfaces", "management"):
        is_entrance = change.section == "management" or (
            entrance is not None and change.before is not None and change.before.name == entrance.name
        )
        if change.field in ("acl_in", "acl_local", "acl") and change.new and is_entrance:
            sentence = (
                f"A list, {change.new}, now decides who may manage the device; from where it is managed was not said."
            )
            yield _locked(case, 30, sentence, shown(change))


def _passes(device: Device, name: str, entrance: Interface | None, case: Case) -> tuple[bool, tuple[Evidence, ...]]:
    """Whether a list lets the engineer's sessions pass by SSH or HTTPS, and the line that denies them."""
    found = [one for one in device.access_lists if one.name == name]
    address = case.managed.address
    if not name or address is None or not found:
        return True, ()
    target = (
        next((one.value.ip for one in entrance.addresses if one.value.version == address.version), None)
        if entrance
        else None
    )
    matcher = Matcher(device)
    lines: tuple[Evidence, ...] = (Evidence("after", found[0].source),)
    for port in (_SSH, _HTTPS):
        packet = Packet(address, target or address, _TCP, 50_000, port)
        answer = decide(packet, _standard(found, target is None), matcher, device.access_lists)
        if answer.answer != "deny":
            return True, ()
        if answer.rule is not None:
            lines = (Evidence("after", answer.rule.source),)
    return False, lines


def _standard(found: list[AccessList], is_source_alone: bool) -> AccessList:
    """Where the device's own address is not known, only the source of a list's rules is looked at."""
    one = found[0]
    return one.model_copy(update={"kind": "standard"}) if is_source_alone and one.kind == "extended" else one


def _ways(case: Case) -> Iterator[Reason]:
    """SSH, HTTPS and the like that are switched off or are not there any more."""
    old, new = (
        {one.protocol for one in device.management if one.is_enabled and one.protocol in _WAYS}
        for device in (case.before, case.after)
    )
    if "vty" in old - new:
        # A shell comes in by a line: without any, SSH that is on is of no use.
        new -= {"ssh", "telnet"}
    lost = [change for change in case.of("management") if _is_lost(change, new)]
    yield from _otherwise(case, lost)
    if not lost:
        return
    names = sorted({change.before.protocol for change in lost})
    left = sorted(new)
    if not left and old:
        yield _locked(
            case, _CERTAIN, f"No way to manage the device is left: {', '.join(names)} is switched off.", several(lost)
        )
    elif set(names) & {"ssh", "https", "vty", "winbox"}:
        sentence = f"{', '.join(names)} for managing the device is switched off; {', '.join(left) or 'none'} stays."
        yield Reason("management-changed", 25, sentence, several(lost), mitigation(case.before.platform))


def _otherwise(case: Case, lost: list[Change]) -> Iterator[Reason]:
    """Ways that stay and are used otherwise: by other protocols, from elsewhere, at another port."""
    found = admission.changed(case)
    found += [
        one
        for one in case.of("management")
        if one not in lost and one.before is not None and one.before.protocol in _WAYS
        if (one.field in ("options", "interfaces", "port") and one.old and set(_words(one.old)) - set(_words(one.new)))
        or (one.op == "removed" and not one.field)
    ]
    if found:
        names = sorted({getattr(one.before, "protocol", "") or f"user {one.before.name}" for one in found})
        sentence = f"How or from where the device may be managed changes: {', '.join(names)}."
        yield Reason("management-changed", 25, sentence, several(found), mitigation(case.before.platform))


def _words(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _is_lost(change: object, new: set[str]) -> bool:
    fact = getattr(change, "before", None)
    field = getattr(change, "field", "")
    op = getattr(change, "op", "")
    return (
        fact is not None
        and fact.protocol in _WAYS
        and fact.protocol not in new
        and ((op == "removed" and not field) or field == "is_enabled")
    )


def _way_back(case: Case) -> Iterator[Reason]:
    """The route back to the engineer."""
    address = case.managed.address
    if address is None:
        return
    was, becomes = (Table(device).towards(address) for device in (case.before, case.after))
    if was and not becomes:
        lines = tuple(
            Evidence("before", change.lines_before) for change in case.of("routes", "interfaces") if change.lines_before
        )
        yield _locked(
            case, _CERTAIN, f"The device no longer has a route to {address}, from where it is managed.", lines[:10]
        )
    elif was != becomes and was:
        sentence = f"The device reaches {address}, from where it is managed, by {becomes} and no longer by {was}."
        yield _locked(case, 30, sentence, several(case.of("routes"))[:10])


def _users(case: Case) -> Iterator[Reason]:
    gone = [change for change in case.of("users") if change.op == "removed" and not change.field]
    off = [change for change in case.of("users") if change.field == "is_enabled" and change.new is False]
    if not gone and not off:
        return
    names = ", ".join(change.before.name for change in (*gone, *off))
    if not [one for one in case.after.users if one.is_enabled]:
        has_servers = any(one.kind in ("radius", "tacacs", "ldap") for one in case.after.servers)
        weight = 40 if has_servers else _CERTAIN
        sentence = f"No local user is left: {names} cannot log in any more."
        yield _locked(case, weight, sentence, several((*gone, *off)))
    else:
        yield Reason("user-removed", 12, f"{names} cannot log in any more.", several((*gone, *off)))
