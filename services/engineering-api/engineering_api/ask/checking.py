"""Whether what a language model says is borne out by what it cites. Pure.

A figure, an address or a name that stands neither in the quotes that a sentence cites nor in the question makes the
sentence unsupported, and so does one that permits what its quotes deny, or the other way round.
"""

import re
from collections.abc import Iterable, Sequence
from ipaddress import ip_address, ip_network

from engineering_api.ask.found import Source

_TOKEN = re.compile(r"[^\s,;!?()\[\]{}\"“”'‘’`<>]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_EDGE = ".:…*_"
_WORD = re.compile(r"[^\W\d_]{3,}")
#: Names of the trade that need no proof, and words that begin with a capital for other reasons.
_TRADE_WORDS = """
acl acls aes api arp bgp cdp cidr cli cpu dhcp dmz dns dscp eigrp esp ethernet ftp gre gui hsrp http https icmp
igmp ike ikev1 ikev2 ip ipv4 ipv6 ipsec isp lacp lan lldp mac mpls mss mtu nat ntp ospf pat poe pppoe qos radius
rdp rfc rip rtp sip snmp snmpv2c snmpv3 ssh ssid ssl stp svi tacacs tcp telnet tls udp vlan vlans vpn vpns vrf
vrrp wan wi-fi wifi wireguard wlan i english yes no
"""
_TRADE = frozenset(_TRADE_WORDS.split())
_ALLOWS = re.compile(r"\b(?:permit|allow|accept)(?:s|ed|ing)?\b|\bpass(?:es|ed|ing)?\b|\blets?\b", re.I)
_DENIES = re.compile(r"\b(?:den(?:y|ies|ied)|block(?:s|ed)?|drop(?:s|ped)?|reject(?:s|ed)?)\b", re.I)
_NEGATES = re.compile(r"\b(?:not|never|cannot|no|nobody|nothing)\b|n't\b", re.I)
_ADDRESS = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?(?![\w]|\.\d)")
_LEAST_SHARED = 0.3
#: So many letters of a word are compared: denies and deny, addresses and address.
_STEM = 4
_STOP_WORDS = """
switch router firewall device configuration line lines port ports interface rule rules named called defines defined set
the and for with from that this are was were has have had its not but can may will into onto each any all via
per who which what when where there here does did been being also only then than they them their our your
"""
_STOP = frozenset(_STOP_WORDS.split())


def is_borne_out(sentence: str, cited: Sequence[Source], question: str) -> bool:
    """Whether the cited sources bear a sentence out, as far as rules can tell."""
    if not cited or not sentence.strip():
        return False
    quotes = "\n".join(f"{one.source}\n{one.quote}\n{_place(one)}" for one in cited)
    sources = f"{quotes}\n{question}".casefold()
    if not all(_is_known(token, sources) for token in _names(sentence)):
        return False
    if not all(_stands(number, sources) for number in _NUMBER.findall(sentence)):
        return False
    return _shares_words(sentence, sources) and _agrees(sentence, quotes)


def _place(source: Source) -> str:
    return " ".join(
        str(value) for name, value in source.locator if name in ("device", "site", "line_start", "line_end", "tool")
    )


def _names(sentence: str) -> Iterable[str]:
    """Words that name something: with digits, with a capital inside, or with one that does not begin the sentence."""
    begins = True
    for match in _TOKEN.finditer(sentence):
        token = match[0].strip(_EDGE)
        plain = token.casefold()
        is_name = (
            any(sign.isdigit() for sign in token)
            or token[1:] != token[1:].lower()
            or (token[:1].isupper() and not begins)
        )
        is_number = _NUMBER.fullmatch(token) is not None
        if token and is_name and not is_number and plain not in _TRADE and plain.removesuffix("s") not in _TRADE:
            yield plain.removesuffix("'s").removesuffix("’s")
        begins = match[0].endswith((".", ":", "!", "?"))


def _is_known(token: str, sources: str) -> bool:
    """Whether a name stands in the sources as a word of its own; an address also as one of its network's spellings."""
    if re.search(rf"(?<![\w.-]){re.escape(token)}(?![\w-]|\.\d)", sources) is not None:
        return True
    parts = [part for part in re.split(r"[/|:=-]", token) if part]
    if _ADDRESS.fullmatch(token):
        return any(_same(token, other) for other in _ADDRESS.findall(sources))
    return len(parts) > 1 and all(
        re.search(rf"(?<![\w.]){re.escape(part)}(?![\w]|\.\d)", sources) is not None for part in parts
    )


def _same(one: str, other: str) -> bool:
    """Whether two ways to write an address mean the same: 10.0.0.5/32 and 10.0.0.5, 10.0.0.1/24 and 10.0.0.0/24."""
    try:
        if "/" in one and "/" in other:
            return ip_network(one, strict=False) == ip_network(other, strict=False)
        return ip_address(one.partition("/")[0]) == ip_address(other.partition("/")[0]) and "/32" in f"{one}{other}/32"
    except ValueError:
        return False


def _stands(number: str, sources: str) -> bool:
    plain = number.replace(",", "")
    return (
        any(
            re.search(rf"(?<![\d.]){re.escape(one)}(?!\d|\.\d)", sources) is not None
            for one in dict.fromkeys((number, plain))
        )
        or re.search(
            rf"(?<![\d.]){re.escape(f'{int(plain):,}')}(?!\d|\.\d)" if plain.isdigit() and len(plain) < 16 else r"(?!)",
            sources,
        )
        is not None
    )


def _shares_words(sentence: str, sources: str) -> bool:
    """Whether a part of the words stands in the sources: what only repeats an order to say it does not count."""
    said = {word[:_STEM] for word in _WORD.findall(sentence.casefold()) if word not in _STOP}
    known = {word[:_STEM] for word in _WORD.findall(sources)}
    return not said or len(said & known) / len(said) >= _LEAST_SHARED


def _agrees(sentence: str, quotes: str) -> bool:
    """Whether a sentence permits what quotes deny, or denies what they permit."""
    quoted_allows, quoted_denies = _ALLOWS.search(quotes) is not None, _DENIES.search(quotes) is not None
    if quoted_allows == quoted_denies:
        return True
    negated = _NEGATES.search(sentence) is not None
    allows, denies = _ALLOWS.search(sentence) is not None, _DENIES.search(sentence) is not None
    if allows == denies:
        return True
    says_allowed = allows != negated
    return says_allowed == quoted_allows
