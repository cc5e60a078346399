"""Words for the search of the knowledge: stems, words that mean the same, names of platforms. Pure."""

import re

_WORD = re.compile(r"[a-z0-9]+(?:[.+/-][a-z0-9]+)*")
#: "Cat 6" is one word.
_CATEGORY = re.compile(r"\bcat(?:egory)?\.? (\d[a-e]?)\b")
_WRITE_MEMORY = re.compile(r"\b(?:write|wr|writing) mem(?:ory)?\b")
_SET_UP = re.compile(r"\bset(?:ting)?[ -]?up\b")
_RFC = re.compile(r"\brfc[ -](\d{3,5})\b")
_UNIT = re.compile(r"\b(\d+(?:\.\d+)?)(ghz|tb|gb)\b")
#: 169.254.x.x
_NETWORK = re.compile(r"\b(\d{1,3}(?:\.\d{1,3})+)(?:\.x){1,3}\b")
_ENDINGS = "ations ation ments ment ings ing ions ion ers ies ed er es ly s e"
_SUFFIXES = tuple(_ENDINGS.split())
_STOP_WORDS = """
a about all an and any are as at be by can could do does for from get give has have how i if in into is it its
let like make me my need of on one or our please should so some someone tell than that the their them there
these they this to up us use used uses using via was way we what when where which who why will with would you
your explain many much work works mean stand between kind type standard command commands set setup show list see
view check network device devices go best good ok okay may run runs cli ap giving bring tb gb
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
#: What people say, and by which word it is found.
_SAME_WORDS = """
wireless: wifi wi-fi wlan 802.11 wap
stp: spanning-tree spanning rstp mstp 802.1w 802.1d
trunk: trunking
tag: tagged 802.1q dot1q
untag: untagged
acl: acls access-list
aggregate: lag etherchannel port-channel lacp 802.3ad bonding trk link-aggregation
voice: voip telephony
phone: phones
g711: g.711
g729: g.729
g722: g.722
version: firmware ios-version software
reboot: reload restart
neighbor: neighbours neighbour neighbors
backup: export
config: configuration
create: configure configuring add define creating
enable: activate turn
rdp: remote-desktop
save: write-memory store
subnet: subnetting
mac: mac-address-table macs fdb
dot1x: 802.1x
max: maximum maximal highest
admin: administrative
secur: secure safe
nat: translation masquerade masquerading
ipsec: ipsec-vpn
mtu: mtu-size
fiber: fibre
meter: metres metre meters
length: distance far long
watt: watts power
address: addresses
poe: 802.3af 802.3at 802.3bt power-over-ethernet
forward: port-forwarding forwarding
lldp
range
bandwidth
cat5e
"""
_SAME = {
    word: line.partition(":")[0] for line in _SAME_WORDS.strip().splitlines() for word in line.replace(":", " ").split()
}
#: Names of platforms and vendors as people write them.
_PLATFORMS = (
    ("cisco_nxos", r"\bnx-?os\b|\bnexus\b"), ("cisco_asa", r"\basa\b|\bfirepower\b"),
    ("aruba_aoscx", r"\baos-?cx\b|\baruba ?cx\b|\b(?:6[1-4]00|8[1-4]\d\d)\b.{0,4}\bcx\b|\bcx\b"),
    ("hp_procurve", r"\bprocurve\b|\bpro curve\b|\baruba ?os-?switch\b|\barubaos\b|\bhpe?\b|\bprovision\b|\baruba\b"),
    ("juniper_junos", r"\bjunos\b|\bjuniper\b|\bsrx\b|\bex\d{4}"), ("fortinet", r"\bforti\w*"),
    ("mikrotik_routeros", r"\bmikrotik\b|\brouteros\b|\brouterboard\b"),
    ("pfsense", r"\bpfsense\b"), ("opnsense", r"\bopnsense\b"),
    ("sonicwall", r"\bsonic ?wall\b|\bsonicos\b"), ("ubiquiti_edgeos", r"\bedge ?(?:os|router|max)\b|\bvyos\b"),
    ("ubiquiti_unifi", r"\bunifi\b|\bubiquiti\b|\bubnt\b"), ("arista_eos", r"\barista\b|\beos\b"),
    ("linux", r"\blinux\b|\bubuntu\b|\bdebian\b"), ("windows", r"\bwindows\b|\bpowershell\b"),
    ("cisco_ios", r"\bcisco\b|\bios\b|\bios-?xe\b|\bcatalyst\b|\bisr\b"),
)  # fmt: skip
_NAMES = tuple((name, re.compile(pattern)) for name, pattern in _PLATFORMS)


def platform(folded: str) -> str:
    """The platform that a text names; "" where it names none."""
    return next((name for name, pattern in _NAMES if pattern.search(folded)), "")


def without_platforms(folded: str) -> str:
    """The text without names of platforms: these are no words to look for."""
    for _, pattern in _NAMES:
        folded = pattern.sub(" ", folded)
    return folded


def stems(text: str) -> list[str]:
    """The words that count, in order; of a compound its parts too."""
    found: list[str] = []
    for match in _WORD.finditer(_joined(text.casefold())):
        word = match[0]
        if word in STOP_WORDS:
            continue
        found.append(_stem(word))
        if any(sign in word for sign in "-/") and word not in _SAME:
            found.extend(_stem(part) for part in re.split(r"[-/]", word) if part not in STOP_WORDS)
    return found


def _joined(folded: str) -> str:
    """What is one word however it is written, and two what is two: Cat 6, RFC 1918, 2.4 GHz."""
    text = _CATEGORY.sub(r"cat\1", _SET_UP.sub("configure", _WRITE_MEMORY.sub("save", folded)))
    text = _RFC.sub(r"rfc\1", _NETWORK.sub(r"\1", text))
    return _UNIT.sub(r"\1 \2", text)


def _stem(word: str) -> str:
    same = _SAME.get(word, word)
    if not same.isalpha() or same in _SAME.values():
        return same
    for suffix in _SUFFIXES:
        if same.endswith(suffix) and len(same) - len(suffix) >= 3:
            cut = same[: -len(suffix)]
            return _SAME.get(cut, cut)
    return same
