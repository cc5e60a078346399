"""One packet, and where it comes from."""

from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address, ip_address

from engineering_api.packets import words
from oberaconnect.problems import Unprocessable

Address = IPv4Address | IPv6Address


@dataclass(frozen=True)
class Packet:
    """What a filter looks at.

    `port` is the destination's, for ICMP the type times 256 and the code. None of a port means that the question did
    not say it. `inward` and `outward` are names of interfaces or zones; "" where the question did not say.
    """

    source: Address
    destination: Address
    protocol: int
    source_port: int | None = None
    port: int | None = None
    is_established: bool = False
    inward: str = ""
    outward: str = ""
    #: The device has translated its destination.
    is_redirected: bool = False

    @property
    def family(self) -> int:
        """4 or 6."""
        return self.source.version

    def through(self, inward: str, outward: str) -> "Packet":
        """The same packet on its way from one interface to another."""
        return replace(self, inward=inward, outward=outward)

    def __str__(self) -> str:
        """As an engineer writes it."""
        made = f"{words.protocol_name(self.protocol)} {self.source}"
        if self.protocol in words.WITH_PORTS:
            made += f"{_port(self.source_port)} to {self.destination}{_port(self.port)}"
        else:
            made += f" to {self.destination}"
        return made + (" of an open connection" if self.is_established else "")


def _port(port: int | None) -> str:
    return "" if port is None else f" port {port}"


def packet(
    source: str,
    destination: str,
    protocol: str = "ip",
    *,
    source_port: int | None = None,
    port: int | None = None,
    icmp: str = "",
    is_established: bool = False,
    inward: str = "",
) -> Packet:
    """A packet from words. A protocol "ip" means that of no protocol with ports.

    Raises `Unprocessable` for what is no address or protocol, or does not go together.
    """
    try:
        one, two = ip_address(source.strip()), ip_address(destination.strip())
    except ValueError as error:
        raise Unprocessable(f"{error}. Give one address for each side, such as 10.0.20.5.") from None
    if one.version != two.version:
        raise Unprocessable(f"{one} and {two} are of different families. Give two IPv4 or two IPv6 addresses.")
    numbers = words.protocols(protocol)
    if numbers is None or len(numbers) != 1:
        raise Unprocessable(f"'{protocol[:40]}' is no protocol. Give tcp, udp, icmp, icmp6, esp, gre or a number.")
    number = numbers[0][0] if numbers[0][0] == numbers[0][1] else (4 if one.version == 4 else 41)
    if number == words.ICMP and one.version == 6:
        number = words.ICMP6
    if icmp:
        kinds = words.icmp(icmp, 6 if number == words.ICMP6 else 4)
        if kinds is None or number not in (words.ICMP, words.ICMP6):
            raise Unprocessable(f"'{icmp[:40]}' is no ICMP type of this protocol. Give echo, unreachable or a number.")
        port = kinds[0][0]
    elif port is not None and number not in words.WITH_PORTS:
        raise Unprocessable(f"{words.protocol_name(number)} has no ports. Leave the port away, or give tcp or udp.")
    return Packet(one, two, number, source_port, port, is_established, inward)
