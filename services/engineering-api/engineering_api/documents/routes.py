"""How packets find their way: static routes, routing protocols, VRFs."""

from collections.abc import Callable, Iterator

from engineering_api.documents.cells import listed, number, source
from engineering_api.documents.desk import Desk
from engineering_api.documents.material import Source
from engineering_api.documents.tables import Sheet
from oberaconnect.typeset import Block, Cell, Heading


def routing(desk: Desk) -> Iterator[Block]:
    """Static routes, then processes and their neighbours."""
    static = Sheet(
        "Static routes",
        ("Device", "Destination", "Next hop", "Interface", "Distance", "VRF", "Name", "On", "Source"),
        numeric=frozenset({"Distance"}),
    )
    yield from _part(desk, "Static routes", static, _static)
    processes = Sheet(
        "Routing protocols",
        ("Device", "Protocol", "Router id", "VRF", "Networks", "Passive", "Redistributes", "Source"),
    )
    yield from _part(desk, "Routing protocols", processes, _processes)
    peers = Sheet(
        "Routing neighbours",
        ("Device", "Protocol", "Neighbour", "Remote AS", "Description", "Filters", "Password", "Source"),
    )
    yield from _part(desk, "Routing neighbours", peers, _peers)
    vrfs = Sheet("VRFs", ("Device", "VRF", "Distinguisher", "Interfaces", "Source"))
    yield from _part(desk, "VRFs", vrfs, _vrfs)


def _part(desk: Desk, title: str, sheet: Sheet, fill: Callable[[Sheet, Source], None]) -> Iterator[Block]:
    for of in desk.material.sources:
        fill(sheet, of)
    if sheet.rows:
        yield Heading(title, 2)
        yield from desk.table(sheet)


def _static(sheet: Sheet, of: Source) -> None:
    for route in of.subject.device.routes:
        sheet.add(
            Cell(of.label, "strong"), str(route.prefix), "discard" if route.is_discard else route.gateway,
            route.interface, number(route.distance), route.vrf, route.name, "" if route.is_enabled else "no",
            source(of, route.source),
        )  # fmt: skip


def _processes(sheet: Sheet, of: Source) -> None:
    for process in of.subject.device.routing:
        sheet.add(
            Cell(of.label, "strong"), f"{process.protocol} {process.process}".strip(), process.router_id, process.vrf,
            listed(process.networks, separator="\n"), listed(process.passive, separator="\n"),
            listed(process.redistributes, separator="\n"), source(of, process.source),
        )  # fmt: skip


def _peers(sheet: Sheet, of: Source) -> None:
    for process in of.subject.device.routing:
        for peer in process.peers:
            sheet.add(
                Cell(of.label, "strong"), f"{process.protocol} {process.process}".strip(), peer.address, peer.remote_as,
                peer.description, listed(peer.filters, separator="\n"), "yes" if peer.has_password else "",
                source(of, peer.source),
            )  # fmt: skip


def _vrfs(sheet: Sheet, of: Source) -> None:
    for vrf in of.subject.device.vrfs:
        ports = [port.name for port in of.subject.device.interfaces if port.vrf == vrf.name]
        sheet.add(Cell(of.label, "strong"), vrf.name, vrf.distinguisher, listed(ports, most=20), source(of, vrf.source))
