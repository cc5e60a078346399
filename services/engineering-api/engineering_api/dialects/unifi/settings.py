"""Settings of a site: `rest/setting`, one record a subject, told apart by "key"."""

from collections.abc import Callable

from engineering_api.dialects.unifi.record import Record
from engineering_api.dialects.unifi.site import Site
from engineering_api.facts.ports import SpanningTree
from engineering_api.facts.services import Management, Server, SnmpAccess, User
from engineering_api.facts.settings import Name

#: Subjects that say nothing that is kept as a fact.
_KNOWN = frozenset(
    (
        "auto_speedtest",
        "baresip",
        "broadcast",
        "connectivity",
        "country",
        "dashboard",
        "doh",
        "dpi",
        "element_adopt",
        "ether_lighting",
        "evaluation_score",
        "global_ap",
        "global_nat",
        "global_network",
        "guest_access",
        "igmp_snooping",
        "ips_suppression",
        "ipsec",
        "lcm",
        "mdns",
        "network_optimization",
        "openvpn",
        "peer_to_peer",
        "porta",
        "provider_capabilities",
        "radio_ai",
        "radius",
        "roaming_assistant",
        "rtsp",
        "ssl_inspection",
        "super_events",
        "super_fabric_system_log",
        "super_fingerbank",
        "super_fwupdate",
        "super_identity",
        "super_mail",
        "super_sdn",
        "super_smtp",
        "teleport",
        "traffic_flow",
        "usw",
        "wifi_ai",
        "magic_site_to_site_vpn",
    )
)
_USG: tuple[tuple[str, Name], ...] = (
    ("upnp_enabled", "universal-plug-and-play"),
    ("broadcast_ping", "ping"),
    ("receive_redirects", "icmp-redirects"),
    ("lldp_enable_all", "lldp"),
)


def setting(site: Site, record: Record) -> None:
    """Settings of a subject."""
    key = record.text("key")
    if handler := _HANDLERS.get(key):
        handler(site, record)
    elif key not in _KNOWN:
        raise ValueError("no subject that is known")


def _mgmt(site: Site, record: Record) -> None:
    """Management of the devices: the SSH account that all have, and updates."""
    if (enabled := record.flag("x_ssh_enabled")) is not None:
        where = record.line("x_ssh_enabled")
        options = []
        if (passwords := record.flag("x_ssh_auth_password_enabled")) is not None:
            options.append(f"password authentication {'yes' if passwords else 'no'}")
        site.device.management.append(Management(source=where, protocol="ssh", is_enabled=enabled, options=options))
    if name := record.text("x_ssh_username"):
        has_password = bool(record.text("x_ssh_password", "x_ssh_md5passwd", "x_ssh_sha512passwd"))
        site.device.users.append(
            User(
                source=record.line("x_ssh_username"),
                name=name,
                password=("plain" if record.text("x_ssh_password") else "hash") if has_password else "",
                keys=sum(1 for _ in record.records("x_ssh_keys")),
            )
        )
    _switch(site, record, "auto_upgrade", "firmware-update", record.text("auto_upgrade_hour"))


def _ntp(site: Site, record: Record) -> None:
    for key in (f"ntp_server_{number}" for number in range(1, 5)):
        if record.text(key):
            site.device.servers.append(Server(source=record.line(key), kind="ntp", address=record.text(key)))


def _snmp(site: Site, record: Record) -> None:
    old, new = record.flag("enabled"), record.flag("enabledV3")
    if old is not None or new is not None:
        where = record.line("enabled")
        site.device.management.append(Management(source=where, protocol="snmp", is_enabled=bool(old or new)))
    if old:
        community = record.text("community")
        is_known = community in ("public", "private") or community.startswith("REDACTED-default")
        where = record.line("community")
        site.device.snmp.append(SnmpAccess(source=where, version="2c", is_well_known=is_known))
    if new:
        where = record.line("username")
        site.device.snmp.append(SnmpAccess(source=where, version="3", user=record.text("username"), level="priv"))


def _syslog(site: Site, record: Record) -> None:
    if record.flag("enabled") and record.text("ip"):
        options = [f"udp {record.text('port') or '514'}"]
        site.device.servers.append(
            Server(source=record.line("ip"), kind="syslog", address=record.text("ip"), options=options)
        )


def _locale(site: Site, record: Record) -> None:
    if zone := record.text("timezone"):
        site.device.set("time-zone", record.line("timezone"), value=zone)


def _usg(site: Site, record: Record) -> None:
    for key, name in _USG:
        _switch(site, record, key, name)


def _ips(site: Site, record: Record) -> None:
    if mode := record.text("ips_mode"):
        site.device.set("inspection", record.line("ips_mode"), is_on=mode != "disabled", value=mode)


def _global_switch(site: Site, record: Record) -> None:
    if version := record.text("stp_version"):
        where = record.line("stp_version")
        site.device.spanning_tree.append(SpanningTree(source=where, mode=version, is_enabled=version != "disabled"))
    _switch(site, record, "dhcp_snoop", "dhcp-snooping")
    if record.flag("dot1x_portctrl_enabled"):
        site.device.set("aaa", record.line("dot1x_portctrl_enabled"), value="dot1x")


def _cloud(site: Site, record: Record) -> None:
    _switch(site, record, "enabled", "remote-support", "cloud access")


def _super_mgmt(site: Site, record: Record) -> None:
    _switch(site, record, "autobackup_enabled", "config-archive")


def _netflow(site: Site, record: Record) -> None:
    _switch(site, record, "enabled", "telemetry", record.text("server"))


def _switch(site: Site, record: Record, key: str, name: Name, value: str = "") -> None:
    if (is_on := record.flag(key)) is not None:
        site.device.set(name, record.line(key), is_on=is_on, value=value)


_HANDLERS: dict[str, Callable[[Site, Record], None]] = {
    "mgmt": _mgmt,
    "ntp": _ntp,
    "snmp": _snmp,
    "rsyslogd": _syslog,
    "locale": _locale,
    "usg": _usg,
    "ips": _ips,
    "global_switch": _global_switch,
    "super_cloudaccess": _cloud,
    "super_mgmt": _super_mgmt,
    "netflow": _netflow,
}
