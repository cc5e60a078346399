"""Zones, and which rule sets are between them."""

from engineering_api.dialects.edgeos.state import Edge, Of
from engineering_api.facts.filters import Zone
from engineering_api.reading.paths import Found, Level

ZONES = Level[Edge]("zone-policy")
ZONE = Level[Of[Zone]]("zone")


@ZONES.opens(ZONE, "zone NAME")
def zone(edge: Edge, found: Found) -> Of[Zone]:
    """A zone that is new or goes on."""
    name = found["NAME"]

    def make() -> Zone:
        made = Zone(source=found.span, name=name)
        edge.device.zones.append(made)
        edge.device.define("zone", name, found.span, is_used=True)
        return made

    return Of(edge, edge.thing(("zone", name), make))


@ZONE.path("interface NAME", "member interface NAME")
def _zone_interface(of: Of[Zone], found: Found) -> None:
    edge, owner, name, line = of.edge, of.fact, found["NAME"], found.line
    owner.interfaces.append(name)
    edge.uses_interface(name, line, f"zone {owner.name} interface")

    def tell() -> None:
        if (interface := edge.memory.interfaces.get(name)) is not None:
            interface.say(line, zone=owner.name)

    edge.memory.later.append(tell)


@ZONE.path("from ZONE firewall (name|ipv6-name) NAME")
def _from_zone(of: Of[Zone], found: Found) -> None:
    one, two = found["ZONE"], of.fact.name
    of.edge.device.refer("zone", one, found.line, f"zone {two} from")
    of.edge.device.refer("acl", found["NAME"], found.line, f"zone {two} from {one}")
    pairs: list[tuple[str, str]] = of.edge.thing(("pairs", found["NAME"]), list)
    pairs.append((one, two))


ZONE.knows(
    "default-action", "description TEXT...", "local-zone", "default-log", "enable-default-log",
    "intra-zone-filtering", "member vrf", "default-firewall", "from ZONE content-inspection",
)  # fmt: skip
