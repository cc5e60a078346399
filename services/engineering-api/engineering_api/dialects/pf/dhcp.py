"""DHCP: ISC's server and relay, Kea, and dnsmasq."""

import re
from ipaddress import ip_address

from engineering_api.dialects.pf import vocabulary
from engineering_api.dialects.pf.context import Context
from engineering_api.dialects.pf.fields import Fields
from engineering_api.facts.services import DhcpPool


def server(context: Context, fields: Fields) -> None:
    """<dhcpd> and <dhcpdv6>: an element for each interface."""
    for name in dict.fromkeys(child.name for child in fields.element.elements):
        if name in ("custom_options", "omapi_key", "omapi_port", "backend"):
            fields.knows(name)
        else:
            context.each(fields, name, _scope)


def _scope(context: Context, fields: Fields) -> None:
    context.use_interface(fields.name, fields.span, "DHCP")
    owner = context.interfaces.get(fields.name)
    first = fields.one("range")
    version = 6 if first and ":" in Fields(first).text("from") else 4
    network = (
        next((str(one.value.network) for one in owner.addresses if one.value.version == version), "") if owner else ""
    )
    made = DhcpPool(
        source=fields.span,
        name=fields.name,
        interface=fields.name,
        network=network,
        gateway=fields.text("gateway"),
        dns=fields.words("dnsserver"),
        domain=fields.text("domain"),
        lease_seconds=fields.number("defaultleasetime"),
        is_enabled=fields.has("enable") and fields.is_on("enable"),
    )
    for one in fields.all("range", "pool"):
        _range(context, made, Fields(one if one.name == "range" else Fields(one).one("range") or one))
    options = (("ntpserver", "42"), ("winsserver", "44"), ("tftp", "66"), ("domainsearchlist", "119"))
    made.options = [f"{number} {' '.join(words)}" for name, number in options if (words := fields.words(name))]
    for item in fields.all("numberoptions"):
        for inner in (Fields(one) for one in item.elements):
            if number := inner.text("number"):
                made.options.append(f"{number} {inner.text('value')}")
    for item in fields.all("staticmap"):
        inner = Fields(item)
        made.reservations.append(
            _reservation(
                inner.text("hostname", "descr"), inner.text("mac", "duid", "cid"), inner.text("ipaddr", "ipaddrv6")
            )
        )
    context.device.dhcp_pools.append(made)
    context.knows(fields, vocabulary.DHCP)


def _range(context: Context, made: DhcpPool, fields: Fields) -> None:
    first, last = fields.text("from"), fields.text("to")
    if not first:
        return
    with context.field(fields, "from"):
        made.ranges.append(f"{ip_address(first)}-{ip_address(last)}")


def _reservation(name: str, mac: str, address: str) -> str:
    return f"{'-'.join(name.split()) or '-'} {mac or '-'} {address or '-'}"


def relay(context: Context, fields: Fields) -> None:
    """<dhcrelay> and <dhcrelay6>."""
    servers = fields.words("server")
    if fields.is_on("enable"):
        for name in fields.words("interface"):
            context.use_interface(name, fields.line("interface"), "DHCP relay")
            if one := context.interfaces.get(name):
                one.dhcp_relays = servers
    fields.knows_all()


def relay_model(context: Context, fields: Fields) -> None:
    """<OPNsense><DHCRelay>."""
    destinations = {inner.uuid: inner.words("server") for inner in (Fields(one) for one in fields.all("destinations"))}
    for inner in (Fields(one) for one in fields.all("relays")):
        one = context.interfaces.get(inner.text("interface"))
        if one and inner.is_enabled():
            one.dhcp_relays = destinations.get(inner.text("destination"), [])


def kea(context: Context, fields: Fields) -> None:
    """<dhcp4> and <dhcp6> of <OPNsense><Kea>."""
    general = Fields(fields.one("general") or fields.element)
    enabled, lease = general.is_on("enabled"), general.number("valid_lifetime")
    for name in general.words("interfaces"):
        context.use_interface(name, general.line("interfaces"), "DHCP")
    reservations: dict[str, list[str]] = {}
    for item in fields.all("reservations"):
        for inner in (Fields(one) for one in item.elements):
            line = _reservation(
                inner.text("hostname", "description"), inner.text("hw_address", "duid"), inner.text("ip_address")
            )
            reservations.setdefault(inner.text("subnet"), []).append(line)
    for item in fields.all("subnets"):
        for inner in (Fields(one) for one in item.elements if one.name in ("subnet4", "subnet6")):
            options = Fields(inner.one("option_data") or inner.element)
            network = inner.text("subnet")
            context.device.dhcp_pools.append(
                DhcpPool(
                    source=inner.span,
                    name=inner.text("description") or network,
                    network=network,
                    interface=inner.text("interface"),
                    ranges=_pools(inner.text("pools")),
                    gateway=next(iter(options.words("routers")), ""),
                    dns=options.words("domain_name_servers", "dns_servers"),
                    domain=options.text("domain_name"),
                    lease_seconds=inner.number("valid_lifetime") or lease,
                    reservations=reservations.get(inner.uuid, []),
                    options=[f"42 {' '.join(words)}"] if (words := options.words("ntp_servers")) else [],
                    is_enabled=enabled,
                )
            )
    context.knows(fields, vocabulary.KEA)


def _pools(text: str) -> list[str]:
    """Kea's pools, "first - last" or a prefix, separated by commas or the ends of lines."""
    return [part for one in re.split(r"[,\n]", text) if (part := "".join(one.split()))]


def dnsmasq(context: Context, fields: Fields) -> None:
    """<dnsmasq>: its ranges; what it resolves is known."""
    enabled = fields.is_on("enable")
    for inner in (Fields(one) for one in fields.all("dhcp_ranges")):
        if first := inner.text("start_addr"):
            interface = inner.text("interface")
            context.use_interface(interface, inner.line("interface"), "DHCP")
            context.device.dhcp_pools.append(
                DhcpPool(
                    source=inner.span,
                    name=interface,
                    interface=interface,
                    domain=inner.text("domain"),
                    ranges=[f"{first}-{inner.text('end_addr')}"],
                    lease_seconds=inner.number("lease_time"),
                    is_enabled=enabled,
                )
            )
    context.knows(fields, vocabulary.DNSMASQ)
