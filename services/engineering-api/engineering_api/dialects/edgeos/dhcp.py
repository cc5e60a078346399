"""What a DHCP server hands out in a network."""

from ipaddress import ip_address

from engineering_api.dialects.edgeos.state import Of
from engineering_api.facts.services import DhcpPool
from engineering_api.reading.paths import Found, Level

SUBNET = Level[Of[DhcpPool]]("dhcp subnet")


@SUBNET.path("default-router ADDRESS", "option default-router ADDRESS")
def _router(of: Of[DhcpPool], found: Found) -> None:
    of.fact.say(found.line, gateway=str(ip_address(found["ADDRESS"])))


@SUBNET.path("(dns-server|name-server) ADDRESS", "option name-server ADDRESS")
def _dns(of: Of[DhcpPool], found: Found) -> None:
    of.fact.say(found.line, dns=[*of.fact.dns, str(ip_address(found["ADDRESS"]))])


@SUBNET.path("domain-name NAME", "option domain-name NAME")
def _domain(of: Of[DhcpPool], found: Found) -> None:
    of.fact.say(found.line, domain=found["NAME"])


@SUBNET.path("lease SECONDS")
def _lease(of: Of[DhcpPool], found: Found) -> None:
    of.fact.say(found.line, lease_seconds=int(found["SECONDS"]))


@SUBNET.path("start FIRST stop LAST", "address-range start FIRST stop LAST")
def _range(of: Of[DhcpPool], found: Found) -> None:
    of.fact.ranges.append(f"{ip_address(found['FIRST'])}-{ip_address(found['LAST'])}")


@SUBNET.path("range NAME WHICH:(start|stop) ADDRESS")
def _named_range(of: Of[DhcpPool], found: Found) -> None:
    ends: dict[str, str] = of.edge.thing(("range", of.fact.name, of.fact.network, found["NAME"]), dict)
    ends[found["WHICH"]] = str(ip_address(found["ADDRESS"]))
    if len(ends) == 2:
        of.fact.ranges.append(f"{ends['start']}-{ends['stop']}")


@SUBNET.path("exclude ADDRESS")
def _exclude(of: Of[DhcpPool], found: Found) -> None:
    of.fact.excluded.append(str(ip_address(found["ADDRESS"])))


@SUBNET.path("static-mapping NAME WHICH:(ip-address|mac-address|mac|ipv6-address) VALUE")
def _mapping(of: Of[DhcpPool], found: Found) -> None:
    said: dict[str, str] = of.edge.thing(("mapping", of.fact.name, of.fact.network, found["NAME"]), dict)
    which = "mac" if found["WHICH"].startswith("mac") else "ip"
    before = _reservation(found["NAME"], said)
    said[which] = found["VALUE"]
    if len(said) == 1:
        of.fact.reservations.append(_reservation(found["NAME"], said))
    elif before in of.fact.reservations[-50:]:
        of.fact.reservations[of.fact.reservations.index(before)] = _reservation(found["NAME"], said)


def _reservation(name: str, said: dict[str, str]) -> str:
    return " ".join(word for word in (name, said.get("mac", ""), said.get("ip", "")) if word)


@SUBNET.path(
    "WHAT:(ntp-server|time-server|wins-server|tftp-server-name|bootfile-name|bootfile-server) VALUE",
    "WHAT:(unifi-controller|domain-search|server-identifier|wpad-url|smtp-server|pop-server) VALUE",
)
@SUBNET.path(
    "option WHAT:(ntp-server|time-server|wins-server|tftp-server-name) VALUE...",
    "option WHAT:(bootfile-name|bootfile-server|domain-search|vendor-option) VALUE...",
)
@SUBNET.path("WHAT:(subnet-parameters|static-route) VALUE...")
def _option(of: Of[DhcpPool], found: Found) -> None:
    of.fact.options.append(f"{found['WHAT']} {found['VALUE']}")


SUBNET.knows(
    "authoritative", "subnet-id", "ip-forwarding", "client-prefix-length", "bootfile-size", "ping-check",
    "enable-failover", "failover", "static-mapping NAME disable", "static-mapping NAME static-mapping-parameters",
    "static-mapping NAME description", "static-mapping NAME identifier", "prefix-delegation", "description TEXT...",
    "address-range prefix", "interface", "sip-server", "nis-server", "vendor-option", "static-mapping NAME option",
    "ignore-client-id",
)  # fmt: skip
