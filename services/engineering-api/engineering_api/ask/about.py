"""Which devices and interfaces a question means."""

import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_network

from engineering_api.ask.found import listed
from engineering_api.ask.question import Address, Question
from engineering_api.ask.world import World
from engineering_api.chosen import Subject
from engineering_api.facts.ports import Interface
from engineering_api.tools.interfaces import long_name
from engineering_api.tools.vlans import compress

_OUTSIDE = re.compile(
    r"(?<![a-z])(?:wan|outside|untrust(?:ed)?|internet|external|isp|provider|uplink-isp|ppp|pppoe"
    r"|dialer|lte)\d*(?![a-z])",
    re.I,
)
_MOST = 200
#: RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291, and the machine itself.
_INSIDE = tuple(
    ip_network(one)
    for one in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8",
        "fc00::/7", "fe80::/10", "::1/128",
    )
)  # fmt: skip


def meant(question: Question, world: World) -> tuple[Subject, ...]:
    """The devices that a question names, or those of a site that it names; all of the scope where it names neither."""
    return named(question, world) or _at_site(question, world) or world.subjects


def one_meant(question: Question, world: World) -> tuple[Subject, ...]:
    """The devices that a question names, or the only one that there is."""
    return named(question, world) or (world.subjects if len(world.subjects) == 1 else ())


def _at_site(question: Question, world: World) -> tuple[Subject, ...]:
    sites = {one.site for one in world.subjects if one.site}
    wanted = {site for site in sites if stands(site, question)}
    return tuple(one for one in world.subjects if one.site in wanted)


def named(question: Question, world: World) -> tuple[Subject, ...]:
    """The devices whose names stand in a question; of a name inside another the longer one counts."""
    hits: list[tuple[str, Subject]] = []
    for subject in world.subjects:
        for name in dict.fromkeys((subject.name.casefold(), subject.device.identity.hostname.casefold())):
            if len(name) > 1 and stands(name, question):
                hits.append((name, subject))
    exact = [
        (name, one) for name, one in hits if re.search(rf"(?<![\w-]){re.escape(one.name)}(?![\w-])", question.text)
    ]
    hits = exact or hits
    longest = [subject for name, subject in hits if not any(name != other and name in other for other, _ in hits)]
    return tuple({id(one): one for one in longest}.values())


def interfaces(question: Question, subjects: Iterable[Subject]) -> list[tuple[Subject, Interface]]:
    """The interfaces that a question names, in whichever way it writes their names."""
    wanted = {plain for word in question.interfaces for plain in _spellings(word)}
    words = set(re.findall(r"[\w/.:-]+", question.folded))
    found = []
    for subject in subjects:
        for one in subject.device.interfaces:
            names = {one.name.casefold(), long_name(one.name).casefold()}
            alias = one.alias.casefold()
            if (
                names & wanted
                or (alias and alias in words)
                or (one.name.casefold() in words and not one.name.isdigit())
            ) or (one.name.isdigit() and re.search(rf"\b(?:port|interface)\s*{one.name}\b", question.folded)):
                found.append((subject, one))
    return found[:_MOST]


def _spellings(word: str) -> Iterator[str]:
    plain = word.casefold()
    yield plain
    yield long_name(plain).casefold()
    if plain.startswith(("port", "interface")):
        yield plain.removeprefix("interface").removeprefix("port").strip("-")
    for start in ("on", "port", "interface", "is", "of"):
        if plain.startswith(start) and (rest := plain[len(start) :])[:1].isdigit():
            yield rest
    if re.fullmatch(r"\d+(?:/\d+)+", plain):
        for kind in ("gigabitethernet", "fastethernet", "ethernet", "tengigabitethernet"):
            yield f"{kind}{plain}"


def is_outside(interface: Interface, subject: Subject) -> bool:
    """Whether an interface leads out of the client's network, by its address, its name, or the default route."""
    texts = (interface.name, interface.alias, interface.zone, interface.description)
    if any(map(is_public, (held.value.ip for held in interface.addresses))) or any(map(_OUTSIDE.search, texts)):
        return True
    own = {word.casefold() for word in (interface.name, interface.alias) if word}
    return any(route.prefix.prefixlen == 0 and route.interface.casefold() in own for route in subject.device.routes)


def stands(name: str, question: Question) -> bool:
    """Whether a name stands in a question as a word of its own, whatever its capitals."""
    plain = name.casefold()
    # Most names do not, and an expression for each of a hundred thousand would take minutes.
    return (
        plain in question.folded and re.search(rf"(?<![\w-]){re.escape(plain)}(?![\w-])", question.folded) is not None
    )


def numbers(ids: list[int]) -> str:
    """The ids of VLANs as people write them: 10, 20 to 25."""
    return listed([one.replace("-", " to ") for one in compress(sorted(set(ids)))], 30) if ids else "none"


def is_public(address: Address) -> bool:
    """Whether an address is none of a private network; those for documentation stand for public ones."""
    return not any(address in network for network in _INSIDE if network.version == address.version)


def called(interface: Interface) -> str:
    """An interface by its name, and what people call it."""
    words = [word for word in (interface.alias, interface.description) if word and word != interface.name]
    return f"{interface.name} ({words[0]})" if words else interface.name
