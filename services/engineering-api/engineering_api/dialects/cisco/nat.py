"""NAT of IOS."""

import re

from engineering_api.dialects.cisco.state import At, Reading
from engineering_api.dialects.cisco.words import port, protocol
from engineering_api.facts.filters import Ends, Service, Services, Translation
from engineering_api.facts.ports import Interface
from engineering_api.reading.grammar import Found, Place

_OUTER = re.compile(r"(?:interface (?P<interface>[A-Za-z][A-Za-z-]* ?\d[\d/.:]*)|(?P<address>[\d.]+))\s+(?P<port>\S+)")

TOP: Place[Reading] = Place("nat")
PORT: Place[At[Interface]] = Place("nat of an interface")


@PORT.line("ip nat SIDE:(inside|outside)")
def _side(at: At[Interface], found: Found) -> None:
    if not at.fact.zone:
        at.fact.say(found.line, zone=f"nat {found['SIDE']}")


@TOP.block("ip nat pool NAME REST...")
def _pool(reading: Reading, found: Found) -> None:
    reading.define("pool", found["NAME"], found.span)


@TOP.line("ip nat SIDE:(inside|outside) (source|destination) list ACL WORDS...")
def _dynamic(reading: Reading, found: Found) -> None:
    text = found.node.text
    made = Translation(
        source=found.line, kind="destination" if " destination " in text else "source", name=found["ACL"]
    )
    made.from_zones = [f"nat {found['SIDE']}"]
    made.original_source = Ends(names=[found["ACL"]])
    reading.refer("acl", found["ACL"], found.line, "ip nat")
    _target(reading, made, found)
    reading.device.translations.append(made)


@TOP.line("ip nat SIDE:(inside|outside) (source|destination) route-map MAP WORDS...")
def _by_map(reading: Reading, found: Found) -> None:
    made = Translation(source=found.line, kind="source", name=found["MAP"], from_zones=[f"nat {found['SIDE']}"])
    made.original_source = Ends(names=[found["MAP"]])
    reading.refer("route-map", found["MAP"], found.line, "ip nat")
    _target(reading, made, found)
    reading.device.translations.append(made)


def _target(reading: Reading, made: Translation, found: Found) -> None:
    words = found["WORDS"]
    if pool := re.search(r"\bpool (\S+)", words):
        made.translated = pool[1]
        reading.refer("pool", pool[1], found.line, "ip nat")
    elif interface := re.search(r"\binterface ([A-Za-z][A-Za-z-]*) ?(\d[\d/.:]*)", words):
        name = reading.refer_interface(interface[1] + interface[2], found.line, "ip nat")
        made.translated, made.to_zones = "interface", [name]
    if vrf := re.search(r"\bvrf (\S+)", words):
        reading.refer("vrf", vrf[1], found.line, "ip nat")


@TOP.line("ip nat inside source static KIND:(tcp|udp) LOCAL LOCALPORT WORDS...")
def _port_forward(reading: Reading, found: Found) -> None:
    outer = _OUTER.match(found["WORDS"])
    if outer is None:
        raise ValueError(found["WORDS"])
    made = Translation(source=found.line, kind="destination", translated=found["LOCAL"], from_zones=["nat outside"])
    made.translated_port = str(port(found["LOCALPORT"]))
    outside = port(outer["port"])
    made.service = Services(services=[Service(protocol=protocol(found["KIND"]), ports=[f"{outside}-{outside}"])])
    if outer["interface"]:
        name = reading.refer_interface(outer["interface"], found.line, "ip nat")
        made.original_destination = Ends(interfaces=[name])
    else:
        made.original_destination = Ends(networks=[f"{outer['address']}/32"])
    _map(reading, found)
    reading.device.translations.append(made)


@TOP.line(
    "ip nat inside source static network LOCAL GLOBAL MASK [WORDS...]",
    "ip nat SIDE:(inside|outside) source static LOCAL GLOBAL [WORDS...]",
)
def _static(reading: Reading, found: Found) -> None:
    mask = found["MASK"].removeprefix("/")
    bits = str(sum(int(part).bit_count() for part in mask.split("."))) if "." in mask else mask or "32"
    made = Translation(source=found.line, kind="static", from_zones=[f"nat {found['SIDE'] or 'inside'}"])
    made.original_source = Ends(networks=[f"{found['LOCAL']}/{bits}"])
    if found["GLOBAL"] == "interface" and found["WORDS"]:
        made.translated = reading.refer_interface("".join(found["WORDS"].split()[:2]), found.line, "ip nat")
    else:
        made.translated = found["GLOBAL"] if bits == "32" else f"{found['GLOBAL']}/{bits}"
    _map(reading, found)
    reading.device.translations.append(made)


def _map(reading: Reading, found: Found) -> None:
    if named := re.search(r"\broute-map (\S+)", found["WORDS"]):
        reading.refer("route-map", named[1], found.line, "ip nat")
    if vrf := re.search(r"\bvrf (\S+)", found["WORDS"]):
        reading.refer("vrf", vrf[1], found.line, "ip nat")
