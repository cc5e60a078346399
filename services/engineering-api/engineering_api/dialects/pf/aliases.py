"""Aliases: names for addresses, networks and ports."""

from engineering_api.dialects.pf.context import Context
from engineering_api.dialects.pf.ends import entry, port_range
from engineering_api.dialects.pf.fields import Fields
from engineering_api.dialects.pf.names import entries
from engineering_api.facts.filters import AddressObject, Ends, Service, ServiceObject, Services

_PORTS = frozenset({"port", "url_ports", "urltable_ports"})
#: Whose entries are addresses, networks and other aliases; the rest is fetched or kept up to date by the firewall.
_WRITTEN = frozenset({"", "host", "network", "networkgroup", "external", "internal"})


def section(context: Context, fields: Fields) -> None:
    """<aliases>, legacy or of OPNsense's model."""
    context.each(fields, "alias", _alias)


def model(context: Context, fields: Fields) -> None:
    """<OPNsense><Firewall><Alias>."""
    for child in fields.all("aliases"):
        context.read(child, section)
    fields.knows("geoip")


def _alias(context: Context, fields: Fields) -> None:
    name, kind = fields.needed("name"), fields.text("type").casefold()
    comment = fields.text("description", "descr")
    members = entries(fields)
    where = fields.line("content", "address", "url", "aliasurl")
    fields.knows(
        "detail",
        "updatefreq",
        "proto",
        "interface",
        "counters",
        "categories",
        "password",
        "username",
        "authtype",
        "path_expression",
        "current_items",
        "last_updated",
        "expire",
        "enabled",
        "disabled",
        "url",
        "aliasurl",
    )
    if kind in _PORTS:
        context.device.define("service", name, fields.span)
        services = Services()
        for member in members:
            if (ports := None if "://" in member else port_range(member)) is not None:
                services.services += [Service(protocol=protocol, ports=[ports]) for protocol in ("tcp", "udp")]
            else:
                services.names.append(member)
                if "://" not in member:
                    context.use("service", member, where, f"alias {name}")
        made = ServiceObject(
            source=fields.span, name=name, services=services, is_group=bool(services.names), comment=comment
        )
        context.device.service_objects.append(made)
        return
    ends = Ends()
    if kind in _WRITTEN:
        for member in members:
            entry(context, ends, member, where, f"alias {name}")
    else:
        ends.fqdns = [member if "://" in member else f"{kind} {member}" for member in members]
    context.device.define("object", name, fields.span)
    is_group = bool(ends.names) and not (ends.networks or ends.ranges or ends.fqdns)
    context.device.address_objects.append(
        AddressObject(source=fields.span, name=name, ends=ends, is_group=is_group, comment=comment)
    )
