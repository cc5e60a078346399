"""Interfaces, routes, tunnels and DHCP."""

from ipaddress import IPv4Interface, IPv6Interface, ip_interface, ip_network

from engineering_api.dialects.sonicos.fields import Fields, Record, is_on, whole
from engineering_api.facts.device import Device
from engineering_api.facts.names import Kind
from engineering_api.facts.ports import Address, Interface, InterfaceKind, Vlan
from engineering_api.facts.routing import Route
from engineering_api.facts.services import DhcpPool
from engineering_api.facts.tunnels import Proposal, Tunnel

_MANAGEMENT = ("https", "http", "ssh", "ping", "snmp")
_VLAN = "2"
_ADDRESSES: tuple[Kind, ...] = ("object", "object-group")
_SERVICES: tuple[Kind, ...] = ("service", "service-group")


def read(fields: Fields, device: Device) -> None:
    """Tell a device of its networks. Its objects must have been read."""
    names = {one.text("iface_ifnum") or one.number: one.text("iface_name") for one in fields.records("iface_name")}
    for record in fields.records("iface_name"):
        if record.text("iface_name"):
            _interface(record, device, names)
    zones = {zone.name: zone for zone in device.zones}
    for interface in device.interfaces:
        if zone := zones.get(interface.zone):
            zone.interfaces.append(interface.name)
    _routes(fields, device, names)
    for record in fields.records("ipsecName"):
        if record.text("ipsecName"):
            _tunnel(record, device)
    _dhcp(fields, device)


def _interface(record: Record, device: Device, names: dict[str, str]) -> None:
    name = record.text("iface_name")
    fact = Interface(source=record.source, name=name, kind=_kind(record))
    device.interfaces.append(fact)
    device.define("interface", name, record.source, is_used=True)
    fact.description = record.text("iface_comment")
    fact.zone = record.text("interface_Zone")
    if fact.zone:
        device.refer("zone", fact.zone, record.where("interface_Zone"), f"interface {name}")
    for which in ("iface_lan", "iface_static", "iface_mgmt"):
        mask = record.text(f"{which}_mask", f"{which}_netmask")
        value = _address(record.text(f"{which}_ip"), mask)
        if value is not None and all(value.ip != known.value.ip for known in fact.addresses):
            fact.addresses.append(Address(source=record.where(f"{which}_ip"), value=value))
            fact.mode = "routed"
    fact.is_dhcp_client = is_on(record.text("iface_dhcp_enable"))
    off = is_on(record.text("iface_port_disabled")) or is_on(record.text("portShutdown"))
    fact.say(record.where("iface_port_disabled", "portShutdown"), is_enabled=not off)
    fact.management = [one for one in _MANAGEMENT if is_on(record.text(f"iface_{one}_mgmt"))]
    if fact.management:
        fact.at["management"] = record.where(f"iface_{fact.management[0]}_mgmt")
    if tag := whole(record.text("iface_vlan_tag"), 4094):
        fact.say(record.where("iface_vlan_tag"), vlan=tag, parent=names.get(record.text("iface_vlan_parent"), ""))
        device.vlans.append(Vlan(source=record.where("iface_vlan_tag"), id=tag, name=fact.description or name))
    if mtu := whole(record.text("eth_mtu"), 65_535):
        fact.say(record.where("eth_mtu"), mtu=mtu)
    gateway = record.text("iface_static_gateway")
    if gateway.strip("0.:") and fact.addresses:
        where = record.where("iface_static_gateway")
        device.routes.append(Route(source=where, prefix=ip_network("0.0.0.0/0"), gateway=gateway, interface=name))


def _kind(record: Record) -> InterfaceKind:
    if record.text("iface_phys_type") == _VLAN:
        return "vlan"
    name = record.text("iface_name").upper()
    if name.startswith("MGMT"):
        return "management"
    return "wireless" if name.startswith("W") and "WAN" not in name else "physical"


def _address(address: str, mask: str) -> IPv4Interface | IPv6Interface | None:
    """An address with its mask, if there is one; None for what is none, and for 0.0.0.0."""
    try:
        value = ip_interface(f"{address}/{mask}" if mask else address)
    except ValueError:
        return None
    return value if int(value.ip) else None


def _routes(fields: Fields, device: Device, names: dict[str, str]) -> None:
    """Routes for all senders. Those for certain senders or services are policies, and no line of a routing table."""
    ends = {one.name: one.ends for one in device.address_objects}
    for prefix, gateway_key in (("pbrObj", "Gw"), ("routePol", "Gateway")):
        for record in fields.records(f"{prefix}Dst"):
            said = {key: record.text(prefix + key) for key in ("Src", "Dst", "Svc", gateway_key)}
            for key, name in said.items():
                if name and name.casefold() != "any":
                    kinds = _SERVICES if key == "Svc" else _ADDRESSES
                    device.refer(kinds, name, record.where(prefix + key), f"route {record.number}")
            if said["Src"] or said["Svc"]:
                continue
            destination = ends.get(said["Dst"])
            networks = ["0.0.0.0/0"] if not said["Dst"] else destination.networks if destination else []
            through = ends.get(said[gateway_key])
            gateway = through.networks[0].partition("/")[0] if through and through.networks else ""
            interface = record.text(f"{prefix}IfaceName") or names.get(record.text(f"{prefix}Iface"), "")
            for network in networks:
                device.routes.append(
                    Route(
                        source=record.source,
                        prefix=ip_network(network),
                        gateway=gateway,
                        interface=interface,
                        distance=whole(record.text(f"{prefix}Metric"), 65_535),
                        name=record.text(f"{prefix}Comment"),
                    )
                )


def _tunnel(record: Record, device: Device) -> None:
    """A VPN policy. Ciphers and groups are codes of SonicWall's own, which nobody outside can read for sure."""
    name, peer = record.text("ipsecName"), record.text("ipsecGwAddr")
    is_group = "groupvpn" in name.replace(" ", "").casefold()
    fact = Tunnel(source=record.source, name=name, kind="ipsec-dialin" if is_group else "ipsec")
    device.tunnels.append(fact)
    device.define("tunnel", name, record.source, is_used=True)
    if peer.strip("0.:"):
        fact.say(record.where("ipsecGwAddr"), peer=peer)
    if disabled := record.text("ipsecSaDisabled"):
        fact.say(record.where("ipsecSaDisabled"), is_enabled=not is_on(disabled))
    if pfs := record.text("ipsecPFSEnablePFS"):
        fact.say(record.where("ipsecPFSEnablePFS"), pfs=is_on(pfs))
    for key, field in (("ipsecP1LifeSecs", "phase1"), ("ipsecLifeSecs", "phase2")):
        if seconds := whole(record.text(key), 10**9):
            fact.say(record.where(key), **{field: Proposal(lifetime_seconds=seconds)})
    for keys, field in (
        (("ipsecLocalNetwork", "ipsecLocalNet"), "local_networks"),
        (("ipsecRemoteNetwork", "ipsecRemoteNet"), "remote_networks"),
    ):
        if network := record.text(*keys):
            fact.say(record.where(*keys), **{field: [network]})
            device.refer(("object", "object-group"), network, record.where(*keys), f"tunnel {name}")


def _dhcp(fields: Fields, device: Device) -> None:
    """Scopes, with the words of SonicOS 6 and those of 7."""
    for first, last, gateway, mask, lease, active in (
        ("IpStart", "IpEnd", "Gateway", "Mask", "LeaseTime", "Enable"),
        ("start", "end", "router", "subnetmask", "lease", "scopeactive"),
    ):
        for record in fields.records(f"prefs_dhdyn{first}"):
            start, end = record.text(f"prefs_dhdyn{first}"), record.text(f"prefs_dhdyn{last}")
            if not start.strip("0.:"):
                continue
            minutes = whole(record.text(f"prefs_dhdyn{lease}"), 10**8)
            router = record.text(f"prefs_dhdyn{gateway}")
            found = _address(start, record.text(f"prefs_dhdyn{mask}"))
            servers = (record.text(f"prefs_dhdyndns{one}") for one in range(3))
            device.dhcp_pools.append(
                DhcpPool(
                    source=record.source,
                    name=record.text("prefs_dhdynComment") or f"scope {record.number}",
                    network=str(found.network) if found is not None else "",
                    ranges=[f"{start}-{end}"] if _is_address(start) and _is_address(end) else [],
                    gateway=router if router.strip("0.:") else "",
                    dns=[one for one in servers if one.strip("0.:")],
                    domain=record.text("prefs_dhdyndomainname"),
                    lease_seconds=60 * minutes if minutes is not None else None,
                    is_enabled=is_on(record.text(f"prefs_dhdyn{active}") or "1"),
                )
            )
    _reservations(fields, device)


def _reservations(fields: Fields, device: Device) -> None:
    pools = {pool.network: pool for pool in device.dhcp_pools if pool.network}
    lengths = {network.rpartition("/")[2] for network in pools}
    for record in fields.records("prefs_dhstaticip"):
        address, hardware = record.text("prefs_dhstaticip"), record.text("prefs_dhstatichw")
        if not (_is_address(address) and hardware):
            continue
        name = record.text("prefs_dhstaticname") or "-"
        for length in lengths:
            if pool := pools.get(_network(address, length)):
                pool.reservations.append(f"{name.replace(' ', '-')} {hardware} {address}")
                break


def _network(address: str, length: str) -> str:
    found = _address(address, length)
    return str(found.network) if found is not None else ""


def _is_address(text: str) -> bool:
    return _address(text, "") is not None
