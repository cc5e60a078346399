"""What AOS-CX filters: access lists, object groups, classes, policies, prefix lists, route maps, roles of ports."""

from ipaddress import ip_network

from engineering_api.dialects.aruba import rules
from engineering_api.dialects.aruba.cx import Cx, On
from engineering_api.dialects.beginnings import beginnings
from engineering_api.facts.filters import AccessList, AddressObject, Ends, Service, ServiceObject, Services
from engineering_api.reading.grammar import Found, Place

POLICIES: Place[Cx] = Place("policies")
ACL: Place[On[AccessList]] = Place("access-list")
OTHER_LIST: Place[Cx] = Place("access-list mac")
ADDRESSES: Place[On[AddressObject]] = Place("object-group ip")
PORT_GROUP: Place[On[ServiceObject]] = Place("object-group port")
CLASS: Place[On[str]] = Place("class")
POLICY: Place[On[str]] = Place("policy")
ROUTE_MAP: Place[Cx] = Place("route-map")
ROLE: Place[On[str]] = Place("port-access role")


@POLICIES.opens(ACL, "access-list KIND:(ip|ipv6) NAME")
def _list(switch: Cx, found: Found) -> On[AccessList]:
    kind = "ipv6" if found["KIND"] == "ipv6" else "extended"
    made = AccessList.model_validate({"source": found.span, "name": found["NAME"], "kind": kind})
    switch.device.access_lists.append(made)
    switch.device.define("acl", made.name, found.span)
    return On(switch, made)


@ACL.line("NUMBER ACTION:(permit|deny) REST...", "ACTION:(permit|deny) REST...")
def _rule(at: On[AccessList], found: Found) -> None:
    at.fact.rules.append(rules.extended(found, at.device, f"access-list {at.fact.name}", has_masks=False))


@ACL.line("NUMBER comment TEXT...")
def _comment(at: On[AccessList], found: Found) -> None:
    if not found["NUMBER"].isdigit():
        raise ValueError("no number of a line")
    # A comment has the number of its rule and may stand before or after it.
    for rule in at.fact.rules[-1:]:
        if rule.id == found["NUMBER"]:
            rule.comment = found["TEXT"]
            return
    at.fact.at["comment"] = found.line


ACL.knows(*beginnings("vsx-sync"))


@POLICIES.opens(OTHER_LIST, "access-list mac NAME")
def _mac_list(switch: Cx, found: Found) -> Cx:
    switch.device.access_lists.append(AccessList(source=found.span, name=found["NAME"], kind="mac"))
    switch.device.define("acl", found["NAME"], found.span)
    return switch


OTHER_LIST.knows("NUMBER permit REST...", "NUMBER deny REST...", "NUMBER comment REST...", "vsx-sync")


@POLICIES.line("apply access-list (ip|ipv6|mac) NAME (control-plane|in|out) [vrf VRF]")
def _applied(switch: Cx, found: Found) -> None:
    switch.device.refer("acl", found["NAME"], found.line, f"control-plane {found['VRF']}".rstrip())
    switch.refer_vrf(found["VRF"], found.line, "apply access-list")


@POLICIES.opens(ADDRESSES, "object-group (ip|ipv6) address NAME")
def _addresses(switch: Cx, found: Found) -> On[AddressObject]:
    made = AddressObject(source=found.span, name=found["NAME"], ends=Ends(), is_group=True)
    switch.device.address_objects.append(made)
    switch.device.define("object-group", made.name, found.span)
    return On(switch, made)


@ADDRESSES.line("[NUMBER] PREFIX")
def _address(at: On[AddressObject], found: Found) -> None:
    at.fact.ends.networks.append(str(ip_network(found["PREFIX"], strict=False)))


@POLICIES.opens(PORT_GROUP, "object-group port NAME")
def _port_group(switch: Cx, found: Found) -> On[ServiceObject]:
    made = ServiceObject(source=found.span, name=found["NAME"], services=Services(), is_group=True)
    switch.device.service_objects.append(made)
    switch.device.define("object-group", made.name, found.span)
    return On(switch, made)


@PORT_GROUP.line("NUMBER KIND:(eq|gt|lt|range) REST...")
def _port_member(at: On[ServiceObject], found: Found) -> None:
    ports = rules.ports(rules.Line(f"{found['KIND']} {found['REST']}"))
    at.fact.services.services += [Service(protocol=one, ports=ports) for one in ("tcp", "udp")]


@POLICIES.opens(CLASS, "class (ip|ipv6|mac) NAME")
def _class(switch: Cx, found: Found) -> On[str]:
    switch.device.define("class-map", found["NAME"], found.span)
    return On(switch, found["NAME"])


CLASS.knows("NUMBER match REST...", "NUMBER ignore REST...", "NUMBER comment REST...", "vsx-sync")


@POLICIES.opens(POLICY, "policy NAME", "port-access policy NAME", "pbr NAME")
def _policy(switch: Cx, found: Found) -> On[str]:
    switch.device.define("policy-map", found["NAME"], found.span)
    return On(switch, found["NAME"])


@POLICY.line("[NUMBER] class (ip|ipv6|mac) NAME [REST...]")
def _policy_class(at: On[str], found: Found) -> None:
    at.device.refer("class-map", found["NAME"], found.line, f"policy {at.fact}")
    words = found["REST"].split()
    if words[:2] == ["action", "pbr"] and len(words) > 2:
        at.device.refer("policy-map", words[2], found.line, f"policy {at.fact}")


POLICY.knows(
    "NUMBER nexthop REST...",
    "NUMBER default-nexthop REST...",
    "NUMBER interface null",
    "NUMBER comment REST...",
    "vsx-sync",
)


@POLICIES.line("apply policy NAME (in|out) [REST...]")
def _policy_applied(switch: Cx, found: Found) -> None:
    switch.device.refer("policy-map", found["NAME"], found.line, "global")


@POLICIES.line("(ip|ipv6) prefix-list NAME [seq NUMBER] (permit|deny) PREFIX [REST...]")
def _prefix_list(switch: Cx, found: Found) -> None:
    if found["PREFIX"] != "any":
        ip_network(found["PREFIX"], strict=False)
    switch.device.define("prefix-list", found["NAME"], found.line)


@POLICIES.line("(ip|ipv6) prefix-list NAME description TEXT...")
def _prefix_description(switch: Cx, found: Found) -> None:
    switch.device.define("prefix-list", found["NAME"], found.line)


@POLICIES.line("ip aspath-list NAME [seq NUMBER] (permit|deny) REST...")
def _as_path(switch: Cx, found: Found) -> None:
    switch.device.define("as-path-list", found["NAME"], found.line)


@POLICIES.line("ip community-list [(standard|expanded)] NAME [seq NUMBER] (permit|deny) REST...")
def _community(switch: Cx, found: Found) -> None:
    switch.device.define("community-list", found["NAME"], found.line)


@POLICIES.opens(ROUTE_MAP, "route-map NAME (permit|deny) [seq NUMBER]")
def _route_map(switch: Cx, found: Found) -> Cx:
    switch.device.define("route-map", found["NAME"], found.span)
    return switch


@ROUTE_MAP.line("match (ip|ipv6) (address|next-hop|route-source) prefix-list NAME")
def _match_prefix(switch: Cx, found: Found) -> None:
    switch.device.refer("prefix-list", found["NAME"], found.line, "route-map match")


@ROUTE_MAP.line("match aspath-list NAME")
def _match_as_path(switch: Cx, found: Found) -> None:
    switch.device.refer("as-path-list", found["NAME"], found.line, "route-map match")


@ROUTE_MAP.line("match community-list NAME [exact-match]")
def _match_community(switch: Cx, found: Found) -> None:
    switch.device.refer("community-list", found["NAME"], found.line, "route-map match")


ROUTE_MAP.knows(*beginnings("match, set, continue, description"))


@POLICIES.opens(ROLE, "port-access role NAME")
def _role(switch: Cx, found: Found) -> On[str]:
    # Servers give roles to clients, which no line here shows.
    switch.device.define("security-profile", found["NAME"], found.span, is_used=True)
    return On(switch, found["NAME"])


@ROLE.line("associate policy NAME")
def _role_policy(at: On[str], found: Found) -> None:
    at.device.refer("policy-map", found["NAME"], found.line, f"port-access role {at.fact}")


@ROLE.line("vlan (access|trunk native|trunk allowed) LIST")
def _role_vlan(at: On[str], found: Found) -> None:
    for number in at.switch.numbers(found["LIST"]):
        at.device.refer("vlan", str(number), found.line, f"port-access role {at.fact}")


ROLE.knows(*beginnings(
        "vlan, poe-priority, trust-mode, reauth-period, auth-mode, session-timeout, mtu, description, "
        "client-inactivity, inactivity-timeout, gateway-zone, "
        "associate, stp-admin-edge-port, cached-reauth-period, inherit"
    ))  # fmt: skip
POLICIES.knows(*beginnings("port-access, no port-access, qos, copp-policy, flow, ip flow"))
