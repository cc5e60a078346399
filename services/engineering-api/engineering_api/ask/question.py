"""What stands in a question: addresses, networks, VLANs, ports, interfaces, times. Pure."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from engineering_api.ask import wording

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

MOST_FOUND = 64
_V4 = r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}"
_NETWORK = re.compile(
    rf"{_V4}(?:/\d{{1,2}}(?!\d)|\s+(?:(?:mask|netmask|with|and)\s+)?(?:255"
    rf"|0)(?:\.\d{{1,3}}){{3}}(?![.\d]))?(?![\w]|\.\d)"
)
_V6 = re.compile(
    r"(?<![\w:.])(?=[0-9a-f:]*::?[0-9a-f:]*:?)[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:/\d{1,3})?(?![\w:])", re.I
)
_MAC = re.compile(r"(?<![\w:.-])(?:(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4})(?![\w:.-])", re.I)
_VLAN = re.compile(
    r"\bvlans?\s*(?:ids?\s*|number\s*|no\.?\s*|#\s*)?(\d{1,4}(?:\s*(?:,|and|or|&|-)\s*\d{1,4})*)(?!\d|[./]\d)", re.I
)
_NUMBER = re.compile(r"(?<![\w.:/-])\d[\d,]*(?:\.\d+)?(?![\w:]|\.\d)")
_PORT = re.compile(
    r"(?:\b(?:tcp|udp)[\s/:-]{0,3}(?:port\s{0,3})?|\bports?\s{0,3}(?:tcp|udp)?[\s/]{0,3}|\bon\s{1,3}|(?<=\d):)(\d{1,5})"
    r"(?!\d|[/.]\d|\s*(?:mbps|mbit|gbps|hosts?|calls?|hours?|days?))",
    re.I,
)
_INTERFACE = re.compile(
    r"(?<![\w/.-])(?:(?:[a-z][a-z-]{0,30}[a-z]|[a-z]{1,2})\s{0,2})?\d{1,3}(?:/\d{1,3}){1,3}(?:[.:]\d{1,4})?(?![\w/])"
    r"|(?<![\w/.-])(?:gi|gig|gigabitethernet|te|ten|tengigabitethernet|fa|fastethernet|eth|ethernet|po"
    r"|port-channel|lo|loopback"
    r"|tunnel|tu|ether|sfp|sfp-sfpplus|wan|lan|port|x|igb|em|ix|vmx|vtnet|re|bond|lagg|trk|lag|reth|ae"
    r"|opt|dmz|internal|wlan"
    r"|bridge|vlan|irb|switch)\s{0,2}-?\d{1,4}(?:[.:]\d{1,4})?(?![\w/]|\.\d)",
    re.I,
)
_NAMED_PORTS = {
    "rdp": ("tcp", 3389), "remote desktop": ("tcp", 3389), "https": ("tcp", 443), "http": ("tcp", 80),
    "ssh": ("tcp", 22), "telnet": ("tcp", 23), "smb": ("tcp", 445), "dns": ("udp", 53), "ntp": ("udp", 123),
    "snmp": ("udp", 161), "smtp": ("tcp", 25), "imap": ("tcp", 143), "imaps": ("tcp", 993), "pop3": ("tcp", 110),
    "ftp": ("tcp", 21), "ldap": ("tcp", 389), "ldaps": ("tcp", 636), "sip": ("udp", 5060), "mysql": ("tcp", 3306),
    "sql": ("tcp", 1433), "mssql": ("tcp", 1433), "postgres": ("tcp", 5432), "vnc": ("tcp", 5900),
    "radius": ("udp", 1812), "syslog": ("udp", 514), "tftp": ("udp", 69), "winrm": ("tcp", 5985),
    "kerberos": ("tcp", 88), "winbox": ("tcp", 8291), "openvpn": ("udp", 1194), "wireguard": ("udp", 51820),
    "web": ("tcp", 443),
}  # fmt: skip
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_AGO = re.compile(
    r"\b(?:last|past|previous|within|in the last)?\s{0,3}(\d{1,4})\s{0,2}(h|hours?|hrs?|d|days?|weeks?|w|months?)\b",
    re.I,
)
_DATE = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
_HOURS = {"h": 1, "d": 24, "w": 168, "m": 720}


@dataclass(frozen=True)
class Question:
    """A question, and when it is asked."""

    text: str
    asked_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @cached_property
    def folded(self) -> str:
        """In small letters, plain words, single spaces and plain signs, for comparison."""
        plain = self.text.casefold().translate({0x2019: "'", 0x2018: "'", 0x2013: "-", 0x2014: "-", 0xA0: " "})
        return wording.plain(" ".join(plain.split()))

    @cached_property
    def networks(self) -> list[Network]:
        """Addresses that stand there with their length or mask, as networks."""
        return [net for text in self._written() if ("/" in text or " " in text) and (net := _network(text))]

    @cached_property
    def addresses(self) -> list[Address]:
        """Addresses that stand there alone."""
        found = [one for text in self._written() if "/" not in text and " " not in text and (one := _address(text))]
        return [one for one in found if not _is_mask(one)]

    @cached_property
    def masks(self) -> list[str]:
        """Masks and wildcards that stand there alone: 255.255.254.0, 0.0.0.255."""
        return [text for text in self._written() if (one := _address(text)) and _is_mask(one)]

    @cached_property
    def lengths(self) -> list[int]:
        """Lengths of prefixes that stand there alone: /26."""
        return [int(one) for one in re.findall(r"(?<![\w.:/])/(\d{1,3})(?![\w./])", self.text)[:MOST_FOUND]]

    @cached_property
    def macs(self) -> list[str]:
        """MAC addresses."""
        return _MAC.findall(self.text)[:MOST_FOUND]

    @cached_property
    def vlans(self) -> list[int]:
        """The ids of VLANs."""
        found = [int(one) for match in _VLAN.findall(self.text) for one in re.findall(r"\d+", match)]
        return list(dict.fromkeys(one for one in found if 1 <= one <= 4094))[:MOST_FOUND]

    @cached_property
    def interfaces(self) -> list[str]:
        """Words that look like names of interfaces."""
        return ["".join(one.split()) for one in _INTERFACE.findall(self._without_networks())][:MOST_FOUND]

    @cached_property
    def service(self) -> tuple[str, int] | None:
        """The protocol and port that it is about; TCP where the protocol is not said."""
        if found := _PORT.search(self._without_vlans()):
            number = int(found[1])
            is_udp = re.search(r"\budp\b", self.folded) is not None
            if number <= 65_535:
                return ("udp" if is_udp else "tcp", number)
        for name in sorted(_NAMED_PORTS, key=len, reverse=True):
            if re.search(rf"(?<![\w-]){name}(?![\w-])", self.folded):
                return _NAMED_PORTS[name]
        return None

    @cached_property
    def numbers(self) -> list[float]:
        """Numbers that stand there alone."""
        return [float(one.replace(",", "")) for one in _NUMBER.findall(self.text)[:MOST_FOUND]]

    @cached_property
    def since(self) -> datetime | None:
        """From when on: 72 hours ago, Monday, yesterday, a date. Days begin at midnight UTC."""
        midnight = self.asked_at.replace(hour=0, minute=0, second=0, microsecond=0)
        if found := _DATE.search(self.text):
            try:
                return datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=UTC)
            except ValueError:
                return None
        if found := _AGO.search(self.folded):
            return self.asked_at - timedelta(hours=int(found[1]) * _HOURS[found[2][0].lower()])
        for number, day in enumerate(_DAYS):
            if re.search(rf"\b{day}\b", self.folded):
                return midnight - timedelta(days=(self.asked_at.weekday() - number) % 7 or 7)
        weekday, day_of_month = self.asked_at.weekday(), self.asked_at.day - 1
        spans = {"yesterday": 1, "today": 0, "this week": weekday, "last week": 7, "last month": 30}
        for words, days in (spans | {"this month": day_of_month}).items():
            if re.search(rf"\b{words}\b", self.folded):
                return midnight - timedelta(days=days)
        return None

    def has(self, pattern: str) -> bool:
        """Whether a pattern stands in the folded text."""
        return re.search(pattern, self.folded) is not None

    def _written(self) -> list[str]:
        found = [match[0] for match in _NETWORK.finditer(self.text)]
        found += [match[0] for match in _V6.finditer(self.text) if not _MAC.fullmatch(match[0])]
        return found[:MOST_FOUND]

    def _without_networks(self) -> str:
        return _V6.sub(" ", _NETWORK.sub(" ", _MAC.sub(" ", self.text)))

    def _without_vlans(self) -> str:
        return _VLAN.sub(" ", self.text)


def clauses(text: str) -> list[str]:
    """The single questions of a text, at most eight: at the ends of sentences, and where one question joins another."""
    begins = r"(?:what|which|who|where|when|how|is|are|can|does|do|show|list)\b"
    # "and which line decides" asks nothing without what is before it.
    begins = (
        rf"(?!(?:which|what|by which) (?:line|rule|policy|ace|entry)\s+(?:decides?|matches|blocks?|allows?)\b){begins}"
    )
    parts = re.split(
        rf"(?<=[?!])\s+|(?<=[a-z)0-9])[.;]\s+(?=[A-Z])|\n+|\s*(?:,|;)?\s+and\s+(?:also\s+)?(?={begins})", text.strip()
    )
    found = [" ".join(part.split()) for part in parts if part and re.search(r"\w", part)]
    return found[:8] if found else [text.strip()]


def _network(text: str) -> Network | None:
    words = [word for word in text.split() if re.match(r"[\d:a-f]", word, re.I) and not word.isalpha()]
    try:
        return ip_network("/".join(words), strict=False)
    except ValueError:
        return None


def _address(text: str) -> Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _is_mask(one: Address) -> bool:
    return one.version == 4 and (str(one).startswith("255.") or (str(one).startswith("0.") and str(one) != "0.0.0.0"))  # noqa: S104
