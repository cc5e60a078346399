"""Networks: `rest/networkconf` with their VLANs, addresses and DHCP, WANs, and VPNs; and `rest/routing`."""

from ipaddress import IPv4Interface, ip_interface, ip_network
from typing import Literal

from engineering_api.dialects.unifi.record import Record
from engineering_api.dialects.unifi.site import Site
from engineering_api.facts.ports import Address, Interface, Vlan
from engineering_api.facts.routing import Route
from engineering_api.facts.services import DhcpPool, Server
from engineering_api.facts.tunnels import Proposal, Tunnel

_PURPOSES = frozenset(("corporate", "guest", "vlan-only", "wan", "site-vpn", "remote-user-vpn", "vpn-client"))
_TUNNELS: dict[str, Literal["ipsec", "openvpn", "wireguard", "l2tp", "pptp"]] = {
    "ipsec": "ipsec",
    "auto": "ipsec",
    "openvpn": "openvpn",
    "wireguard": "wireguard",
    "l2tp": "l2tp",
    "pptp": "pptp",
    "uid": "wireguard",
}
_LAST_VLAN = 4094


def vlan_of(record: Record) -> int | None:
    """The VLAN of a network; the one without a number is untagged, which UniFi calls 1. Raises `ValueError`."""
    if record.text("purpose") not in ("corporate", "guest", "vlan-only"):
        return None
    number = record.number("vlan") if record.flag("vlan_enabled") is not False else None
    if number is not None and not 1 <= number <= _LAST_VLAN:
        raise ValueError("no VLAN")
    return number or 1


def name(site: Site, record: Record) -> None:
    """Remember a network by its identifier, for those that come before it in the file."""
    identifier = record.text("_id")
    if not identifier:
        return
    site.names[identifier] = record.text("name")
    if number := vlan_of(record):
        site.vlans[identifier] = number
    if subnet := record.text("ip_subnet"):
        site.subnets[identifier] = str(ip_interface(subnet).network)


def network(site: Site, record: Record) -> None:
    """A network of any purpose."""
    purpose, title = record.text("purpose"), record.text("name")
    if purpose not in _PURPOSES or not title:
        raise ValueError("a network of no known purpose")
    if purpose.endswith(("vpn", "vpn-client")):
        _tunnel(site, record, title)
    elif purpose == "wan":
        _wan(site, record, title)
    else:
        _local(site, record, title, purpose)


def _local(site: Site, record: Record, title: str, purpose: str) -> None:
    number = vlan_of(record) or 1
    site.device.vlans.append(Vlan(source=record.line("vlan"), id=number, name=title, is_enabled=record.is_on()))
    # A network is there for clients of WLANs and ports; unused ones are found by their VLANs.
    site.device.define("vlan", title, record.where, is_used=True)
    known = Interface(
        source=record.where,
        name=title,
        kind="vlan",
        is_enabled=record.is_on(),
        vlan=number,
        alias=purpose,
        zone=site.names.get(record.text("firewall_zone_id")) or ("GUEST" if purpose == "guest" else "LAN"),
    )
    known.at["vlan"] = record.line("vlan")
    if (subnet := record.text("ip_subnet")) and purpose != "vlan-only":
        where = record.line("ip_subnet")
        known.addresses.append(Address(source=where, value=ip_interface(subnet)))
    if record.text("ipv6_interface_type") == "static" and (subnet := record.text("ipv6_subnet")):
        known.addresses.append(Address(source=record.line("ipv6_subnet"), value=ip_interface(subnet)))
    if record.flag("dhcp_relay_enabled"):
        known.say(record.line("dhcp_relay_enabled"), dhcp_relays=record.texts("dhcp_relay_servers"))
    if record.flag("dhcpguard_enabled"):
        servers = [record.text(f"dhcpd_ip_{number}") for number in (1, 2, 3) if record.text(f"dhcpd_ip_{number}")]
        site.device.set("dhcp-snooping", record.line("dhcpguard_enabled"), value=f"{title} {' '.join(servers)}".strip())
    if record.flag("network_isolation_enabled"):
        known.say(record.line("network_isolation_enabled"), protections=["isolation"])
    if record.flag("upnp_lan_enabled"):
        site.device.set("universal-plug-and-play", record.line("upnp_lan_enabled"), value=title)
    site.device.interfaces.append(known)
    if record.flag("dhcpd_enabled") is not None and known.addresses:
        _dhcp(site, record, title, known)


def _dhcp(site: Site, record: Record, title: str, known: Interface) -> None:
    address = known.addresses[0].value
    start, stop = record.text("dhcpd_start"), record.text("dhcpd_stop")
    dns = [value for number in range(1, 5) if (value := record.text(f"dhcpd_dns_{number}"))]
    options = [f"42 {value}" for number in (1, 2) if (value := record.text(f"dhcpd_ntp_{number}"))]
    options += [f"43 {value}" for value in (record.text("dhcpd_unifi_controller"),) if value]
    options += [f"66 {value}" for value in (record.text("dhcpd_tftp_server"),) if value]
    has_gateway = bool(record.flag("dhcpd_gateway_enabled"))
    site.device.dhcp_pools.append(
        DhcpPool(
            source=record.where,
            at={"ranges": record.line("dhcpd_start"), "is_enabled": record.line("dhcpd_enabled")},
            name=title,
            network=str(address.network),
            ranges=[f"{start}-{stop}"] if start and stop else [],
            gateway=record.text("dhcpd_gateway") if has_gateway else str(address.ip),
            dns=dns if record.is_on("dhcpd_dns_enabled") else [],
            domain=record.text("domain_name"),
            lease_seconds=record.number("dhcpd_leasetime"),
            interface=title,
            options=options,
            is_enabled=bool(record.flag("dhcpd_enabled")),
        )
    )


def _wan(site: Site, record: Record, title: str) -> None:
    group = record.text("wan_networkgroup") or "WAN"
    known = Interface(
        source=record.where,
        name=title,
        kind="physical",
        is_enabled=record.is_on(),
        is_dhcp_client=record.text("wan_type") == "dhcp",
        alias=group,
        zone=site.names.get(record.text("firewall_zone_id")) or "WAN",
        vlan=record.number("wan_vlan") if record.flag("wan_vlan_enabled") else None,
    )
    known.at["is_dhcp_client"] = record.line("wan_type")
    if record.text("wan_type") == "static" and (address := record.text("wan_ip")):
        mask = record.text("wan_netmask") or "32"
        known.addresses.append(Address(source=record.line("wan_ip"), value=IPv4Interface(f"{address}/{mask}")))
        if gateway := record.text("wan_gateway"):
            site.device.routes.append(
                Route(
                    source=record.line("wan_gateway"),
                    prefix=ip_network("0.0.0.0/0"),
                    gateway=gateway,
                    interface=title,
                    name=group,
                )
            )
    site.device.interfaces.append(known)
    site.device.define("interface", title, record.where, is_used=True)
    for key in ("wan_dns1", "wan_dns2", "wan_dns3", "wan_dns4"):
        if address := record.text(key):
            site.device.servers.append(Server(source=record.line(key), kind="dns", address=address, interface=title))


def _tunnel(site: Site, record: Record, title: str) -> None:
    vpn = record.text("vpn_type")
    kind = next((kind for word, kind in _TUNNELS.items() if vpn.startswith(word)), None)
    if kind is None:
        raise ValueError("a tunnel of no known kind")
    is_site = record.text("purpose") == "site-vpn"
    psk = any(record.text(key) for key in ("x_ipsec_pre_shared_key", "x_openvpn_shared_secret_key"))
    tunnel = Tunnel(
        source=record.where,
        name=title,
        kind=kind,
        interface=record.text("ipsec_interface", "wireguard_interface", "openvpn_interface"),
        peer=record.text("ipsec_peer_ip", "openvpn_remote_host", "wireguard_client_peer_ip"),
        authentication="psk" if psk else "",
        remote_networks=record.texts("remote_vpn_subnets") or record.texts("remote_site_subnets"),
        local_networks=[record.text("ip_subnet")] if record.text("ip_subnet") and not is_site else [],
        is_enabled=record.is_on(),
    )
    for field, key in (("peer", "ipsec_peer_ip"), ("remote_networks", "remote_vpn_subnets")):
        if key in record.members:
            tunnel.at[field] = record.line(key)
    if kind == "ipsec" and is_site:
        _ipsec(record, tunnel)
    site.device.tunnels.append(tunnel)


def _ipsec(record: Record, tunnel: Tunnel) -> None:
    exchange = record.text("ipsec_key_exchange")
    if exchange:
        tunnel.say(record.line("ipsec_key_exchange"), ike="2" if exchange == "ikev2" else "1")
    for field, start in (("phase1", "ipsec_ike"), ("phase2", "ipsec_esp")):
        found = [record.text(f"{start}_{what}", f"ipsec_{what}") for what in ("encryption", "hash", "dh_group")]
        if any(found):
            proposal = Proposal(
                encryption=[one.lower() for one in found[:1] if one],
                hashes=[one.lower() for one in found[1:2] if one],
                groups=[one for one in found[2:] if one],
                lifetime_seconds=record.number(f"{start}_lifetime"),
            )
            tunnel.say(record.line(f"{start}_encryption"), **{field: proposal})
    if (secret := record.flag("ipsec_pfs")) is not None:
        tunnel.say(record.line("ipsec_pfs"), pfs=secret)


def route(site: Site, record: Record) -> None:
    """A static route."""
    interface = record.text("static-route_interface")
    site.device.routes.append(
        Route(
            source=record.where,
            at={"prefix": record.line("static-route_network"), "gateway": record.line("static-route_nexthop")},
            prefix=ip_network(record.text("static-route_network"), strict=False),
            gateway=record.text("static-route_nexthop"),
            interface=site.name(interface) if interface else "",
            distance=record.number("static-route_distance"),
            name=record.text("name"),
            is_discard=record.text("static-route_type") == "blackhole",
            is_enabled=record.is_on(),
        )
    )
