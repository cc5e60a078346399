"""Questions that are calculated: packets and lines, power, hardware addresses."""

import re
from typing import Any

from engineering_api.ask.found import Findings, counted, lines
from engineering_api.ask.kind import kind
from engineering_api.ask.question import Question
from engineering_api.ask.world import World

#: The outermost first.
_LAYERS = (
    (r"pppoe", {"kind": "pppoe"}), (r"q-?in-?q", {"kind": "qinq"}), (r"ipsec|\besp\b", {"kind": "ipsec"}),
    (r"\bl2tp\b", {"kind": "l2tp"}), (r"\bgre\b", {"kind": "gre"}), (r"vxlan", {"kind": "vxlan"}),
    (r"wireguard", {"kind": "wireguard"}),
)  # fmt: skip
_LAYER_NAMES = {"ipsec": "IPsec", "pppoe": "PPPoE", "wireguard": "WireGuard", "qinq": "QinQ"}
_CIPHERS = ((r"gcm", "aes-gcm"), (r"3des", "3des"), (r"chacha", "chacha20-poly1305"), (r"aes|cbc", "aes-cbc"))
_CODECS = (
    ("g711", (r"\bg\.?711|\bpcm[au]?\b|alaw"
r"|ulaw|µ-?law")), ("g729", r"\bg\.?729"), ("g722", r"\bg\.?722"), ("opus-32", r"\bopus"),
)  # fmt: skip
_SIZES = {"kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}
_RATES = {"k": 1e-3, "m": 1.0, "g": 1e3}
_SIZE = re.compile(r"(\d[\d.,]{0,12})\s*(kb|mb|gb|tb|kib|mib|gib|tib)(?:ytes?)?\b(?!\s*/\s*s|ps|it)")
_RATE = re.compile(r"(\d[\d.,]{0,9})\s*([kmg])(?:bit|b)?(?:ps|/s|it/s|its?)?\b")
_POWERED = re.compile(
    r"(\d{1,4})\s*(?:x\s*)?([a-z][a-z -]{0,30}?)?\s*(?:(?:at|with|of|each|à|using|drawing|\()\s*)*"
    r"(?:(?:poe\s*)?class\s*(\d)|(\d{1,2}(?:\.\d{1,2})?)\s*(?:w|watts?))"
)
_BUDGET = re.compile(
    r"(\d{2,5}(?:\.\d)?)\s*(?:w|watts?)\s*(?:poe\s*)?(?:budget|switch|power|available|total)"
    r"|budget (?:of|is)?\s*(\d{2,5})\s*(?:w|watts?)"
)


def _mtu(question: Question, world: World) -> Findings | None:
    link = next((int(one) for one in question.numbers if 576 <= one <= 9216), 1500)
    layers: list[dict[str, Any]] = [layer | _suite(question, layer) for words, layer in _LAYERS if question.has(words)]
    if not layers and not any(576 <= one <= 9216 for one in question.numbers):
        return None
    done = world.calculate("mtu", {"link_mtu": link, "layers": layers})
    answer: Any = done.answer
    names = " and ".join(_LAYER_NAMES.get(layer["kind"], layer["kind"].upper()) for layer in layers)
    around = f"over {names} on a link of {link} bytes" if layers else f"on a link of {link} bytes"
    found = Findings()
    found.say(
        f"The MTU {around} is {answer.mtu} bytes, the TCP MSS is {answer.mss_ipv4} bytes for IPv4; the headers take "
        f"{answer.overhead} bytes.", done.source,
    )  # fmt: skip
    return found


def _ipsec(question: Question, world: World) -> Findings | None:
    arguments = _suite(question, {"kind": "ipsec"})
    sizes = [int(one) for one in question.numbers if 28 <= one <= 9000 and one not in (128, 192, 256, 384, 512)]
    if sizes:
        arguments["packet_bytes"] = sizes[:10]
    done = world.calculate("ipsec-overhead", arguments)
    answer: Any = done.answer
    found = Findings()
    for one in answer.packets[:5]:
        found.say(
            f"IPsec makes {one.after_bytes} bytes of a packet of {one.packet_bytes}: {one.overhead_bytes} bytes more.",
            done.source,
        )
    found.say(f"The largest packet that fits is {answer.mtu} bytes, the TCP MSS {answer.mss} bytes.", done.source)
    return found


def _suite(question: Question, layer: dict[str, Any]) -> dict[str, Any]:
    """What is said of the encryption."""
    if layer["kind"] != "ipsec":
        return {}
    made: dict[str, Any] = {}
    for words, cipher in _CIPHERS:
        if question.has(words):
            made["cipher"] = cipher
            break
    if question.has(r"nat-?t\b|nat traversal"):
        made["nat_traversal"] = True
    if question.has(r"transport mode"):
        made["mode"] = "transport"
    if made.get("cipher") in ("aes-gcm", "chacha20-poly1305"):
        made["integrity"] = "none"
    elif found := re.search(r"\bsha-?(?:2-)?(1|256|384|512)\b|\b(md5)\b", question.folded):
        made["integrity"] = found[2] or f"sha{found[1]}"
    return made


def _calls(question: Question, world: World) -> Findings | None:
    # The digits of a codec's name are no number of calls.
    plain = re.sub(r"\bg\.?7\d\d(?:\.\d)?\w?\b", " ", question.folded)
    counted_calls = re.search(
        r"(\d{1,6})\s+(?:[a-z-]{2,20}\s+){0,3}(?:calls?|channels?|lines?|conversations?)\b", plain
    )
    if not counted_calls:
        return _calls_that_fit(question, world, plain)
    codec = next((name for name, words in _CODECS if question.has(words)), "g711")
    arguments = {"codec": codec, "calls": int(counted_calls[1]), "is_encrypted": question.has(r"\bsrtp\b|encrypted")}
    done = world.calculate("bandwidth", {"calls": arguments})
    answer: Any = done.answer
    one = answer.calls
    name = codec.upper().replace("G", "G.", 1) if codec[0] == "g" else codec.capitalize()
    found = Findings()
    found.say(
        f"{counted(int(counted_calls[1]), 'call')} with {name} take {one.kbps_total:,.0f} kbit/s in each direction, "
        f"{one.kbps_per_call:,.1f} kbit/s each.", done.source,
    )  # fmt: skip
    return found


def _calls_that_fit(question: Question, world: World, plain: str) -> Findings | None:
    """How many calls a line carries."""
    rate = _RATE.search(plain)
    if rate is None:
        return None
    codec = next((name for name, words in _CODECS if question.has(words)), "g711")
    arguments = {"codec": codec, "calls": 1, "is_encrypted": question.has(r"\bsrtp\b|encrypted")}
    done = world.calculate("bandwidth", {"calls": arguments})
    answer: Any = done.answer
    line = float(rate[1].replace(",", "")) * _RATES[rate[2]] * 1000
    name = codec.upper().replace("G", "G.", 1) if codec[0] == "g" else codec.capitalize()
    found = Findings()
    found.say(
        f"{counted(int(line // answer.calls.kbps_per_call), 'call')} with {name} at "
        f"{answer.calls.kbps_per_call:,.1f} kbit/s in each direction fit into "
        f"{line:,.0f} kbit/s with nothing else on the line.", done.source,
    )  # fmt: skip
    return found


def _transfer(question: Question, world: World) -> Findings | None:
    size = _SIZE.search(question.folded)
    rate = next(
        (
            one
            for one in _RATE.finditer(question.folded)
            if size is None or one.start() >= size.end() or one.end() <= size.start()
        ),
        None,
    )
    if size is None or rate is None:
        return None
    amount = float(size[1].replace(",", "")) * _SIZES[size[2]]
    line = float(rate[1].replace(",", "")) * _RATES[rate[2]]
    done = world.calculate("bandwidth", {"transfer": {"bytes": amount, "line_mbps": line}})
    answer: Any = done.answer
    found = Findings()
    found.say(
        f"{size[1]} {size[2].upper()} over {rate[1]} {rate[2].upper().replace('K', 'k')}bit/s take "
        f"{answer.transfer.shown}.",
        done.source,
    )
    return found


def _power(question: Question, world: World) -> Findings | None:
    devices = []
    text = question.folded
    budget = _BUDGET.search(text)
    for match in _POWERED.finditer(text if budget is None else text[: budget.start()] + " " * 3 + text[budget.end() :]):
        name = (match[2] or "devices").strip() or "devices"
        power = (
            {"poe_class": int(match[3])}
            if match[3] and int(match[3]) <= 8
            else {"watts": float(match[4])}
            if match[4]
            else {}
        )
        if power:
            devices.append({"name": name, "count": int(match[1]), **power})
    if not devices:
        return None
    arguments: dict[str, Any] = {"devices": devices[:50]}
    if budget:
        arguments["switch_watts"] = float(budget[1] or budget[2])
    done = world.calculate("poe-budget", arguments)
    answer: Any = done.answer
    found = Findings()
    found.say(
        f"{counted(answer.ports_used, 'powered device')} need {answer.watts_by_draw:g} W by what they draw and "
        f"{answer.watts_by_class:g} W by their classes; a switch needs {answer.needed_switch_watts:g} "
        "W with the reserve.",
        done.source,
    )
    if answer.watts_left is not None:
        left = (
            f"{answer.watts_left:g} W are left" if answer.watts_left >= 0 else f"{-answer.watts_left:g} W are missing"
        )
        fits = "fits" if answer.fits else "does not fit"
        found.say(f"That {fits} a budget of {arguments['switch_watts']:g} W with the reserve: {left}.", done.source)
    return found


def _reserved(found: Findings, question: Question, world: World) -> None:
    """Where DHCP has an address for a MAC address."""
    wanted = {re.sub(r"[.:-]", "", one.casefold()) for one in question.macs}
    for subject in world.subjects:
        for pool in subject.device.dhcp_pools:
            for reserved in pool.reservations:
                plain = re.sub(r"[.:-]", "", reserved.casefold())
                if any(one in plain for one in wanted):
                    found.say(f"{subject.name} reserves by DHCP: {reserved}.", *lines(subject, pool.source))


def _mac(question: Question, world: World) -> Findings | None:
    found = Findings()
    if question.has(r"\b(?:where|which|who|whose)\b"):
        _reserved(found, question, world)
        if not found.sentences:
            return found.refuse(
                "On which port a MAC address is seen is not in a configuration: ask the switches, such as by "
                f"`show mac address-table address {question.macs[0]}` on Cisco IOS, and send what they show."
            )
    for text in question.macs[:8]:
        done = world.calculate("mac", {"mac": text})
        one: Any = done.answer
        kinds = (
            "a multicast address"
            if one.is_multicast
            else "locally administered"
            if one.is_locally_administered
            else "a vendor's address"
        )
        found.say(
            f"{text} is written {one.colons}, {one.hyphens}, {one.dots} or {one.bare}; it is {kinds}, and its IPv6 "
            f"link-local address is {one.link_local}.", done.source,
        )  # fmt: skip
    return found if found.sentences else None


KINDS = (
    kind(
        "ipsec-overhead",
        "IPsec overhead",
        _ipsec,
        r"\b(?:ipsec|esp)\b.{0,60}\boverhead",
        r"\boverhead\b.{0,60}\b(?:ipsec|esp)\b",
        needs_configurations=False,
    ),
    kind(
        "mtu",
        "MTU and MSS",
        _mtu,
        r"\bmtu\b",
        r"\bmss\b",
        needs_configurations=False,
    ),
    kind(
        "calls",
        "Bandwidth of calls",
        _calls,
        r"\b(?:bandwidth|kbps|kbit|mbps|mbit|how much)\b.{0,80}\b(?:calls?|channels)\b",
        r"\b(?:calls?|channels)\b.{0,80}\b(?:bandwidth|kbps|kbit|mbps|mbit)\b",
        needs_configurations=False,
    ),
    kind(
        "transfer",
        "Time of a transfer",
        _transfer,
        r"\bhow long\b",
        r"\b(?:copy|transfer|upload|download|backup|send|move)\b.{0,40}\d\s*(?:kb|mb|gb|tb)\b",
        r"\b(?:copy|transfer|upload|download|backup|send)\b.{0,60}\b(?:take|time)",
        needs_configurations=False,
    ),
    kind(
        "poe-budget",
        "PoE budget",
        _power,
        r"\bpoe\b",
        r"\d\s*x?\s*(?:poe )?class \d",
        r"\bpower budget\b",
        r"\bpower over ethernet\b",
        needs_configurations=False,
    ),
    kind(
        "mac",
        "MAC addresses",
        _mac,
        r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}",
        r"(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}",
        needs_configurations=False,
    ),
)
