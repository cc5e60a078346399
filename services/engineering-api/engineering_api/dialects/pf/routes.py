"""Gateways and static routes."""

from ipaddress import ip_address, ip_network
from typing import Final

from engineering_api.dialects.pf.context import Context
from engineering_api.dialects.pf.fields import Fields
from engineering_api.dialects.pf.names import Gateway
from engineering_api.facts.routing import Route

#: Gateways that exist without a line: a route to them drops packets.
_DISCARDING: Final = frozenset({"null4", "null6"})
_EVERYWHERE: Final = {"ipv4": "0.0.0.0/0", "ipv6": "::/0"}
#: Of an alias that a route names: nobody writes more, and each becomes a route.
_MOST_PREFIXES = 200
_KNOWN = (
    "descr",
    "weight",
    "interval",
    "monitor",
    "monitor_disable",
    "monitor_noroute",
    "monitor_killstates",
    "action_disable",
    "monitor_killstates_priority",
    "force_down",
    "fargw",
    "nonlocalgateway",
    "latencylow",
    "latencyhigh",
    "losslow",
    "losshigh",
    "time_period",
    "loss_interval",
    "data_length",
    "data_payload",
    "alert_interval",
    "dpinger_dont_add_static_route",
    "gw_down_kill_states",
    "attribute",
    "current_items",
    "down",
    "avg_delay_samples",
    "ipprotocol",
)


def gateways(context: Context, fields: Fields) -> None:
    """<gateways>, legacy or of OPNsense's model."""
    context.each(fields, "gateway_item", _gateway)
    context.each(fields, "gateway_group", _group)
    for name in ("defaultgw4", "defaultgw6"):
        gateway = fields.text(name)
        if gateway and gateway not in ("-", "none"):
            context.use("gateway", gateway, fields.line(name), "default gateway")
            _default(context, fields, name, _first_of_group(fields, gateway))
    fields.knows("gw_switch_default")


def _gateway(context: Context, fields: Fields) -> None:
    name, interface = fields.needed("name"), fields.text("interface")
    context.device.define("gateway", name, fields.span)
    context.use_interface(interface, fields.line("interface"), f"gateway {name}")
    if fields.is_on("defaultgw"):
        _use(context, name, fields)
        family = "ipv6" if fields.text("ipprotocol") == "inet6" else "ipv4"
        context.device.routes.append(
            Route(
                source=fields.span,
                prefix=ip_network(_EVERYWHERE[family]),
                gateway=_address(fields.text("gateway")),
                interface=interface,
                distance=fields.number("priority"),
                name=name,
                is_enabled=fields.is_enabled(),
            )
        )
    fields.knows("gateway", "priority", "disabled", *_KNOWN)


def _use(context: Context, name: str, fields: Fields) -> None:
    context.device.define("gateway", name, fields.span, is_used=True)


def _group(context: Context, fields: Fields) -> None:
    name = fields.needed("name")
    context.device.define("gateway", name, fields.span)
    for item in fields.all("item"):
        member = item.value.split("|", maxsplit=1)[0]
        context.use("gateway", member, item.span, f"gateway group {name}")
    fields.knows("trigger", "descr", "poolopts", "keep_failover_states")


def _default(context: Context, fields: Fields, field: str, name: str) -> None:
    gateway = context.names.gateways.get(name, Gateway("", ""))
    context.device.routes.append(
        Route(
            source=fields.line(field),
            prefix=ip_network(_EVERYWHERE["ipv6" if field.endswith("6") else "ipv4"]),
            gateway=_address(gateway.address),
            interface=gateway.interface,
            name=name,
        )
    )


def _first_of_group(fields: Fields, name: str) -> str:
    """The member that a group of gateways prefers, "name|tier|virtual address"; a gateway is its own."""
    for inner in (Fields(one) for one in fields.all("gateway_group")):
        members = [item.split("|") for item in inner.values("item")]
        if inner.text("name") == name and members:
            return min(members, key=lambda member: member[1:2])[0]
    return name


def _address(word: str) -> str:
    return "" if word == "dynamic" else word


def routes(context: Context, fields: Fields) -> None:
    """<staticroutes>."""
    context.each(fields, "route", _route)


def _route(context: Context, fields: Fields) -> None:
    network, name = fields.needed("network"), fields.text("gateway")
    is_discard = name.casefold() in _DISCARDING
    gateway = context.names.gateways.get(name)
    if gateway is None and not is_discard:
        try:
            gateway = Gateway(str(ip_address(name)), "")
        except ValueError:
            gateway = Gateway("", "")
    if not is_discard and not (gateway and gateway.address == name):
        context.use("gateway", name, fields.line("gateway"), f"route to {network}")
    prefixes = context.names.aliases[network].entries if network in context.names.aliases else (network,)
    if len(prefixes) > _MOST_PREFIXES:
        raise ValueError("too many networks for a route")
    if network in context.names.aliases:
        context.use("object", network, fields.line("network"), "route")
    for prefix in prefixes:
        context.device.routes.append(
            Route(
                source=fields.span,
                prefix=ip_network(prefix, strict=False),
                gateway=_address(gateway.address) if gateway else "",
                interface=gateway.interface if gateway else "",
                name=fields.text("descr"),
                is_discard=is_discard,
                is_enabled=fields.is_enabled(),
            )
        )
    fields.knows("descr", "uuid", "created", "updated")
