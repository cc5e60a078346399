"""Access points, switches and gateways: `stat/device` and their ports, and `rest/portconf`.

`stat/device` is a report on what runs: besides what is set for a device it has its state and counters.
A port has what its profile says, and what its override says instead of it.
"""

from ipaddress import ip_interface
from typing import NamedTuple

from engineering_api.dialects.unifi.record import Record
from engineering_api.dialects.unifi.site import Site
from engineering_api.facts.device import Identity
from engineering_api.facts.ports import Address, Interface, Neighbour
from engineering_api.facts.routing import Route
from engineering_api.facts.services import Server

_GATEWAYS = ("ugw", "udm", "uxg")
_FULL = 32


def title(record: Record) -> str:
    """By what a device is known: its name, or its address on the wire."""
    return record.text("name", "hostname", "mac")


def profile(site: Site, record: Record) -> None:
    """A profile for ports; what it says is said of the ports that have it."""
    name = record.text("name")
    if not name:
        raise ValueError("a profile without a name")
    site.device.define("template", name, record.where, is_used=bool(record.flag("attr_no_delete")))
    for key in ("native_networkconf_id", "voice_networkconf_id"):
        if record.text(key):
            site.device.refer("vlan", site.name(record.text(key)), record.line(key), f"port profile {name}")


def devices(site: Site, records: list[Record]) -> None:
    """All devices; the gateway, or the only one, is who the file is of."""
    by_address = {record.text("mac").lower(): title(record) for record in records}
    for record in records:
        with site.reading(record):
            _device(site, record, by_address)
    gateways = [one for one in records if one.text("type") in _GATEWAYS]
    chosen = gateways[:1] if gateways else records if len(records) == 1 else []
    for record in chosen:
        site.device.identity.say(record.line("name"), hostname=title(record))
        for field, key in (("model", "model"), ("version", "version"), ("serial", "serial")):
            if record.text(key):
                site.device.identity.say(record.line(key), **{field: record.text(key)})


def _device(site: Site, record: Record, by_address: dict[str, str]) -> None:
    name = title(record)
    if not name:
        raise ValueError("a device without a name")
    site.device.scopes.append(name)
    site.device.members.append(
        Identity(
            source=record.where,
            at={key: record.line(key) for key in ("model", "version", "serial") if key in record.members},
            scope=name,
            hostname=name,
            model=record.text("model"),
            version=record.text("version"),
            serial=record.text("serial"),
        )
    )
    _management(site, record, name)
    overrides = {one.text("port_idx"): one for one in record.records("port_overrides")}
    table = {one.text("port_idx"): one for one in record.records("port_table") if one.text("port_idx")}
    names: dict[str, str] = {}
    for number in dict.fromkeys((*table, *overrides)):
        names[number] = _port(site, name, number, table.get(number), overrides.get(number))
    _neighbours(site, record, name, names, by_address)


def _management(site: Site, record: Record, name: str) -> None:
    """The device's own address; the configuration knows it where it is static, else the report does."""
    network = record.record("config_network")
    address = (network.text("ip") if network else "") or record.text("ip")
    kind = network.text("type") if network else ""
    if not address and not kind:
        return
    mask = network.text("netmask") if network else ""
    known = Interface(
        source=network.where if network else record.line("ip"),
        scope=name,
        name="management",
        kind="management",
        is_dhcp_client=kind == "dhcp",
    )
    if kind != "dhcp" and address:
        value = ip_interface(f"{address}/{mask or _FULL}")
        known.addresses.append(Address(source=known.source, scope=name, value=value))
    elif record.text("ip"):
        where = record.line("ip")
        known.addresses.append(Address(source=where, scope=name, value=ip_interface(record.text("ip"))))
    site.device.interfaces.append(known)
    if network is None or kind != "static":
        return
    if gateway := network.text("gateway"):
        where = network.line("gateway")
        prefix = ip_interface("0.0.0.0/0").network
        site.device.routes.append(Route(source=where, scope=name, prefix=prefix, gateway=gateway))
    for key in ("dns1", "dns2"):
        if network.text(key):
            where = network.line(key)
            site.device.servers.append(Server(source=where, scope=name, kind="dns", address=network.text(key)))


class _Said(NamedTuple):
    """Records that speak of a port, the nearest first."""

    records: tuple[Record, ...]

    def by(self, key: str) -> Record | None:
        """The record that says a value."""
        return next((record for record in self.records if record.text(key)), None)

    def text(self, key: str) -> str:
        """The value that is said nearest."""
        record = self.by(key)
        return record.text(key) if record else ""

    def texts(self, key: str) -> list[str]:
        """The list that is said nearest."""
        return next((record.texts(key) for record in self.records if key in record.members), [])


def _port(site: Site, device: str, number: str, status: Record | None, override: Record | None) -> str:
    """Say a port, and give its name."""
    known_records = [one for one in (override, status) if one is not None]
    identifier = next((one.text("portconf_id") for one in known_records if one.text("portconf_id")), "")
    template = site.profiles.get(identifier)
    if identifier and template is not None:
        where = known_records[0].line("portconf_id")
        site.device.refer("template", template.text("name"), where, f"{device} port {number}")
    said = _Said(tuple(one for one in (override, template) if one is not None))
    known = Interface(source=known_records[0].where, scope=device, name=f"Port {number}", kind="physical")
    if (label := next((one.text("name") for one in known_records if one.text("name")), "")) != known.name:
        known.description = label
    _switching(site, known, said)
    _protections(known, said)
    if status is not None and status.flag("enable") is False:
        known.say(status.line("enable"), is_enabled=False)
    if power := said.text("poe_mode"):
        known.power = power
    if override is not None and override.text("op_mode") == "aggregate":
        members = override.texts("aggregate_members")
        known.say(
            override.line("op_mode"), aggregate=f"lag {members[0] if members else number}", aggregate_mode="active"
        )
    if said.text("autoneg") == "false":
        known.speed = said.text("speed")
        known.duplex = "full" if said.text("full_duplex") == "true" else "half"
    site.device.interfaces.append(known)
    return known.name


def _switching(site: Site, known: Interface, said: _Said) -> None:
    """VLANs: "forward" and since 7.4 "tagged_vlan_mgmt" say which are tagged."""
    forward, management = said.text("forward"), said.text("tagged_vlan_mgmt")
    record = said.by("forward") or said.by("tagged_vlan_mgmt") or said.by("native_networkconf_id")
    if record is None:
        return
    where = record.line("forward") if "forward" in record.members else record.where
    native = said.text("native_networkconf_id")
    number = site.vlans.get(native, 1 if not native else None)
    if forward == "disabled":
        known.say(where, is_enabled=False)
    elif management == "block_all" or (forward == "native" and management != "auto"):
        known.say(where, mode="access", access_vlan=number)
    else:
        known.say(where, mode="trunk", native_vlan=number, trunk_vlans=_tagged(site, said, forward, management, number))
    if voice := site.vlans.get(said.text("voice_networkconf_id")):
        known.voice_vlan = voice


def _tagged(site: Site, said: _Said, forward: str, management: str, native: int | None) -> list[int] | None:
    """Tagged VLANs; None for all."""
    if forward != "customize" and management != "custom":
        return None
    if tagged := said.texts("tagged_networkconf_ids"):
        return sorted({site.vlans[one] for one in tagged if one in site.vlans})
    excluded = {site.vlans.get(one) for one in said.texts("excluded_networkconf_ids")}
    return sorted(set(site.vlans.values()) - excluded - {native}) if excluded else None


def _protections(known: Interface, said: _Said) -> None:
    found = [word for key, values, word in _PROTECTIONS if said.text(key) in values]
    if said.text("dot1x_ctrl") not in ("", "force_authorized"):
        found.append("dot1x")
    if found:
        known.protections = list(dict.fromkeys(found))


_PROTECTIONS = (
    ("port_security_enabled", ("true",), "port-security"),
    ("isolation", ("true",), "isolation"),
    ("stormctrl_bcast_enabled", ("true",), "storm-control"),
    ("stormctrl_mcast_enabled", ("true",), "storm-control"),
    ("stormctrl_ucast_enabled", ("true",), "storm-control"),
    ("stp_bpdu_guard_enabled", ("true",), "bpdu-guard"),
    ("stp_root_guard_enabled", ("true",), "root-guard"),
    ("stp_loop_guard_enabled", ("true",), "loop-guard"),
    ("port_keepalive_enabled", ("true",), "loop-guard"),
)


def _neighbours(site: Site, record: Record, name: str, ports: dict[str, str], by_address: dict[str, str]) -> None:
    seen: set[tuple[str, str]] = set()
    for one in record.records("lldp_table"):
        number = one.text("local_port_idx")
        chassis = one.text("chassis_id").lower()
        other = by_address.get(chassis) or one.text("chassis_name", "system_name", "chassis_descr", "chassis_id")
        port = ports.get(number) or one.text("local_port_name") or f"Port {number}"
        if other:
            seen.add((port, other))
            site.device.neighbours.append(
                Neighbour(source=one.where, scope=name, interface=port, device=other, port=one.text("port_id"))
            )
    uplink = record.record("uplink") or record.record("last_uplink")
    if uplink is None or not uplink.text("uplink_mac"):
        return
    other = uplink.text("uplink_device_name") or by_address.get(
        uplink.text("uplink_mac").lower(), uplink.text("uplink_mac")
    )
    number = uplink.text("port_idx")
    port = ports.get(number) or uplink.text("name") or "uplink"
    if (port, other) not in seen:
        far = uplink.text("uplink_remote_port")
        site.device.neighbours.append(
            Neighbour(
                source=uplink.where,
                scope=name,
                interface=port,
                device=other,
                port=f"Port {far}" if far else "",
            )
        )
