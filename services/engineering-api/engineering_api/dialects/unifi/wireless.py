"""Wireless networks: `rest/wlanconf`."""

from engineering_api.dialects.unifi.record import Record
from engineering_api.dialects.unifi.site import Site
from engineering_api.facts.services import Server, Wireless

_BANDS = {"2g": "2.4 GHz", "5g": "5 GHz", "6g": "6 GHz", "both": "2.4 GHz, 5 GHz"}


def wlan(site: Site, record: Record) -> None:
    """A wireless network; the VLAN is its network's."""
    if not record.text("name"):
        raise ValueError("a WLAN without a name")
    network = record.text("networkconf_id")
    number = site.vlans.get(network)
    if record.flag("vlan_enabled") and (own := record.number("vlan")):
        number = own
    if network:
        title = site.name(network)
        site.device.refer("vlan", title, record.line("networkconf_id"), f"wlan {record.text('name')}")
    if profile := record.text("radiusprofile_id"):
        site.device.refer("server-group", site.name(profile), record.line("radiusprofile_id"), "wlan")
    bands = record.texts("wlan_bands") or record.texts("wlan_band")
    site.device.wireless.append(
        Wireless(
            source=record.where,
            at={field: record.line(key) for field, key in _LINES if key in record.members},
            ssid=record.text("name"),
            security=_security(record),
            vlan=number,
            band=", ".join(_BANDS.get(band, band) for band in bands),
            is_guest=bool(record.flag("is_guest")),
            is_hidden=bool(record.flag("hide_ssid")),
            is_isolated=bool(record.flag("l2_isolation")),
            is_enabled=record.is_on(),
        )
    )


_LINES = (
    ("ssid", "name"),
    ("security", "security"),
    ("vlan", "networkconf_id"),
    ("is_guest", "is_guest"),
    ("is_hidden", "hide_ssid"),
    ("is_isolated", "l2_isolation"),
    ("is_enabled", "enabled"),
)


def _security(record: Record) -> str:
    """The weakest that it accepts."""
    kind, mode = record.text("security"), record.text("wpa_mode")
    if kind in ("open", "wep", "osen"):
        return "owe" if kind == "open" and record.flag("enhanced_open") else kind
    suffix = {"wpapsk": "psk", "wpaeap": "enterprise"}.get(kind)
    if suffix is None:
        raise ValueError("no security that is known")
    if mode in ("wpa1", "auto"):
        return f"wpa-{suffix}"
    if record.flag("wpa3_support") and not record.flag("wpa3_transition"):
        return "wpa3-sae" if suffix == "psk" else "wpa3-enterprise"
    return f"wpa2-{suffix}"


def radius(site: Site, record: Record) -> None:
    """A profile of RADIUS servers."""
    name = record.text("name")
    site.device.define("server-group", name, record.where, is_used=True)
    for server in record.records("auth_servers"):
        site.device.servers.append(
            Server(
                source=server.where,
                kind="radius",
                address=server.text("ip"),
                options=[f"udp {server.text('port')}"] if server.text("port") else [],
                has_key=bool(server.text("x_secret")),
            )
        )
