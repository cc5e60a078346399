"""Addresses, services, schedules, and what translates: virtual addresses and pools."""

from engineering_api.dialects.fortios.places import Here, Of, known, listed, refer, table
from engineering_api.dialects.fortios.values import network, number, ports, span_of, subnet, word, words
from engineering_api.facts.filters import AddressObject, Ends, Service, ServiceObject, Services, Translation
from engineering_api.reading.grammar import Found, Place

SECTIONS: Place[Here] = Place("objects")


@table(SECTIONS, "firewall address", "firewall address6")
def _address(here: Here, name: str, found: Found) -> Of[AddressObject]:
    owner = here.of(AddressObject(source=found.span, name=name, ends=Ends()))
    here.device.address_objects.append(owner.fact)
    here.device.define("object", name, found.span, scope=here.scope)
    return owner


known(
    _address,
    "agent-id allow-routing associated-interface cache-ttl clearpass-spt color dirty epg-name fabric-object filter "
    "fsso-group hw-model hw-vendor node-ip-only obj-id obj-tag obj-type organization os passive-fqdn-learning "
    "policy-group route-tag sdn sdn-addr-type sdn-tag sub-type subnet-name sw-version tag-detection-level tag-type "
    "tags tenant uuid visibility",
)
_address.knows("config (list|tagging|profile-list|subnet-segment)", "set (template|host|host-type) REST...")


@_address.line("set comment TEXT...")
def _address_comment(of: Of[AddressObject], found: Found) -> None:
    of.fact.say(found.span, comment=word(found["TEXT"]))


@_address.line("set type KIND")
def _address_type(of: Of[AddressObject], found: Found) -> None:
    """What only the device can resolve stands as a name that nothing defines, so that it is not taken for nothing."""
    kind = word(found["KIND"])
    if kind in ("geography", "dynamic", "mac", "device", "template"):
        of.fact.ends.names = [kind]
    elif kind not in ("ipmask", "iprange", "fqdn", "wildcard-fqdn", "wildcard", "interface-subnet", "ipprefix",
                      "multicastrange", "broadcastmask", "route-tag"):  # fmt: skip
        raise ValueError(kind)


@_address.line("set (subnet|ip6) NETWORK...")
def _address_subnet(of: Of[AddressObject], found: Found) -> None:
    found_ends = subnet(found["NETWORK"])
    of.fact.ends = found_ends.model_copy(update={"interfaces": of.fact.ends.interfaces})
    of.fact.at["ends"] = found.line


@_address.line("set start-ip ADDRESS")
def _address_first(of: Of[AddressObject], found: Found) -> None:
    first = word(found["ADDRESS"])
    of.fact.ends.ranges = [span_of(first, first)]


@_address.line("set end-ip ADDRESS")
def _address_last(of: Of[AddressObject], found: Found) -> None:
    last = word(found["ADDRESS"])
    first = of.fact.ends.ranges[0].partition("-")[0] if of.fact.ends.ranges else last
    of.fact.ends.ranges = [span_of(first, last)]


@_address.line("set (fqdn|wildcard-fqdn) HOST...")
def _address_host(of: Of[AddressObject], found: Found) -> None:
    of.fact.ends.fqdns = [word(found["HOST"])]


@_address.line("set wildcard ADDRESS MASK")
def _address_wildcard(of: Of[AddressObject], found: Found) -> None:
    of.fact.ends = subnet(f"{found['ADDRESS']} {found['MASK']}")


@_address.line("set country COUNTRY...")
def _address_country(of: Of[AddressObject], found: Found) -> None:
    of.fact.ends.names = [f"geography {word(found['COUNTRY'])}"]


@_address.line("(set|append) macaddr VALUES...", "set (start-mac|end-mac) VALUES...")
def _address_mac(of: Of[AddressObject], found: Found) -> None:
    of.fact.ends.names = [f"mac {one}" for one in words(found["VALUES"])]


@_address.line("set interface VALUES...")
def _address_interface(of: Of[AddressObject], found: Found) -> None:
    of.fact.ends.interfaces = words(found["VALUES"])
    refer(of, ("interface", "tunnel"), found, f"address {of.fact.name}")


@table(SECTIONS, "firewall addrgrp", "firewall addrgrp6", "firewall vipgrp", "firewall vipgrp6")
def _group(here: Here, name: str, found: Found) -> Of[AddressObject]:
    owner = here.of(AddressObject(source=found.span, name=name, ends=Ends(), is_group=True))
    here.device.address_objects.append(owner.fact)
    here.device.define("object-group", name, found.span, scope=here.scope)
    return owner


known(_group, "allow-routing category color fabric-object interface tags type uuid visibility")
_group.knows("config tagging", "set exclude (enable|disable)")


@_group.line("(set|append) member VALUES...")
def _group_member(of: Of[AddressObject], found: Found) -> None:
    of.fact.ends.names = listed(found, of.fact.ends.names)
    of.fact.at["ends"] = found.line
    refer(of, ("object", "object-group"), found, f"address group {of.fact.name}")


@_group.line("(set|append) exclude-member VALUES...")
def _group_leaves_out(of: Of[AddressObject], found: Found) -> None:
    """What the group leaves out, each after an exclamation mark."""
    of.fact.ends.fqdns.extend(f"!{name}" for name in words(found["VALUES"]))
    refer(of, ("object", "object-group"), found, f"address group {of.fact.name}")


@_group.line("set (comment|comments) TEXT...")
def _group_comment(of: Of[AddressObject], found: Found) -> None:
    of.fact.say(found.span, comment=word(found["TEXT"]))


@table(SECTIONS, "firewall service custom")
def _service(here: Here, name: str, found: Found) -> Of[ServiceObject]:
    owner = here.of(ServiceObject(source=found.span, name=name, services=Services()))
    here.device.service_objects.append(owner.fact)
    here.device.define("service", name, found.span, scope=here.scope)
    return owner


known(
    _service,
    "app-category app-service-type application category check-reset-range color explicit-proxy fabric-object fqdn "
    "helper iprange proxy session-ttl tcp-halfclose-timer tcp-halfopen-timer tcp-rst-timer tcp-timewait-timer "
    "udp-idle-timer uuid visibility",
)


@_service.line("set comment TEXT...")
def _service_comment(of: Of[ServiceObject], found: Found) -> None:
    of.fact.say(found.span, comment=word(found["TEXT"]))


@_service.line("set protocol PROTOCOL")
def _service_protocol(of: Of[ServiceObject], found: Found) -> None:
    protocol = word(found["PROTOCOL"])
    if protocol.startswith("TCP/UDP"):
        return
    names = {"ICMP": "icmp", "ICMP6": "icmp6", "IP": "ip", "ALL": "ip", "HTTP": "tcp", "FTP": "tcp", "CONNECT": "tcp",
             "SOCKS-TCP": "tcp", "SOCKS-UDP": "udp"}  # fmt: skip
    if protocol not in names:
        raise ValueError(protocol)
    of.fact.services.services = [Service(protocol=names[protocol])]
    of.fact.at["services"] = found.line


@_service.line("set protocol-number NUMBER")
def _service_number(of: Of[ServiceObject], found: Found) -> None:
    protocol = number(found["NUMBER"])
    of.fact.services.services = [Service(protocol=str(protocol) if protocol else "ip")]


@_service.line("set icmptype NUMBER")
def _service_type(of: Of[ServiceObject], found: Found) -> None:
    for service in of.fact.services.services:
        service.icmp = str(number(found["NUMBER"]))


@_service.line("set icmpcode NUMBER")
def _service_code(of: Of[ServiceObject], found: Found) -> None:
    for service in of.fact.services.services:
        service.icmp = f"{service.icmp}:{number(found['NUMBER'])}" if service.icmp else ""


@_service.line(
    "(set|append) PROTOCOL:(tcp-portrange|udp-portrange|sctp-portrange|udp-lite-portrange) VALUES...",
)
def _service_ports(of: Of[ServiceObject], found: Found) -> None:
    protocol = found["PROTOCOL"].removesuffix("-portrange").replace("udp-lite", "udplite")
    of.fact.services.services.extend(ports(found["VALUES"], protocol))
    of.fact.at["services"] = found.line


@table(SECTIONS, "firewall service group")
def _service_group(here: Here, name: str, found: Found) -> Of[ServiceObject]:
    owner = here.of(ServiceObject(source=found.span, name=name, services=Services(), is_group=True))
    here.device.service_objects.append(owner.fact)
    here.device.define("service-group", name, found.span, scope=here.scope)
    return owner


known(_service_group, "color explicit-proxy fabric-object proxy uuid")


@_service_group.line("set comment TEXT...")
def _service_group_comment(of: Of[ServiceObject], found: Found) -> None:
    of.fact.say(found.span, comment=word(found["TEXT"]))


@_service_group.line("(set|append) member VALUES...")
def _service_member(of: Of[ServiceObject], found: Found) -> None:
    of.fact.services.names = listed(found, of.fact.services.names)
    of.fact.at["services"] = found.line
    refer(of, ("service", "service-group"), found, f"service group {of.fact.name}")


@table(SECTIONS, "firewall schedule recurring", "firewall schedule onetime", "firewall schedule group")
def _schedule(here: Here, name: str, found: Found) -> Of[AddressObject]:
    here.device.define("schedule", name, found.span, scope=here.scope)
    return here.of(AddressObject(source=found.span, name=name, ends=Ends()))


known(_schedule, "color day end end-utc expiration-days fabric-object label-day start start-utc uuid")


@_schedule.line("(set|append) member VALUES...")
def _schedule_member(of: Of[AddressObject], found: Found) -> None:
    refer(of, "schedule", found, f"schedule group {of.fact.name}")


@table(SECTIONS, "firewall vip", "firewall vip6")
def _vip(here: Here, name: str, found: Found) -> Of[Translation]:
    """A virtual address is also the name by which policies let in what comes to it."""
    owner = here.of(Translation(source=found.span, kind="destination", name=name, original_destination=Ends()))
    here.device.translations.append(owner.fact)
    here.device.address_objects.append(
        AddressObject(source=found.span, name=name, ends=owner.fact.original_destination or Ends(), scope=here.scope)
    )
    here.device.define("object", name, found.span, scope=here.scope)
    return owner


known(
    _vip,
    "add-nat46-route add-nat64-route arp-reply color dns-mapping-ttl embedded-ipv4-address extaddr fabric-object "
    "gratuitous-arp-interval http-cookie-age http-host http-ip-header http-multiplex http-redirect "
    "https-cookie-secure id ipv4-mappedip ipv4-mappedport ldb-method mapped-addr max-embryonic-connections monitor "
    "nat-source-vip nat44 nat46 nat64 nat66 ndp-reply one-click-gslb-server outlook-web-access persistence "
    "portmapping-type server-type src-vip-filter ssl-algorithm ssl-certificate ssl-dh-bits "
    "ssl-hpkp ssl-hsts ssl-http-location-conversion ssl-max-version ssl-min-version ssl-mode ssl-pfs type uuid "
    "weblogic-server",
)
_vip.knows("config (realservers|ssl-cipher-suites|ssl-server-cipher-suites|quic|gslb-public-ips)")


@_vip.line("set comment TEXT...")
def _vip_comment(of: Of[Translation], found: Found) -> None:
    of.fact.say(found.span, comment=word(found["TEXT"]))


@_vip.line("set status (enable|disable)")
def _vip_status(of: Of[Translation], found: Found) -> None:
    of.fact.say(found.line, is_enabled=found.node.text.endswith("enable"))


@_vip.line("set extip ADDRESS...")
def _vip_outside(of: Of[Translation], found: Found) -> None:
    first, _, last = word(found["ADDRESS"]).partition("-")
    ends = of.fact.original_destination or Ends()
    if last:
        ends.ranges = [span_of(first, last)]
    else:
        ends.networks = [str(network(f"{first}/32" if "." in first and "/" not in first else first))]
    of.fact.at["original_destination"] = found.line


@_vip.line("(set|append) src-filter VALUES...")
def _vip_sources(of: Of[Translation], found: Found) -> None:
    """From where it is translated alone: addresses, networks and ranges."""
    ends = of.fact.original_source or Ends()
    for one in words(found["VALUES"]):
        first, _, last = one.partition("-")
        if last:
            ends.ranges.append(span_of(first, last))
        else:
            ends.networks.append(str(network(first)))
    of.fact.say(found.line, original_source=ends)


@_vip.line("(set|append) srcintf-filter VALUES...")
def _vip_sides(of: Of[Translation], found: Found) -> None:
    of.fact.from_zones.extend(words(found["VALUES"]))
    refer(of, ("interface", "zone", "tunnel"), found, f"virtual address {of.fact.name}")


@_vip.line("(set|append) mappedip ADDRESS...")
def _vip_inside(of: Of[Translation], found: Found) -> None:
    of.fact.say(found.line, translated=", ".join(words(found["ADDRESS"])))


@_vip.line("set extintf VALUES...")
def _vip_interface(of: Of[Translation], found: Found) -> None:
    of.fact.say(found.line, from_zones=[one for one in words(found["VALUES"]) if one != "any"])
    refer(of, ("interface", "zone", "tunnel"), found, f"virtual address {of.fact.name}")


@_vip.line("set portforward (enable|disable)")
def _vip_forwards(of: Of[Translation], found: Found) -> None:
    if found.node.text.endswith("enable") and of.fact.service is None:
        of.fact.say(found.line, service=Services(services=[Service(protocol="tcp")]))


@_vip.line("set protocol PROTOCOL")
def _vip_protocol(of: Of[Translation], found: Found) -> None:
    _vip_service(of).protocol = word(found["PROTOCOL"])


@_vip.line("set extport PORTS...")
def _vip_port(of: Of[Translation], found: Found) -> None:
    _vip_service(of).ports = [port for one in ports(found["PORTS"], "tcp") for port in one.ports]


@_vip.line("set mappedport PORTS...")
def _vip_mapped(of: Of[Translation], found: Found) -> None:
    of.fact.say(found.line, translated_port=word(found["PORTS"]))


def _vip_service(of: Of[Translation]) -> Service:
    if of.fact.service is None or not of.fact.service.services:
        of.fact.service = Services(services=[Service(protocol="tcp")])
    return of.fact.service.services[0]


@_vip.line("(set|append) service VALUES...")
def _vip_services(of: Of[Translation], found: Found) -> None:
    of.fact.say(found.line, service=Services(names=words(found["VALUES"])))
    refer(of, ("service", "service-group"), found, f"virtual address {of.fact.name}")


@table(SECTIONS, "firewall ippool", "firewall ippool6")
def _pool(here: Here, name: str, found: Found) -> Here:
    here.device.define("pool", name, found.span, scope=here.scope)
    return here


known(
    _pool,
    "add-nat46-route add-nat64-route arp-intf arp-reply associated-interface block-size cgn-block-size "
    "cgn-client-endip cgn-client-startip cgn-fixedalloc cgn-overload cgn-port-end cgn-port-start cgn-spa "
    "client-prefix-length comments endip endport exclude-ip external-prefix icmp-session-quota internal-prefix nat46 "
    "nat64 num-blocks-per-user pba-interim-log pba-timeout permit-any-host port-per-user privileged-port-use-pba "
    "source-endip source-prefix6 source-startip startip startport subnet-broadcast-in-ippool tcp-session-quota type "
    "udp-session-quota utilization-alarm-clear utilization-alarm-raise",
)
