"""What people outside can reach: the device's own management, and services inside by rules or translations."""

from collections.abc import Iterator

from engineering_api.audit.checking import Given, check
from engineering_api.audit.checks.access import is_everywhere, word_of
from engineering_api.audit.checks.access import told as told_line
from engineering_api.audit.checks.entries import told, words
from engineering_api.audit.checks.filters import is_all, is_every_service, permits, rules
from engineering_api.audit.checks.inbound import open_outside
from engineering_api.audit.seen import Found, Seen, is_public
from engineering_api.facts.fact import Fact
from engineering_api.facts.filters import Rule, Services, Translation
from engineering_api.facts.ports import Interface
from engineering_api.packets import intervals
from engineering_api.packets.deciding import called
from engineering_api.packets.words import TCP, UDP

_PROTOCOLS = {"tcp": TCP, "udp": UDP}
#: More ports than this at once are a range for something else, in which one that is wanted is by chance.
_MOST_PORTS = 1_000
_MANAGING = {"ssh": 22, "telnet": 23, "http": 80, "https": 443, "winbox": 8291, "api": 8728, "api-ssl": 8729}
#: Platforms that let translated connections in without another rule.
_LETTING = ("ubiquiti_unifi", "cisco_ios")


def _ports(given: Given) -> list[tuple[int, int]]:
    made = []
    for word in given["ports"]:
        protocol, _, number = word.partition("/")
        made.append((_PROTOCOLS[protocol], int(number)))
    return made


def _hit(seen: Seen, services: Services, scope: str, ports: list[tuple[int, int]]) -> int | None:
    """The first of the ports that services name for certain."""
    for protocols, _, targets in seen.matcher.members.kinds(services, scope).sure:
        if sum(last - first + 1 for first, last in targets) > _MOST_PORTS:
            continue
        for protocol, port in ports:
            if intervals.holds(protocols, protocol) and intervals.holds(targets, port):
                return port
    return None


@check
def service_from_outside(seen: Seen, given: Given) -> Iterator[Found]:
    """A service that should not be on the internet can be reached from there, by anybody."""
    ports = _ports(given)
    behind = {one.name: one for one in seen.device.translations if one.kind in ("destination", "static") and one.name}
    for access_list, interfaces, rule in rules(seen):
        named = bool(rule.from_zones or interfaces)
        if not named or not is_all(rule.source_ends) or not seen.comes_from_outside(rule, interfaces):
            continue
        if any(not seen.is_outside(one) for one in rule.from_zones) or all_outside(seen, rule):
            continue
        port = _hit(seen, rule.services, rule.scope, ports)
        if port is None and is_every_service(rule.services):
            port = next(
                (hit for name in rule.destination_ends.names if (hit := _behind(seen, behind.get(name), ports))), None
            )
        if port is not None:
            yield seen.found(
                rule, f"{called(rule)} of {access_list.name} lets everybody outside reach port {port}.",
                about=access_list.name, port=port, values=told(seen, access_list, rule),
            )  # fmt: skip
    for one in seen.device.translations:
        if _is_open(seen, one) and (port := _behind(seen, one, ports)):
            yield seen.found(
                one, f"A translation lets everybody outside reach port {port} of {one.translated}.",
                about=one.name, port=port, values=_translating(seen, one), commands=_closing(seen, one),
            )  # fmt: skip


def _translating(seen: Seen, one: Translation) -> dict[str, str]:
    """What fills the commands in by which RouterOS turns a translation off."""
    if not seen.is_on("mikrotik"):
        return {}
    return {"menu": "/ip firewall nat", "words": words(seen, one.source.first, one.source.last)}


def _closing(seen: Seen, one: Translation) -> tuple[str, ...]:
    """The command that takes a translation away, where its line says it."""
    if seen.is_on("cisco_ios"):
        return (f"no {seen.subject.quote(one.source.first, one.source.first).strip()}",)
    if seen.is_on("ubiquiti_edgeos") and one.name.startswith("port-forward "):
        return (f"delete port-forward rule {one.name.removeprefix('port-forward ')}",)
    return ()


def all_outside(seen: Seen, rule: Rule) -> bool:
    """Whether a rule only leads out again."""
    return bool(rule.to_zones) and all(seen.is_outside(one) for one in rule.to_zones)


def _behind(seen: Seen, one: Translation | None, ports: list[tuple[int, int]]) -> int | None:
    """The first of the ports that a translation opens, by the port outside or inside."""
    if one is None or one.service is None:
        return None
    if one.translated_port.isdecimal() and int(one.translated_port) in {port for _, port in ports}:
        return int(one.translated_port)
    return _hit(seen, one.service, one.scope, ports)


def _is_open(seen: Seen, one: Translation) -> bool:
    """Whether a translation alone lets people in, whoever they are."""
    if one.kind != "destination" or not one.is_enabled or (one.original_source and not is_all(one.original_source)):
        return False
    if one.from_zones and not any(seen.is_outside(zone) for zone in one.from_zones):
        return False
    if seen.is_on("mikrotik"):
        return bool(one.from_zones or one.original_destination)
    if seen.is_on("ubiquiti_edgeos"):
        return one.name.startswith("port-forward")
    if seen.is_on("cisco_ios"):
        return not seen.device.zones and _passes(seen, one)
    return seen.is_on(*_LETTING)


def _passes(seen: Seen, one: Translation) -> bool:
    """Whether the lists at the interfaces to the internet let everybody reach the port that is translated."""
    filtered = {interface.acl_in for interface in seen.outer if interface.acl_in}
    lists = [found for found in seen.device.access_lists if found.name in filtered]
    if not lists or not all(interface.acl_in for interface in seen.outer):
        return True
    opened = [
        (_PROTOCOLS[service.protocol], int(text.partition("-")[0]))
        for service in (one.service.services if one.service else ())
        if service.protocol in _PROTOCOLS
        for text in service.ports
    ]
    return any(
        permits(rule) and is_all(rule.source_ends) and id(rule) not in seen.dead
        and (is_every_service(rule.services) or _hit(seen, rule.services, rule.scope, opened) is not None)
        for found in lists
        for rule in found.rules
    )  # fmt: skip


@check
def managed_from_outside(seen: Seen, given: Given) -> Iterator[Found]:
    """The device can be managed from the internet, by anybody who knows a password."""
    protocols = given["protocols"]
    if seen.is_on("juniper") and seen.device.zones:
        yield from open_outside(seen, protocols)
        return
    limited = seen.is_on("fortinet") and _is_limited(seen)
    for way in () if limited else seen.managed_by(*protocols):
        for name in way.interfaces:
            if not seen.is_outside(name) or not is_everywhere(way):
                continue
            interface = seen.interfaces.get(name.casefold())
            at_interface = seen.is_on("fortinet", "sonicwall") and interface is not None
            where = interface.line_of("management") if at_interface and interface else way
            yield seen.found(
                where, f"{way.protocol.upper()} is open to everybody at {name}.", about=f"{way.protocol} {name}",
                protocol=word_of(seen, way.protocol), interface=name,
            )  # fmt: skip
    yield from _by_rules(seen, protocols)
    if seen.is_on("cisco_ios"):
        yield from _without_any_list(seen, protocols)


def _without_any_list(seen: Seen, protocols: tuple[str, ...]) -> Iterator[Found]:
    """On IOS: neither a list at an interface to the internet nor one of the service itself keeps anybody out."""
    bare = [
        one
        for one in seen.outer
        if not one.acl_in and not one.zone and one.kind != "tunnel"
        and (one.is_dhcp_client or any(is_public(address.value.ip) for address in one.addresses))
        and not seen.line(one.source, r"ip access-group|zone-member|ip inspect|vrf forwarding")
    ]  # fmt: skip
    if not bare:
        return
    for one in seen.device.snmp if "snmp" in protocols else ():
        if one.version != "3" and not one.acl:
            yield _at_bare(seen, "SNMP", one, bare[0])
    for way in seen.managed_by("vty", "http", "https"):
        options = [option.split() for option in way.options if option.startswith("transport input ")]
        taken = {word for words in options for word in words[2:]} if way.protocol == "vty" else {way.protocol}
        taken = {"telnet", "ssh"} if "all" in taken else taken
        if way.acl or any("access-class" in option for option in way.options) or not taken & set(protocols):
            continue
        if way.protocol == "vty":
            names = " and ".join(sorted(taken)).upper()
            yield _at_bare(seen, names, way, bare[0], (told_line(way), " access-class MANAGEMENT in"))
        elif not seen.line(seen.whole, r"^\s*ip http access-class \S"):
            yield _at_bare(seen, way.protocol.upper(), way, bare[0], ("ip http access-class ipv4 MANAGEMENT",))


def _at_bare(seen: Seen, what: str, where: Fact, bare: Interface, commands: tuple[str, ...] = ()) -> Found:
    return seen.found(
        [where, bare], f"{what} is open to everybody at {bare.name}: no access list is there, nor for the service.",
        about=f"{what} {bare.name}", interface=bare.name, commands=commands,
    )  # fmt: skip


def _is_limited(seen: Seen) -> bool:
    """Whether FortiOS takes logins only from trusted hosts, or as its local-in policies say."""
    users = [user for user in seen.device.users if user.is_enabled]
    local = any(one.name.startswith("local-in") and one.rules for one in seen.device.access_lists)
    return local or (bool(users) and all(user.allowed for user in users))


def _by_rules(seen: Seen, protocols: tuple[str, ...]) -> Iterator[Found]:
    """Rules for packets to the device itself, on platforms where these are rules like others."""
    ports = [
        (UDP if protocol == "snmp" else TCP, way.port or (161 if protocol == "snmp" else _MANAGING.get(protocol, 0)))
        for protocol in protocols
        for way in seen.managed_by(protocol)
    ] or [(TCP, _MANAGING[one]) for one in protocols if one in _MANAGING]
    local = {interface.acl_local for interface in seen.outer if interface.acl_local}
    for access_list in seen.device.access_lists:
        is_local = access_list.name in local or access_list.name == "ipv4 input filter"
        if not (
            seen.is_on("pfsense", "opnsense") or is_local or (seen.is_on("mikrotik") and access_list.name == "input")
        ):
            continue
        for rule in access_list.rules:
            if not permits(rule) or not is_all(rule.source_ends) or id(rule) in seen.dead:
                continue
            if not is_local and not (rule.from_zones and all(seen.is_outside(one) for one in rule.from_zones)):
                continue
            if seen.is_on("pfsense", "opnsense") and not _is_for_itself(seen, rule):
                continue
            if (port := _hit(seen, rule.services, rule.scope, ports)) is not None:
                yield seen.found(
                    rule,
                    f"{called(rule)} of {access_list.name} lets everybody outside reach port {port} of the device.",
                    about=access_list.name,
                    port=port,
                    values=told(seen, access_list, rule),
                )


def _is_for_itself(seen: Seen, rule: Rule) -> bool:
    """Whether pf's rule is for an address of the firewall at an interface to the internet."""
    ends = rule.destination_ends
    own = {str(one.value.ip) + "/32" for interface in seen.outer for one in interface.addresses}
    return any(seen.is_outside(one.split(" ")[0]) for one in ends.interfaces) or bool(own & set(ends.networks))
