"""What configurations say, by the things that documents speak of."""

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network

from engineering_api.ask.about import is_outside, is_public
from engineering_api.chosen import Subject
from engineering_api.drift.statement import Line, Truth
from engineering_api.facts.fact import Span
from engineering_api.facts.ports import Interface
from engineering_api.tools.interfaces import long_name

Network = IPv4Network | IPv6Network
#: Names of VLANs that name no purpose.
_NO_PURPOSE = re.compile(r"^(?:vlan[-_ ]?\d*|default(?:_vlan)?|\d+|unused|native|native unused|test|lan|opt\d+)$", re.I)
#: Words that name the same purpose of a VLAN.
_PURPOSES = """
voice voip phone phones telephony telephone sip tel telefonie telefon telefone sprach sprache
guest guests visitor visitors gast gäste gaeste besucher
staff mitarbeiter büro buero office offices users user clients client
staff workstations workstation corp corporate data employees desktop
server servers srv datacenter
management mgmt mgt admin infrastructure
camera cameras cctv video surveillance kamera kameras überwachung
printer drucker printers printing print
wireless wifi wi-fi wlan
iot building automation sensors
dmz
storage iscsi san nas
backup backups
payment payments pos card terminals
"""
_LETTERS = r"[^\W\d_]+"
_PURPOSE_OF = {word: line.split()[0] for line in _PURPOSES.strip().splitlines() for word in line.split()}


def purposes(text: str) -> frozenset[str]:
    """The purposes that a name or description of a VLAN speaks of."""
    return frozenset(
        _PURPOSE_OF[word] for word in re.findall(rf"{_LETTERS}(?:-{_LETTERS})?", text.casefold()) if word in _PURPOSE_OF
    ) | frozenset(_PURPOSE_OF[word] for word in re.findall(_LETTERS, text.casefold()) if word in _PURPOSE_OF)


class Known:
    """The facts of a scope."""

    def __init__(self, subjects: Iterable[Subject]) -> None:
        """Takes the devices as they are now."""
        self.subjects = tuple(subjects)
        self._made: dict[tuple[object, ...], Truth] = {}
        #: Where the devices are, in small letters; none where nobody said.
        self.places = frozenset(one.site.casefold() for one in self.subjects if one.site)

    @cached_property
    def names(self) -> dict[str, Subject]:
        """Devices by their names in small letters; a name that two have is left out."""
        found: dict[str, Subject] = {}
        twice: set[str] = set()
        for subject in self.subjects:
            for name in {subject.name.casefold(), subject.device.identity.hostname.casefold()} - {""}:
                if name in found and found[name] is not subject:
                    twice.add(name)
                found[name] = subject
        return {name: one for name, one in found.items() if name not in twice and len(name) > 2}

    @cached_property
    def vlan_names(self) -> dict[int, Truth]:
        """What VLANs are called."""
        made: dict[int, dict[str, Line]] = {}
        for subject in self.subjects:
            for one in subject.device.vlans:
                if one.name and not _NO_PURPOSE.match(one.name):
                    made.setdefault(one.id, {}).setdefault(one.name, Line(subject, one.source))
            for face in subject.device.interfaces:
                # A description that names a purpose says as much as a name.
                for text in (face.alias, face.description):
                    if face.vlan is not None and text and purposes(text):
                        made.setdefault(face.vlan, {}).setdefault(text, Line(subject, face.source))
        return {number: Truth(said) for number, said in made.items()}

    @cached_property
    def vlan_networks(self) -> dict[int, Truth]:
        """The networks of VLANs, by the addresses of the interfaces in them."""
        made: dict[int, dict[str, Line]] = {}
        for subject, face in self._routed():
            for held in face.addresses:
                if held.value.network.prefixlen < held.value.max_prefixlen and face.vlan is not None:
                    made.setdefault(face.vlan, {}).setdefault(str(held.value.network), Line(subject, held.source))
        return {number: Truth(said) for number, said in made.items()}

    @cached_property
    def gateways(self) -> dict[str, Truth]:
        """What can be the gateway of a network: addresses of devices in it that route, shared ones, and DHCP's."""
        made: dict[str, dict[str, Line]] = {}
        for subject in self.subjects:
            device = subject.device
            networks = {held.value.network for face in device.interfaces for held in face.addresses}
            for face in device.interfaces:
                for held in face.addresses:
                    if len(networks) > 1:
                        made.setdefault(str(held.value.network), {}).setdefault(
                            str(held.value.ip), Line(subject, held.source)
                        )
                for shared in face.virtual_addresses:
                    for held in face.addresses:
                        address = shared.partition(" ")[0].partition("/")[0]
                        made.setdefault(str(held.value.network), {}).setdefault(address, Line(subject, face.source))
            for pool in device.dhcp_pools:
                if pool.network and pool.gateway:
                    made.setdefault(pool.network, {}).setdefault(pool.gateway, Line(subject, pool.line_of("gateway")))
        return {network: Truth(said) for network, said in made.items()}

    @cached_property
    def ranges(self) -> dict[str, Truth]:
        """The ranges that DHCP gives out, by network."""
        made: dict[str, dict[str, Line]] = {}
        for subject in self.subjects:
            for pool in subject.device.dhcp_pools:
                for given in pool.ranges:
                    made.setdefault(pool.network, {}).setdefault(given, Line(subject, pool.line_of("ranges")))
        return {network: Truth(said) for network, said in made.items() if network}

    @cached_property
    def ssids(self) -> dict[str, Truth]:
        """The VLANs of wireless networks, by their names in small letters."""
        made: dict[str, dict[str, Line]] = {}
        for subject in self.subjects:
            for one in subject.device.wireless:
                if one.vlan is not None:
                    made.setdefault(one.ssid.casefold(), {}).setdefault(
                        str(one.vlan), Line(subject, one.line_of("vlan"))
                    )
        return {ssid: Truth(said) for ssid, said in made.items()}

    def networks_of(self, number: int) -> list[str]:
        """The networks of a VLAN."""
        return list(self.vlan_networks.get(number, Truth()).said)

    def addresses(self, subject: Subject) -> Truth:
        """All addresses of a device."""
        return self._once(("addresses", id(subject)), lambda: self._addresses(subject))

    def _addresses(self, subject: Subject) -> Truth:
        said: dict[str, Line] = {}
        for face in subject.device.interfaces:
            for held in face.addresses:
                said.setdefault(str(held.value.ip), Line(subject, held.source))
            for shared in face.virtual_addresses:
                said.setdefault(shared.partition(" ")[0].partition("/")[0], Line(subject, face.source))
            if face.standby:
                said.setdefault(face.standby, Line(subject, face.source))
        return Truth(said)

    def outside(self, subject: Subject) -> Truth:
        """The public addresses of a device, and those that it forwards or translates to."""
        return self._once(("outside", id(subject)), lambda: self._outside(subject))

    def _outside(self, subject: Subject) -> Truth:
        said: dict[str, Line] = {}
        for face in subject.device.interfaces:
            if not is_outside(face, subject):
                continue
            for held in face.addresses:
                if is_public(held.value.ip):
                    said.setdefault(str(held.value.ip), Line(subject, held.source))
        return Truth(said)

    def interface(self, subject: Subject, name: str) -> Interface | None:
        """An interface of a device by its name, however it is written."""
        plain = "".join(name.split()).casefold()
        wanted = {plain, long_name(plain).casefold()}
        for one in subject.device.interfaces:
            if {one.name.casefold(), long_name(one.name).casefold()} & wanted:
                return one
        return None

    def servers(self, kind: str, subject: Subject | None) -> Truth:
        """The servers of a kind that a device uses, or any of them; of DNS also those that DHCP hands out."""
        return self._once(("servers", kind, id(subject)), lambda: self._servers(kind, subject))

    def _servers(self, kind: str, subject: Subject | None) -> Truth:
        said: dict[str, Line] = {}
        for one in (subject,) if subject is not None else self.subjects:
            for server in one.device.servers:
                if server.kind == kind:
                    said.setdefault(server.address.casefold(), Line(one, server.source))
            for pool in one.device.dhcp_pools if kind == "dns" else ():
                for address in pool.dns:
                    said.setdefault(address.casefold(), Line(one, pool.line_of("dns")))
        return Truth(said)

    def peers(self, subject: Subject | None) -> Truth:
        """The other ends of VPN tunnels."""
        return self._once(("peers", id(subject)), lambda: self._peers(subject))

    def _peers(self, subject: Subject | None) -> Truth:
        said: dict[str, Line] = {}
        for one in (subject,) if subject is not None else self.subjects:
            for tunnel in one.device.tunnels:
                if tunnel.peer:
                    address = tunnel.peer.partition(":")[0] if tunnel.peer.count(":") == 1 else tunnel.peer
                    said.setdefault(address, Line(one, tunnel.line_of("peer")))
        return Truth(said)

    def identity(self, subject: Subject, field: str) -> Truth:
        """Model, firmware or serial number of a device."""
        found = subject.device.identity
        value = str(getattr(found, field))
        return Truth({value.casefold(): Line(subject, Span(*found.line_of(field)))} if value else {})

    @cached_property
    def outside_subjects(self) -> tuple[Subject, ...]:
        """The devices that have public addresses."""
        return tuple(one for one in self.subjects if self.outside(one).said)

    @cached_property
    def outside_addresses(self) -> frozenset[str]:
        """All public addresses of the devices."""
        return frozenset(address for one in self.subjects for address in self.outside(one).said)

    @cached_property
    def hands_out_dns(self) -> bool:
        """Whether a device tells hosts which servers of DNS to use."""
        return any(pool.dns for one in self.subjects for pool in one.device.dhcp_pools)

    def _once(self, key: tuple[object, ...], make: Callable[[], Truth]) -> Truth:
        """What was made before; thousands of sentences ask for the same."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def _routed(self) -> Iterable[tuple[Subject, Interface]]:
        for subject in self.subjects:
            for face in subject.device.interfaces:
                if face.vlan is not None and face.addresses:
                    yield subject, face
