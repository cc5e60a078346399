"""SonicOS's configuration as its command line exports it: blocks by indentation, each with an "exit" of its own.

The commands are those of SonicWall's SonicOS 6.5 and 7 E-CLI reference guides.
"""

from ipaddress import ip_interface, ip_network

from engineering_api.dialects.sonicos import cli_words
from engineering_api.dialects.sonicos.cli_words import ends_of, narrow, plain, services_of
from engineering_api.facts.device import Device
from engineering_api.facts.filters import (
    AccessList,
    AddressObject,
    Ends,
    Rule,
    Service,
    ServiceObject,
    Services,
    Zone,
)
from engineering_api.facts.ports import Address, Interface
from engineering_api.facts.routing import Route
from engineering_api.facts.services import Server
from engineering_api.facts.tunnels import Proposal, Tunnel
from engineering_api.platforms.platform import In
from engineering_api.reading.grammar import Found, Place

TOP: Place[Device] = Place("SonicOS")
_ALGORITHMS = {
    "triple-des": "3des", "aes-128": "aes128", "aes-192": "aes192", "aes-256": "aes256", "sha-1": "sha1",
    "sha-256": "sha256", "sha-384": "sha384", "sha-512": "sha512", "aesgcm16-256": "aes256gcm",
    "aesgcm16-128": "aes128gcm",
}  # fmt: skip


TOP.includes(cli_words.TOP)


@TOP.line("firewall-name NAME...", "firmware-version VERSION...", "model MODEL...", "serial-number SERIAL...")
def _identity(device: Device, found: Found) -> None:
    for word, field in (("NAME", "hostname"), ("VERSION", "version"), ("MODEL", "model"), ("SERIAL", "serial")):
        if found[word]:
            value = plain(found[word]).removeprefix("SonicOS Enhanced ").removeprefix("SonicOS ")
            device.identity.say(found.line, **{field: value})


TOP.knows("rom-version REST...", "system-time REST...", "system-uptime REST...", "last-modified-by REST...", "exit")

_ADMINISTRATION: Place[Device] = Place("administration")


@TOP.opens(_ADMINISTRATION, "administration")
def _administration(device: Device, found: Found) -> Device:
    return device


_ADMINISTRATION.includes(TOP)


@TOP.line("dns server static (primary|secondary|tertiary) ADDRESS")
def _dns(device: Device, found: Found) -> None:
    device.servers.append(Server(source=found.line, kind="dns", address=found["ADDRESS"]))


_INTERFACE: Place[In[Interface]] = Place("interface")


@TOP.opens(_INTERFACE, "interface [ipv6] NAME [vlan VLAN]")
def _interface(device: Device, found: Found) -> In[Interface]:
    name = found["NAME"] + (f":V{found['VLAN']}" if found["VLAN"] else "")
    fact = next((one for one in device.interfaces[-200:] if one.name == name), None)
    if fact is None:
        fact = Interface(source=found.span, name=name, kind="vlan" if found["VLAN"] else "physical")
        device.interfaces.append(fact)
        device.define("interface", name, found.span, is_used=True)
    if found["VLAN"]:
        fact.say(found.line, vlan=int(found["VLAN"]), parent=found["NAME"])
    return In(device, fact)


@_INTERFACE.opens(_INTERFACE, "ip-assignment ZONE MODE:(static|dhcp|transparent|pppoe)", "zone ZONE")
def _assignment(of: In[Interface], found: Found) -> In[Interface]:
    of.fact.say(found.line, zone=plain(found["ZONE"]))
    if found["MODE"]:
        of.fact.is_dhcp_client = found["MODE"] == "dhcp"
    of.device.refer("zone", of.fact.zone, found.line, f"interface {of.fact.name}")
    return of


@_INTERFACE.line("ip ADDRESS netmask MASK")
def _address(of: In[Interface], found: Found) -> None:
    value = ip_interface(f"{found['ADDRESS']}/{found['MASK']}")
    of.fact.addresses.append(Address(source=found.line, value=value))
    of.fact.mode = "routed"


@_INTERFACE.line("gateway ADDRESS")
def _gateway(of: In[Interface], found: Found) -> None:
    default = ip_network("0.0.0.0/0")
    route = Route(source=found.line, prefix=default, gateway=found["ADDRESS"], interface=of.fact.name)
    of.device.routes.append(route)


@_INTERFACE.line("comment TEXT...")
def _comment(of: In[Interface], found: Found) -> None:
    of.fact.say(found.line, description=plain(found["TEXT"]))


@_INTERFACE.line("[NO:(no)] management WORDS...")
def _management(of: In[Interface], found: Found) -> None:
    if not found["NO"]:
        of.fact.management.extend(found["WORDS"].split())
        of.fact.at["management"] = found.line


@_INTERFACE.line("[NO:(no)] shutdown-port")
def _shutdown(of: In[Interface], found: Found) -> None:
    of.fact.say(found.line, is_enabled=bool(found["NO"]))


_INTERFACE.knows("exit", "(dns|mtu|uuid|mac|link-speed|user-login|https-redirect|cos-8021p|port) [REST...]")
_INTERFACE.knows("no (user-login|https-redirect|cos-8021p|multicast|flow-reporting|asymmetric-route) [REST...]")

_OBJECT: Place[In[AddressObject]] = Place("address object")


@TOP.opens(
    _OBJECT,
    "address-object [FAMILY:(ipv4|ipv6|fqdn|mac)] NAME [WORDS...]",
    "address-group [FAMILY:(ipv4|ipv6)] NAME [WORDS...]",
)
def _object(device: Device, found: Found) -> In[AddressObject]:
    is_group = found.node.text.startswith("address-group")
    name = plain(found["NAME"])
    of = In(device, AddressObject(source=found.span, name=name, ends=Ends(), is_group=is_group))
    device.address_objects.append(of.fact)
    device.define("object-group" if is_group else "object", name, found.span)
    words = found["WORDS"].split()
    if len(words) > 1 and words[0] in ("host", "network", "range", "domain"):
        _stand_for(of.fact, words)
    return of


@_OBJECT.line("KIND:(host|network|range|domain) WORDS...")
def _stands_for(of: In[AddressObject], found: Found) -> None:
    _stand_for(of.fact, found.node.text.split())


def _stand_for(fact: AddressObject, words: list[str]) -> None:
    kind, first, second = words[0], words[1], words[2] if len(words) > 2 else ""
    if kind == "host":
        fact.ends = Ends(networks=[str(ip_network(first))])
    elif kind == "network":
        fact.ends = Ends(networks=[str(ip_network(f"{first}/{second.lstrip('/')}", strict=False))])
    elif kind == "range":
        fact.ends = Ends(ranges=[f"{ip_interface(first).ip}-{ip_interface(second).ip}"])
    else:
        fact.ends = Ends(fqdns=[plain(first)])


@_OBJECT.line("(address-object|address-group) [FAMILY:(ipv4|ipv6|fqdn|mac)] NAME")
def _member(of: In[AddressObject], found: Found) -> None:
    of.fact.ends.names.append(plain(found["NAME"]))
    of.device.refer(("object", "object-group"), plain(found["NAME"]), found.line, f"group {of.fact.name}")


_OBJECT.knows("exit", "(uuid|zone|name|dns-ttl) [REST...]", "no dns-ttl")

_SERVICE: Place[In[ServiceObject]] = Place("service object")


@TOP.opens(_SERVICE, "service-object NAME [WORDS...]", "service-group NAME")
def _service(device: Device, found: Found) -> In[ServiceObject]:
    is_group = found.node.text.startswith("service-group")
    fact = ServiceObject(source=found.span, name=plain(found["NAME"]), services=Services(), is_group=is_group)
    device.service_objects.append(fact)
    device.define("service-group" if is_group else "service", fact.name, found.span, is_used=True)
    if words := found["WORDS"].split():
        fact.services.services = [_of_words(words)]
    return In(device, fact)


@_SERVICE.line("(TCP|UDP|tcp|udp) FIRST LAST", "(ICMP|ICMPV6|icmp|icmpv6|custom|esp|gre|igmp|6over4) [REST...]")
def _ports(of: In[ServiceObject], found: Found) -> None:
    of.fact.services.services = [_of_words(found.node.text.split())]


def _of_words(words: list[str]) -> Service:
    protocol = words[0].lower().replace("icmpv6", "icmp6")
    if protocol in ("tcp", "udp") and len(words) > 2:
        if not 0 <= int(words[1]) <= int(words[2]) <= 65_535:
            raise ValueError(words)
        return Service(protocol=protocol, ports=[f"{int(words[1])}-{int(words[2])}"])
    return Service(protocol=words[1] if protocol == "custom" and len(words) > 1 else protocol)


@_SERVICE.line("(service-object|service-group) NAME")
def _service_member(of: In[ServiceObject], found: Found) -> None:
    of.fact.services.names.append(plain(found["NAME"]))
    of.device.refer(("service", "service-group"), plain(found["NAME"]), found.line, f"group {of.fact.name}")


_SERVICE.knows("exit", "(uuid|name) REST...")


@TOP.opens(_zone_place := Place[Device]("zone"), "zone NAME")
def _zone(device: Device, found: Found) -> Device:
    device.zones.append(Zone(source=found.span, name=plain(found["NAME"])))
    device.define("zone", plain(found["NAME"]), found.span, is_used=True)
    return device


_zone_place.knows(
    "exit",
    "(uuid|security-type|interface-trust|auto-generate-access-rules|gateway-anti-virus|intrusion-prevention"
    "|anti-spyware|app-control|dpi-ssl-client|dpi-ssl-server|create-group-vpn|ssl-control|sslvpn-access) [REST...]",
    "no REST...",
)

_RULE: Place[In[Rule]] = Place("access rule")


@TOP.opens(_RULE, "access-rule [FAMILY:(ipv4|ipv6)] from FROM to TO action ACTION:(allow|deny|discard) [WORDS...]")
def _rule(device: Device, found: Found) -> In[Rule]:
    name = f"access rules {found['FAMILY'] or 'ipv4'}"
    rules = next((one for one in device.access_lists if one.name == name), None)
    if rules is None:
        rules = AccessList(source=found.span, name=name, kind="policy")
        device.access_lists.append(rules)
    zones = [[] if plain(one) == "any" else [plain(one)] for one in (found["FROM"], found["TO"])]
    for zone in (*zones[0], *zones[1]):
        device.refer("zone", zone, found.line, "access rule")
    rule = Rule(
        source=found.span,
        action="permit" if found["ACTION"] == "allow" else "deny",
        source_ends=Ends(is_any=True),
        destination_ends=Ends(is_any=True),
        services=Services(is_any=True),
        family="ipv6" if found["FAMILY"] == "ipv6" else "ipv4",
        from_zones=zones[0],
        to_zones=zones[1],
    )
    of = In(device, rule)
    narrow(of, found["WORDS"], found.line)
    rules.rules.append(rule)
    return of


@_RULE.line("SIDE:(source|destination) address WORDS...")
def _side(of: In[Rule], found: Found) -> None:
    ends = ends_of(cli_words.tokens(found["WORDS"]), of.device, found.line, "access rule")
    of.fact.say(found.line, **{f"{found['SIDE']}_ends": ends})


@_RULE.line("service WORDS...")
def _rule_service(of: In[Rule], found: Found) -> None:
    words = cli_words.tokens(found["WORDS"])
    of.fact.say(found.line, services=services_of(words, of.device, found.line, "access rule"))


@_RULE.line("source port (name|group) NAME")
def _source_port(of: In[Rule], found: Found) -> None:
    of.fact.conditions.append(f"source port {plain(found['NAME'])}")
    of.device.refer(("service", "service-group"), plain(found["NAME"]), found.line, "access rule")


@_RULE.line("users HOW:(included|excluded) WORDS...")
def _users(of: In[Rule], found: Found) -> None:
    """Which users it is for; by itself all are, and none is left out."""
    if (found["HOW"], found["WORDS"]) not in (("included", "all"), ("excluded", "none")):
        of.fact.users.append(f"{found['HOW']} {plain(cli_words.tokens(found['WORDS'])[-1])}")


@_RULE.line("[NO:(no)] WHAT:(enable|logging)")
def _switch(of: In[Rule], found: Found) -> None:
    of.fact.say(found.line, **{"is_enabled" if found["WHAT"] == "enable" else "is_logged": not found["NO"]})


@_RULE.line("name NAME...", "comment TEXT...", "id ID", "schedule TIME...")
def _text(of: In[Rule], found: Found) -> None:
    for word, field in (("NAME", "name"), ("TEXT", "comment"), ("ID", "id"), ("TIME", "schedule")):
        if found[word] and plain(found[word]).casefold() not in ("always-on", "always on"):
            of.fact.say(found.line, **{field: plain(found[word])})


_RULE.knows("exit", "source port any", "(uuid|from|to|action|priority|users|max-connections|tcp|udp|fragments) REST...")
_RULE.knows("(botnet-filter|geo-ip-filter|flow-reporting|packet-monitoring|management|dpi|dpi-ssl|fragments) [REST...]")
_RULE.knows("no REST...", "(connection-limit|quality-of-service|bandwidth-management|sip|h323|redirect) [REST...]")

_TUNNEL: Place[In[Tunnel]] = Place("VPN policy")


@TOP.opens(_TUNNEL, "vpn policy KIND:(site-to-site|tunnel-interface|group-vpn) NAME")
def _tunnel(device: Device, found: Found) -> In[Tunnel]:
    kind = "ipsec-dialin" if found["KIND"] == "group-vpn" else "ipsec"
    tunnel = {"source": found.span, "name": plain(found["NAME"]), "kind": kind, "phase1": {}, "phase2": {}}
    fact = Tunnel.model_validate(tunnel)
    device.tunnels.append(fact)
    device.define("tunnel", fact.name, found.span, is_used=True)
    return In(device, fact)


@_TUNNEL.line("[NO:(no)] enable")
def _tunnel_enabled(of: In[Tunnel], found: Found) -> None:
    of.fact.say(found.line, is_enabled=not found["NO"])


@_TUNNEL.line("gateway primary PEER")
def _peer(of: In[Tunnel], found: Found) -> None:
    of.fact.say(found.line, peer=found["PEER"])


@_TUNNEL.opens(_TUNNEL, "auth-method HOW")
def _method(of: In[Tunnel], found: Found) -> In[Tunnel]:
    of.fact.say(found.line, authentication="psk" if found["HOW"] == "shared-secret" else "certificate")
    return of


@_TUNNEL.line("proposal PHASE:(ike|ipsec) WHAT:(encryption|authentication|dh-group|lifetime|exchange|protocol) VALUE")
def _proposal(of: In[Tunnel], found: Found) -> None:
    proposal = (of.fact.phase1 if found["PHASE"] == "ike" else of.fact.phase2) or Proposal()
    value = _ALGORITHMS.get(found["VALUE"], found["VALUE"])
    if found["WHAT"] == "encryption":
        proposal.encryption = [value]
    elif found["WHAT"] == "authentication":
        proposal.hashes = [value]
    elif found["WHAT"] == "dh-group":
        proposal.groups = [] if value == "none" else [value]
        if found["PHASE"] == "ipsec":
            of.fact.say(found.line, pfs=value != "none")
    elif found["WHAT"] == "lifetime":
        proposal.lifetime_seconds = int(value)
    elif found["WHAT"] == "exchange":
        of.fact.say(found.line, ike="2" if value == "ikev2" else "1", is_aggressive=value == "aggressive")


@_TUNNEL.line("network SIDE:(local|remote) [destination-network] (name|group) NAME")
def _network(of: In[Tunnel], found: Found) -> None:
    of.fact.say(found.line, **{f"{found['SIDE']}_networks": [plain(found["NAME"])]})
    of.device.refer(("object", "object-group"), plain(found["NAME"]), found.line, f"tunnel {of.fact.name}")


_TUNNEL.knows(
    "exit", "(uuid|shared-secret|ike-id|keep-alive|bound-to|netbios|multicast|management|user-login) [REST...]"
)
_TUNNEL.knows("no REST...", "(anti-replay|suite-b|default-lan-gateway|ike-accept-hash|preempt|gateway) [REST...]")
