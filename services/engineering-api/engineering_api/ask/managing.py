"""Questions about the management of devices: who may log in, how, and what runs on them."""

import re

from engineering_api.ask.about import meant, one_meant
from engineering_api.ask.found import Findings, lines, listed
from engineering_api.ask.kind import kind
from engineering_api.ask.question import Question
from engineering_api.ask.world import World
from engineering_api.chosen import Subject
from engineering_api.facts.fact import Span
from engineering_api.facts.services import Management, User

#: Who asks for devices that have a thing not.
WITHOUT = r"\b(?:no|not|without|lack\w*|missing|don't|doesn't|haven't|do not|has not)\b"
#: How passwords are kept that everybody can read who reads the configuration.
_READABLE = frozenset({"plain", "0", "7"})
_PROTOCOLS = ("telnet", "ssh", "https", "http", "winbox", "api", "ping", "snmp", "ftp", "tftp")
_TRANSPORT = re.compile(r"transport input (.+)")
_SETTINGS = {
    "lldp": r"\blldp\b",
    "cdp": r"\bcdp\b",
    "dhcp-snooping": r"\bdhcp.?snooping\b",
    "arp-inspection": r"\barp.?inspection\b|\bdai\b",
    "bpdu-guard": r"\bbpdu.?guard\b",
    "high-availability": r"\bhigh.?availability\b|\bha\b|\bfailover pair\b",
    "two-factor": r"\btwo.?factor\b"
    r"|\b2fa\b|\bmfa\b",
    "universal-plug-and-play": r"\bupnp\b",
    "time-zone": r"\btime.?zone\b",
    "password-encryption": r"\bpassword.?encryption\b",
    "snmp-location": r"\b(?:location|where is)\b",
    "vtp": r"\bvtp\b",
    "remote-support": r"\bremote support\b",
    "banner": r"\bbanner\b",
    "ipv6": r"\bipv6\b",
    "source-routing": r"\bsource.?rout",
    "storm-control": r"\bstorm.?control\b",
    "config-archive": r"\barchive\b",
    "domain-name": r"\bdomain(?: |-)?name\b",
}


def _protocols(question: Question, world: World) -> Findings | None:
    """Which devices have a way to manage them on."""
    wanted = next((one for one in _PROTOCOLS if question.has(rf"\b{one}\b")), None)
    if wanted is None or not world.subjects:
        return None
    found = Findings()
    off: list[tuple[Subject, Span]] = []
    if question.has(WITHOUT):
        without = [
            one
            for one in meant(question, world)
            if not any(_is_of(entry, wanted) and entry.is_enabled for entry in one.device.management)
            and not any(wanted in face.management for face in one.device.interfaces)
        ]
        record = world.looked("management", {"protocol": wanted}, len(without))
        found.say(f"{wanted} is not on by the configuration of {listed([one.name for one in without])}.", record)
        return found
    for subject in meant(question, world):
        entries = [one for one in subject.device.management if _is_of(one, wanted)]
        on = [one for one in entries if one.is_enabled]
        for one in on:
            guard = next((entry for entry in subject.device.snmp if entry.acl), None) if wanted == "snmp" else None
            limit = f", limited by {guard.acl}" if guard else ""
            found.say(f"{subject.name} has {wanted} on{_where(one)}{limit}.", *lines(subject, one.source))
        if not on:
            faces = [one for one in subject.device.interfaces if wanted in one.management]
            for face in faces[:12]:
                found.say(
                    f"{subject.name} answers {wanted} on {face.name}.", *lines(subject, face.line_of("management"))
                )
            off.extend((subject, one.source) for one in entries if not faces)
    if not found.sentences:
        record = world.looked("management", {"protocol": wanted}, 0)
        found.say(f"No configuration that was looked at turns {wanted} on.", record)
    shut: dict[int, tuple[Subject, list[Span]]] = {}
    for subject, span in off:
        shut.setdefault(id(subject), (subject, []))[1].append(span)
    for subject, spans in shut.values():
        found.say(f"{subject.name} has {wanted} off.", *lines(subject, *spans[:4]))
    return found


def _is_of(one: Management, wanted: str) -> bool:
    if one.protocol == wanted:
        return True
    if one.protocol != "vty":
        return False
    inputs = [match[1].split() for option in one.options if (match := _TRANSPORT.search(option))]
    return any(wanted in words or ("all" in words and wanted in ("telnet", "ssh")) for words in inputs)


def _where(one: Management) -> str:
    parts = []
    if one.protocol == "vty":
        parts.append(next((option for option in one.options if option.startswith("line ")), "vty"))
    if one.port:
        parts.append(f"port {one.port}")
    if one.interfaces:
        parts.append(f"on {listed(one.interfaces)}")
    if one.allowed:
        parts.append(f"from {listed(one.allowed)}")
    if one.acl:
        parts.append(f"with the list {one.acl}")
    if not one.allowed and not one.acl and one.protocol not in ("console", "aux"):
        parts.append("from everywhere that reaches it")
    return f" ({', '.join(parts)})" if parts else ""


def _manage(question: Question, world: World) -> Findings | None:
    """How to manage a device: its ways in, its addresses, who may log in."""
    subjects = one_meant(question, world)
    if not subjects:
        return None
    found = Findings()
    for subject in subjects:
        device = subject.device
        for one in sorted(device.management, key=lambda one: not one.is_enabled):
            state = "can be managed by" if one.is_enabled else "is not managed by"
            found.say(
                f"{subject.name} {state} {one.protocol}{_where(one) if one.is_enabled else ', which is off'}.",
                *lines(subject, one.source),
            )
        for face in device.interfaces:
            if face.kind in ("management", "loopback") or face.management or (face.vlan is not None and face.addresses):
                addresses = [str(held.value) for held in face.addresses]
                if addresses:
                    allows = f", which allows {listed(face.management)}" if face.management else ""
                    found.say(
                        f"Its address on {face.name} is {listed(addresses)}{allows}.", *lines(subject, face.source)
                    )
        names = [one for one in device.users if one.is_enabled]
        if names:
            found.say(
                f"The users on {subject.name} are {listed([one.name for one in names])}.",
                *lines(subject, *[one.source for one in names][:8]),
            )
    return found if found.sentences else None


def _users(question: Question, world: World) -> Findings | None:
    found = Findings()
    level = re.search(r"\b(?:privilege|level|priv)\s*(?:level\s*)?(\d{1,2})\b", question.folded)
    admins = question.has(r"\badmin(?:s|istrators?)?\b")
    for subject in meant(question, world):
        chosen = [one for one in subject.device.users if level is None or one.privilege == level[1]]
        if admins and any(_is_admin(one) for one in chosen):
            chosen = [one for one in chosen if _is_admin(one)]
        for one in chosen:
            name = f"privilege {one.privilege}" if one.privilege.isdigit() else one.privilege
            rights = f" with {name}" if one.privilege else ""
            state = "" if one.is_enabled else ", who is off"
            origin = f", from {listed(one.allowed)}" if one.allowed else ""
            found.say(f"{subject.name} has the user {one.name}{rights}{origin}{state}.", *lines(subject, one.source))
    if not found.sentences and world.subjects:
        told = f" with privilege {level[1]}" if level else ""
        found.say(f"No configuration that was looked at names a user{told}.", world.looked("users", {}, 0))
    return found if found.sentences else None


def _readable(question: Question, world: World) -> Findings | None:
    """Users whose password stands there so that it can be read."""
    found = Findings()
    for subject in meant(question, world):
        for one in subject.device.users:
            if one.password in _READABLE:
                how = "in plain text" if one.password in ("plain", "0") else "as type 7, which can be turned back"
                found.say(f"{subject.name} keeps the password of {one.name} {how}.", *lines(subject, one.source))
    if not found.sentences and world.subjects:
        found.say("No user's password stands in plain text.", world.looked("plain-passwords", {}, 0))
    return found if found.sentences else None


def _is_admin(one: User) -> bool:
    words = one.privilege.casefold()
    return words in ("15", "full", "manager") or any(part in words for part in ("admin", "super", "root"))


def _identity(question: Question, world: World) -> Findings | None:
    """Model, firmware, serial number, host name."""
    wanted = next((field for field, words in (("version", (r"firmware|version|software"
r"|\bos\b|release")), ("serial", r"serial"), ("model", r"model|hardware|what (?:kind"
r"|type) of")) if question.has(words)), None)  # fmt: skip
    if wanted is None or not world.subjects:
        return None
    found = Findings()
    silent = []
    for subject in meant(question, world):
        for one in [subject.device.identity, *subject.device.members]:
            value = getattr(one, wanted)
            name = one.hostname or subject.name
            if value:
                word = {"version": "runs version", "serial": "has the serial number", "model": "is a"}[wanted]
                more = f" ({one.model})" if wanted == "version" and one.model else ""
                found.say(f"{name}{more} {word} {value}.", *lines(subject, one.line_of(wanted)))
            elif one is subject.device.identity:
                silent.append(name)
    if silent:
        found.unanswered.append(f"The {wanted} is not in the configuration of {listed(silent)}.")
    return found


def _settings(question: Question, world: World) -> Findings | None:
    """Whether a thing is on, and its value."""
    wanted = [name for name, words in _SETTINGS.items() if question.has(words)]
    if not wanted or not world.subjects:
        return None
    found = Findings()
    for name in wanted[:4]:
        silent = []
        for subject in meant(question, world):
            said = [one for one in subject.device.settings if one.name == name]
            for one in said[:8]:
                value = f": {one.value}" if one.value else ""
                state = "" if name in ("snmp-location", "time-zone", "banner") else " on" if one.is_on else " off"
                found.say(f"{subject.name} has {name}{state}{value}.", *lines(subject, one.source))
            if not said:
                silent.append(subject.name)
        if silent:
            record = world.looked("setting", {"name": name}, len(found.sentences))
            found.say(f"The configuration of {listed(silent)} says nothing of {name}.", record)
    return found


KINDS = (
    kind(
        "manage",
        "How to manage a device",
        _manage,
        r"\bhow (?:do|can|should) (?:i|we|you|one)\b.{0,30}\b(?:manage|log ?in|connect|access"
        r"|administer|reach|get into)",
        r"\bmanagement access\b",
        r"\bhow is\b.{0,30}\bmanaged\b",
        r"\bwho (?:can|may)\b.{0,30}\b(?:manage|management|log ?in|administer|access)\b",
        r"\b(?:admin|management|gui) (?:port|interface|address|ip)\b",
        r"\bport\b.{0,30}\b(?:gui|web ?ui|admin)\b",
    ),
    kind(
        "management",
        "Ways to manage",
        _protocols,
        r"\b(?:which|what|who|is|are|does|do|has|have|any|where|list|show)\b.{0,60}\b(?:telnet|ssh"
        r"|https?|winbox|ftp|tftp)\b",
    ),
    kind(
        "identity",
        "Model and firmware",
        _identity,
        r"\b(?:firmware|software version|(?:os|ios|junos|fortios|routeros) version|version of|serial"
        r"|hardware|what model|which model|model of|which version|what version|release)\b",
    ),
    kind(
        "users",
        "Users",
        _users,
        r"\b(?:which|what|who|list|show|are there)\b.{0,40}\b(?:users?|accounts?|administrators?"
        r"|admins?|logins?|log ?in)\b",
    ),
    kind(
        "settings",
        "What is on or off",
        _settings,
        r"\b(?:which|what|is|are|does|do|has|have|any|where|list|show)\b.{0,60}\b(?:lldp|cdp|snooping"
        r"|inspection|dai|bpdu|availability|ha|failover|factor|2fa|mfa|upnp|zone|encryption|location"
        r"|vtp|support|banner|ipv6|sourc|storm|archive|time ?zone|domain)",
    ),
    kind(
        "plain-passwords",
        "Passwords in plain text",
        _readable,
        r"\b(?:which|who|any|are|is|does)\b.{0,40}"
        r"\b(?:plain|clear|weak|type (?:0|7)).{0,12}\b(?:passwords?|secrets?)\b",
        r"\b(?:which|who|any|are|is|does)\b.{0,40}\b(?:passwords?|secrets?)\b.{0,20}"
        r"\b(?:plain|clear|readable|type (?:0|7))",
    ),
)
