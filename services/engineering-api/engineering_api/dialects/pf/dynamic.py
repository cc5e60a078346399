"""Routing protocols: the FRR that OPNsense's plugin (called quagga there) and pfSense's package run.

Their fields are those of the plugin's models (Bgp.xml, Ospf.xml, General.xml) and of the package's pages (frr*.xml).
"""

from engineering_api.dialects.pf.context import Context
from engineering_api.dialects.pf.fields import Fields
from engineering_api.facts.routing import Peer, Routing
from engineering_api.reading.xml_tree import Element

_PROTOCOLS = {"bgp": "bgp", "ospf": "ospf", "ospf6": "ospf6", "rip": "rip", "static": ""}


def plugin(context: Context, fields: Fields) -> None:
    """<OPNsense><quagga>. Nothing runs unless it is switched on as a whole."""
    general = fields.one("general")
    runs = general is not None and Fields(general).is_on("enabled")
    for name, protocol in _PROTOCOLS.items():
        for child in fields.all(name):
            inner = Fields(child)
            if protocol and runs and inner.is_on("enabled"):
                context.device.routing.append(_process(protocol, inner))
    fields.knows_all()


def _process(protocol: str, fields: Fields) -> Routing:
    made = Routing(
        source=fields.span,
        protocol=protocol,
        process=fields.text("asnumber"),
        router_id=fields.text("routerid"),
        passive=fields.words("passiveinterfaces"),
        redistributes=fields.words("redistribute"),
    )
    for item in _items(fields, "networks", "network"):
        if item.text("enabled") != "0" and (prefix := item.text("ipaddr", "networkaddr", "prefix")):
            area = item.text("area")
            mask = item.text("netmask")
            made.networks.append(f"{prefix}{f'/{mask}' if mask else ''}{f' area {area}' if area else ''}")
    for item in _items(fields, "redistributions", "redistribution"):
        if item.text("enabled") != "0" and (what := item.text("redistribute")):
            made.redistributes.append(what)
    for item in _items(fields, "neighbors", "neighbor"):
        if item.text("enabled") != "0" and (address := item.text("address")):
            made.peers.append(
                Peer(
                    source=item.span,
                    address=address,
                    remote_as=item.text("remoteas"),
                    description=item.text("description"),
                    has_password=bool(item.text("password")),
                )
            )
    return made


def _items(fields: Fields, outer: str, inner: str) -> list[Fields]:
    return [Fields(item) for child in fields.all(outer) for item in Fields(child).all(inner) if item.is_closed]


def package(context: Context, fields: Fields) -> None:
    """<installedpackages>, as far as it is FRR's: a section for each page, with what it says in <config>."""
    if not any(config.is_on("enable") for config in _pages(fields, "frr")):
        return
    for name, protocol in (("frrbgp", "bgp"), ("frrospfd", "ospf"), ("frrospf6d", "ospf6")):
        for config in _pages(fields, name):
            if config.is_on("enable"):
                context.device.routing.append(_of_page(protocol, config, fields))


def _of_page(protocol: str, config: Fields, fields: Fields) -> Routing:
    made = Routing(
        source=config.span,
        protocol=protocol,
        process=config.text("asnum"),
        router_id=config.text("routerid"),
    )
    for row in config.all("row"):
        inner = Fields(row)
        if prefix := inner.text("routevalue", "networkvalue", "network"):
            area = inner.text("routearea")
            made.networks.append(f"{prefix} area {area}" if area else prefix)
    if protocol == "bgp":
        for page in _pages(fields, "frrbgpneighbors"):
            if address := page.text("peer"):
                made.peers.append(
                    Peer(
                        source=page.span,
                        address=address,
                        remote_as=page.text("asnum"),
                        description=page.text("descr"),
                        has_password=bool(page.text("password")),
                    )
                )
    return made


def _pages(fields: Fields, name: str) -> list[Fields]:
    found: list[Element] = [config for page in fields.all(name) for config in Fields(page).all("config")]
    return [Fields(config) for config in found if config.is_closed]
