"""Questions about services: servers that are used, SNMP, DHCP, Wi-Fi, VPN."""

import re
from ipaddress import ip_address, ip_network

from engineering_api.ask.about import meant, stands
from engineering_api.ask.found import Findings, lines, listed
from engineering_api.ask.kind import kind
from engineering_api.ask.managing import WITHOUT
from engineering_api.ask.question import Question
from engineering_api.ask.switching import named_vlans
from engineering_api.ask.world import World
from engineering_api.chosen import Subject
from engineering_api.facts.services import DhcpPool, SnmpAccess, Wireless
from engineering_api.facts.tunnels import Proposal, Tunnel

_SERVERS = (
    ("ntp", r"\bntp\b|\btime servers?\b", "NTP"),
    ("dns", r"\bdns\b|\bname ?servers?\b|\bresolvers?\b", "DNS"),
    ("syslog", r"\bsyslog\b|\blog(?:ging)? (?:server|host)|\blogs? (?:sent|go)", "syslog"),
    ("radius", r"\bradius\b", "RADIUS"),
    ("tacacs", r"\btacacs\b", "TACACS+"),
    ("ldap", r"\bldap\b|\bactive directory\b", "LDAP"),
    ("snmp-trap", r"\btraps?\b", "SNMP traps"),
)


def _servers(question: Question, world: World) -> Findings | None:
    wanted = [one for one in _SERVERS if question.has(one[1])]
    if not wanted or not world.subjects:
        return None
    found = Findings()
    for kind_, _, title in wanted:
        silent = []
        for subject in meant(question, world):
            used = [one for one in subject.device.servers if one.kind == kind_]
            if used:
                told = [f"{one.address}{_options(one.options)}" for one in used]
                found.say(
                    f"{subject.name} uses for {title}: {listed(told)}.",
                    *lines(subject, *[one.source for one in used][:8]),
                )
            else:
                silent.append(subject.name)
        if question.has(WITHOUT):
            found.sentences.clear()
            if not silent:
                record = world.looked("servers", {"kind": kind_}, len(meant(question, world)))
                found.say(f"Every configuration that was looked at has a server for {title}.", record)
        if silent:
            record = world.looked("servers", {"kind": kind_}, len(found.sentences))
            found.say(f"No {title} server is in the configuration of {listed(silent)}.", record)
    return found


def _options(options: list[str]) -> str:
    shown = [one for one in options if not one.startswith("name ")]
    return f" ({', '.join(shown[:3])})" if shown else ""


def _snmp(question: Question, world: World) -> Findings | None:
    if not world.subjects:
        return None
    old = question.has(r"\bv?(?:1|2|2c)\b|\bversion (?:1|2)|\bsnmp ?v[12]|\bcommunit")
    new = question.has(r"\bv3\b|\bversion 3|\bsnmp ?v3")
    found = Findings()
    none = []
    for subject in meant(question, world):
        used = [one for one in subject.device.snmp if not (old or new) or (one.version == "3") == (new and not old)]
        for one in used:
            found.say(f"{subject.name} has {_access(one)}.", *lines(subject, one.source))
        if not used:
            none.append(subject.name)
    if none:
        which = "SNMP version 1 or 2c" if old else "SNMP version 3" if new else "SNMP"
        record = world.looked("snmp", {"versions": "1 2c" if old else "3" if new else "all"}, len(found.sentences))
        found.say(f"{which} is not set up in the configuration of {listed(none)}.", record)
    return found


def _access(one: SnmpAccess) -> str:
    who = f"the user {one.user}" if one.user else "a well-known community" if one.is_well_known else "a community"
    level = f" at level {one.level}" if one.level else ""
    limit = f", limited by {one.acl}" if one.acl else "" if one.version == "3" else ", not limited by a list"
    return (
        f"SNMP version {one.version} with {who} "
        f"({'read and write' if one.access == 'rw' else 'read only'}){level}{limit}"
    )


def _relays(question: Question, world: World) -> Findings | None:
    """Which interfaces pass DHCP on."""
    found = Findings()
    for subject in meant(question, world):
        for face in subject.device.interfaces:
            if face.dhcp_relays and (not question.vlans or face.vlan in question.vlans):
                found.say(
                    f"{subject.name} relays DHCP of {face.name} to {listed(face.dhcp_relays)}.",
                    *lines(subject, face.source),
                )
    if not found.sentences and world.subjects:
        found.say("No configuration that was looked at relays DHCP so.", world.looked("relays", {}, 0))
    return found if found.sentences else None


def _snmp_location(question: Question, world: World) -> Findings | None:
    """Where devices say that they are."""
    found = Findings()
    for subject in meant(question, world):
        for one in subject.device.settings:
            if one.name in ("snmp-location", "snmp-contact") and one.value:
                word = one.name.partition("-")[2]
                found.say(f"{subject.name} has the SNMP {word} {one.value}.", *lines(subject, one.source))
    if not found.sentences and world.subjects:
        found.say("No configuration that was looked at says it.", world.looked("snmp-location", {}, 0))
    return found if found.sentences else None


def _dhcp(question: Question, world: World) -> Findings | None:
    if question.has(r"\boptions? \d"):
        return None
    found = Findings()
    vlans = question.vlans or named_vlans(question, world)
    for subject in meant(question, world):
        for pool in subject.device.dhcp_pools:
            if question.addresses and not any(_gives(pool, str(one)) for one in question.addresses):
                continue
            is_called = pool.name and stands(pool.name, question)
            if vlans and not is_called and not _is_for(subject, pool, vlans):
                continue
            found.say(f"{subject.name} gives out {_pool(pool)}.", *lines(subject, pool.source))
    if not found.sentences:
        for subject in meant(question, world):
            for face in subject.device.interfaces:
                if face.dhcp_relays and (not vlans or face.vlan in vlans):
                    found.say(
                        f"{subject.name} relays DHCP of {face.name} to {listed(face.dhcp_relays)}.",
                        *lines(subject, face.source),
                    )
    if not found.sentences and world.subjects:
        found.say("No configuration that was looked at has a DHCP scope.", world.looked("dhcp", {"vlans": vlans}, 0))
    return found if found.sentences else None


def _gives(pool: DhcpPool, address: str) -> bool:
    try:
        return ip_address(address) in ip_network(pool.network, strict=False)
    except ValueError:
        return False


def _is_for(subject: Subject, pool: DhcpPool, vlans: list[int]) -> bool:
    networks = {
        str(held.value.network) for one in subject.device.interfaces if one.vlan in vlans for held in one.addresses
    }
    faces = {one.name for one in subject.device.interfaces if one.vlan in vlans}
    return pool.network in networks or pool.interface in faces


def _pool(pool: DhcpPool) -> str:
    parts = [pool.network or pool.name]
    if pool.ranges:
        parts.append(f"from {listed([one.replace('-', ' to ') for one in pool.ranges], 4)}")
    if pool.excluded:
        parts.append(f"without {listed([one.replace('-', ' to ') for one in pool.excluded], 4)}")
    if pool.gateway:
        parts.append(f"gateway {pool.gateway}")
    if pool.dns:
        parts.append(f"DNS {listed(pool.dns)}")
    if pool.domain:
        parts.append(f"domain {pool.domain}")
    if pool.lease_seconds:
        parts.append(f"lease {pool.lease_seconds:,} s")
    if pool.reservations:
        parts.append(f"{len(pool.reservations)} reserved")
    if pool.interface:
        parts.append(f"on {pool.interface}")
    name = f" (scope {pool.name})" if pool.name and pool.name != pool.network else ""
    return ", ".join(parts) + name + ("" if pool.is_enabled else ", which is off")


def _wireless(question: Question, world: World) -> Findings | None:
    found = Findings()
    guests = question.has(r"\bguests?\b|\bvisitors?\b|\bcustomers?\b")
    for subject in meant(question, world):
        for one in subject.device.wireless:
            if guests and not _for_guests(subject, one):
                continue
            found.say(f"{subject.name} has the SSID {one.ssid}{_network(subject, one)}.", *lines(subject, one.source))
    if not found.sentences and any(subject.device.wireless for subject in meant(question, world)):
        record = world.looked("wireless", {"guests": guests}, 0)
        found.say("No wireless network that the configurations have is marked or named as one for guests.", record)
    if not found.sentences and world.subjects:
        found.say("No configuration that was looked at has a wireless network.", world.looked("wireless", {}, 0))
    return found if found.sentences else None


def _for_guests(subject: Subject, one: Wireless) -> bool:
    names = [vlan.name for vlan in subject.device.vlans if vlan.id == one.vlan]
    return one.is_guest or any(word in text.casefold() for text in (one.ssid, *names) for word in ("guest", "visitor"))


def _network(subject: Subject, one: Wireless) -> str:
    parts = [one.security] if one.security else []
    if one.vlan is not None:
        name = next((vlan.name for vlan in subject.device.vlans if vlan.id == one.vlan and vlan.name), "")
        parts.append(f"VLAN {one.vlan}{f' {name}' if name else ''}")
    parts += [one.band] if one.band else []
    parts += [
        word
        for word, holds in (
            ("for guests", one.is_guest),
            ("hidden", one.is_hidden),
            ("clients apart", one.is_isolated),
            ("off", not one.is_enabled),
        )
        if holds
    ]
    return f" ({', '.join(parts)})" if parts else ""


def _tunnels(question: Question, world: World) -> Findings | None:
    if not world.subjects:
        return None
    found = Findings()
    wanted = _named_tunnels(question, world)
    for subject in meant(question, world):
        for one in subject.device.tunnels:
            if (wanted and one not in wanted) or not _has_what(one, question):
                continue
            found.say(
                f"{subject.name} has the {_tunnel_kind(one)} {one.name}{_parameters(one)}.", *lines(subject, one.source)
            )
    if not found.sentences:
        told = "such a" if any(subject.device.tunnels for subject in meant(question, world)) else "a"
        found.say(f"No configuration that was looked at has {told} VPN tunnel.", world.looked("tunnels", {}, 0))
    return found


def _has_what(one: Tunnel, question: Question) -> bool:
    """Whether a tunnel has the group, cipher or hash that a question names; any has where it names none."""
    proposals = [proposal for proposal in (one.phase1, one.phase2) if proposal is not None]
    groups = re.findall(r"\b(?:dh|group)[- ]?(?:group[- ]?)?(\d{1,2})\b", question.folded)
    if groups and not any(set(groups) & set(proposal.groups) for proposal in proposals):
        return False
    words = re.findall(r"\b(3des|des|md5|sha-?1|sha-?256|aes-?128|aes-?256|gcm)\b", question.folded)
    had = " ".join(word for proposal in proposals for word in (*proposal.encryption, *proposal.hashes)).split()
    plain = [word.replace("-", "") for word in words]
    return not plain or any(word == other.replace("-", "") or word in other for word in plain for other in had)


def _named_tunnels(question: Question, world: World) -> list[Tunnel]:
    """The tunnels that a question names by their peer, their name or a network behind them."""
    peers = {str(one) for one in question.addresses}
    networks = {str(one) for one in question.networks}
    return [
        one
        for subject in meant(question, world)
        for one in subject.device.tunnels
        if one.peer in peers
        or networks & {*one.local_networks, *one.remote_networks}
        or (len(one.name) > 2 and one.name.casefold() in question.folded)
    ]


def _tunnel_kind(one: Tunnel) -> str:
    return {
        "ipsec": "IPsec tunnel", "ipsec-dialin": "IPsec dial-in", "ssl": "SSL VPN", "wireguard": "WireGuard tunnel",
        "openvpn": "OpenVPN", "l2tp": "L2TP", "pptp": "PPTP", "gre": "GRE tunnel",
    }[one.kind]  # fmt: skip


def _parameters(one: Tunnel) -> str:
    parts = []
    if one.peer:
        parts.append(f"to {one.peer}")
    if one.interface:
        parts.append(f"on {one.interface}")
    if one.ike:
        parts.append(f"IKE version {one.ike.replace('+', ' and ')}{' aggressive' if one.is_aggressive else ''}")
    if one.authentication:
        parts.append({"psk": "pre-shared key"}.get(one.authentication, one.authentication))
    for name, proposal in (("phase 1", one.phase1), ("phase 2", one.phase2)):
        if proposal is not None and (told := _proposal(proposal)):
            parts.append(f"{name} {told}")
    if one.pfs is not None:
        parts.append("with PFS" if one.pfs else "without PFS")
    if one.local_networks or one.remote_networks:
        parts.append(
            f"between {listed(one.local_networks, 6) if one.local_networks else 'any'} and "
            f"{listed(one.remote_networks, 6) if one.remote_networks else 'any'}"
        )
    if not one.is_enabled:
        parts.append("off")
    return f": {', '.join(parts)}" if parts else ""


def _proposal(one: Proposal) -> str:
    parts = [*(["/".join(one.encryption)] if one.encryption else []), *(["/".join(one.hashes)] if one.hashes else [])]
    if one.groups:
        parts.append(f"DH group {'/'.join(one.groups)}")
    if one.lifetime_seconds:
        parts.append(f"{one.lifetime_seconds:,} s")
    return " ".join(parts)


KINDS = (
    kind(
        "relays", "DHCP relays", _relays, r"\b(?:dhcp.?)?(?:relays?|relayed|ip.?helpers?|helpers?(?:.?address\w*)?)\b"
    ),
    kind("snmp-location", "SNMP location", _snmp_location, r"\bsnmp\b.{0,20}\b(?:location|contact)\b"),
    kind(
        "tunnels",
        "VPN tunnels",
        _tunnels,
        r"\b(?:vpns?|ipsec|tunnels?|site.to.site|wireguard|openvpn|phase [12]|ike(?:v[12])?|pre.?shared)\b",
    ),
    kind(
        "dhcp",
        "DHCP scopes",
        _dhcp,
        r"\bdhcp\b(?!.{0,12}snooping)",
        r"\b(?:address )?pools?\b.{0,30}\b(?:hands?|gives?|for)\b|\bhands out\b|\baddress pools?\b",
    ),
    kind(
        "wireless",
        "Wireless networks",
        _wireless,
        r"\bssids?\b",
        r"\bwi-?fi\b",
        r"\bwlans?\b",
        r"\bwireless\b",
    ),
    kind(
        "snmp",
        "SNMP",
        _snmp,
        r"\bsnmp(?:v?[123]c?)?\b",
        r"\bcommunit(?:y|ies)\b",
    ),
    kind(
        "servers",
        "Servers that are used",
        _servers,
        r"\b(?:ntp|dns|syslog|radius|tacacs|ldap|traps?|name ?servers?|time servers?|resolvers?"
        r"|log(?:ging)? (?:server|host)s?|active directory)\b",
    ),
)
