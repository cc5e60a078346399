"""DHCP pools of IOS and EOS's old form."""

import re
from ipaddress import ip_address

from engineering_api.dialects.cisco.state import At, Reading, is_on
from engineering_api.dialects.cisco.words import prefix
from engineering_api.facts.services import DhcpPool
from engineering_api.reading.grammar import Found, Place

#: Pools of one network, such as those of single hosts.
_MOST_ALIKE = 50

TOP: Place[Reading] = Place("dhcp")
POOL: Place[At[DhcpPool]] = Place("dhcp pool")


@TOP.line("[no] service dhcp")
def _service(reading: Reading, found: Found) -> None:
    reading.device.set("dhcp-server", found.line, is_on=is_on(found))


@TOP.line("ip dhcp excluded-address [vrf VRF] FIRST [LAST]")
def _excluded(reading: Reading, found: Found) -> None:
    first = ip_address(found["FIRST"])
    last = ip_address(found["LAST"]) if found["LAST"] else first
    reading.excluded.append((f"{first}-{last}" if last != first else str(first), found.line))


@TOP.opens(POOL, "ip dhcp pool NAME...", "ipv6 dhcp pool NAME...")
def _pool(reading: Reading, found: Found) -> At[DhcpPool]:
    made = DhcpPool(source=found.span, name=found["NAME"].strip())
    reading.device.dhcp_pools.append(made)
    reading.define("pool", made.name, found.span, is_used=True)
    return At(reading, made)


@POOL.line("network ADDRESS [MASK] [secondary]")
def _network(at: At[DhcpPool], found: Found) -> None:
    if at.fact.network:
        return
    mask = found["MASK"].removeprefix("/")
    at.fact.say(found.line, network=str(prefix(found["ADDRESS"], mask)))


@POOL.line("address prefix PREFIX [lifetime REST...]", "prefix-delegation REST...")
def _network6(at: At[DhcpPool], found: Found) -> None:
    if found["PREFIX"]:
        at.fact.say(found.line, network=str(prefix(found["PREFIX"])))


@POOL.line("host ADDRESS [MASK]")
def _host(at: At[DhcpPool], found: Found) -> None:
    at.fact.reservations.append(f"{at.fact.name} ? {ip_address(found['ADDRESS'])}")


@POOL.line("(hardware-address|client-identifier) MAC [REST...]")
def _mac(at: At[DhcpPool], found: Found) -> None:
    if at.fact.reservations:
        name, _, address = at.fact.reservations[-1].split(" ")
        at.fact.reservations[-1] = f"{name} {found['MAC']} {address}"
    else:
        at.fact.reservations.append(f"{at.fact.name} {found['MAC']} ?")


@POOL.line("address ADDRESS (hardware-address|client-id) MAC [ascii]")
def _reservation(at: At[DhcpPool], found: Found) -> None:
    at.fact.reservations.append(f"{at.fact.name} {found['MAC']} {ip_address(found['ADDRESS'])}")


@POOL.line("default-router ADDRESSES...")
def _gateway(at: At[DhcpPool], found: Found) -> None:
    at.fact.say(found.line, gateway=str(ip_address(found["ADDRESSES"].split()[0])))


@POOL.line("dns-server ADDRESSES...")
def _dns(at: At[DhcpPool], found: Found) -> None:
    at.fact.say(found.line, dns=[str(ip_address(one)) for one in found["ADDRESSES"].split()])


@POOL.line("domain-name NAME")
def _domain(at: At[DhcpPool], found: Found) -> None:
    at.fact.say(found.line, domain=found["NAME"])


@POOL.line("lease infinite", "lease DAYS [HOURS] [MINUTES]")
def _lease(at: At[DhcpPool], found: Found) -> None:
    if found["DAYS"]:
        days, hours, minutes = (int(found[part] or 0) for part in ("DAYS", "HOURS", "MINUTES"))
        at.fact.say(found.line, lease_seconds=((days * 24 + hours) * 60 + minutes) * 60)


@POOL.line("option CODE [instance NUMBER] WORDS...")
def _option(at: At[DhcpPool], found: Found) -> None:
    value = re.sub(r"^(?:ip|ascii|hex) ", "", found["WORDS"].strip())
    at.fact.options.append(f"{int(found['CODE'])} {value}")


@POOL.line("(netbios-name-server|next-server|bootfile|netbios-node-type|sip) WORDS...")
def _named_option(at: At[DhcpPool], found: Found) -> None:
    at.fact.options.append(found.node.text)


@POOL.line("vrf VRF")
def _vrf(at: At[DhcpPool], found: Found) -> None:
    at.reading.refer("vrf", found["VRF"], found.line, f"dhcp pool {at.fact.name}")


@POOL.block("class NAME")
def _class(at: At[DhcpPool], found: Found) -> None:
    at.reading.refer("class-map", found["NAME"], found.line, f"dhcp pool {at.fact.name} class")
    for below in found.node.children:
        if ends := re.fullmatch(r"address range (\S+) (\S+)", below.text):
            at.fact.ranges.append(f"{ip_address(ends[1])}-{ip_address(ends[2])}")


@TOP.block("ip dhcp class NAME")
def _define_class(reading: Reading, found: Found) -> None:
    reading.define("class-map", found["NAME"], found.span)


POOL.knows_words(
    """
    accounting bootp client-name dhcp exit import information link-address netbios-scope no on-demand origin range
    relay remember renew reserved-only server subnet tftp-server update utilization vendor-specific
    """,
)


def exclude(reading: Reading) -> None:
    """Tell the pools which of their addresses are not given out."""
    pools: dict[str, list[DhcpPool]] = {}
    for pool in reading.device.dhcp_pools:
        if pool.network:
            pools.setdefault(pool.network, []).append(pool)
    lengths = {(":" in network, network.partition("/")[2]) for network in pools}
    for text, where in reading.excluded:
        first = text.partition("-")[0]
        for is_ipv6, length in lengths:
            alike = pools.get(str(prefix(first, length)), []) if is_ipv6 == (":" in first) else []
            for pool in alike[:_MOST_ALIKE]:
                pool.excluded.append(text)
                pool.at.setdefault("excluded", where)
