"""VPN and Wi-Fi: how people and sites come in."""

from collections.abc import Iterator

from engineering_api.documents.cells import listed, number, seconds, source
from engineering_api.documents.desk import Desk
from engineering_api.documents.material import Source
from engineering_api.documents.tables import Sheet, toned
from engineering_api.facts.tunnels import Proposal
from oberaconnect.typeset import Block, Cell

_OPEN = frozenset({"open", "wep"})


def tunnels(desk: Desk) -> Iterator[Block]:
    """Tunnels with what both ends must agree on; their secrets are in no document."""
    sheet = Sheet(
        "VPN tunnels",
        ("Device", "Name", "Kind", "Peer", "IKE", "Phase 1", "Phase 2", "Local", "Remote", "On", "Source"),
    )

    def fill(sheet: Sheet, of: Source) -> None:
        for one in of.subject.device.tunnels:
            ike = [f"IKEv{one.ike}" if one.ike else "", "aggressive" if one.is_aggressive else "", one.authentication]
            pfs = {None: "", True: "PFS", False: "no PFS"}[one.pfs]
            sheet.add(
                Cell(of.label, "strong"), Cell(one.name, "strong"), one.kind,
                "\n".join(word for word in (one.peer, one.interface and f"via {one.interface}") if word),
                "\n".join(word for word in ike if word), _proposal(one.phase1),
                "\n".join(word for word in (_proposal(one.phase2), pfs) if word),
                listed(one.local_networks, separator="\n"), listed(one.remote_networks, separator="\n"),
                "" if one.is_enabled else "no", source(of, one.source),
            )  # fmt: skip

    yield from desk.together(sheet, fill)


def _proposal(one: Proposal | None) -> str:
    if one is None:
        return ""
    groups = f"group {listed(one.groups)}" if one.groups else ""
    words = [listed(one.encryption), listed(one.hashes), groups, seconds(one.lifetime_seconds)]
    return "\n".join(word for word in words if word)


def wireless(desk: Desk) -> Iterator[Block]:
    """Wireless networks."""
    sheet = Sheet("Wireless networks", ("Device", "SSID", "Security", "VLAN", "Band", "Options", "On", "Source"))

    def fill(sheet: Sheet, of: Source) -> None:
        for one in of.subject.device.wireless:
            options = [("guests", one.is_guest), ("hidden", one.is_hidden), ("clients apart", one.is_isolated)]
            security = toned(one.security, "warning") if one.security in _OPEN else one.security
            sheet.add(
                Cell(of.label, "strong"), Cell(one.ssid, "strong"), security, number(one.vlan), one.band,
                ", ".join(word for word, is_so in options if is_so), "" if one.is_enabled else "no",
                source(of, one.source, *one.at.values()),
            )  # fmt: skip

    yield from desk.together(sheet, fill)
