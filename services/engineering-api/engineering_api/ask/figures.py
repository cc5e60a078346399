"""Questions that are calculated: networks, masks, plans, and lists of VLANs."""

import re
from ipaddress import ip_network
from typing import Any

from engineering_api.ask.found import Findings, listed
from engineering_api.ask.kind import kind
from engineering_api.ask.question import Network, Question
from engineering_api.ask.world import World

#: "50 hosts for staff", "staff: 50 hosts", "sales 100".
_NEED_BEFORE = re.compile(
    r"(\d{1,6})\s+(?:hosts?|users?|devices?|addresses|phones?|clients?)?\s*(?:for|in)\s+(?:the\s+)?([a-z][\w-]{0,30})"
)
_NEED_AFTER = re.compile(
    r"([a-z][\w-]{0,30})\s*(?::|=|\(|needs?|with|has|of)?\s*(\d{1,6})\s*(?:hosts?|users?|devices?|addresses|clients?)?"
)
_PLAIN_NEED = re.compile(r"(\d{1,6})(?:\s*(?:hosts?|users?|devices?|addresses))?")
_HOSTS = re.compile(r"(\d[\d,]{0,9})\s*(?:usable\s+)?(?:hosts?|users?|devices?|addresses|clients?|ips?)\b")
_PARTS = re.compile(r"(?:into|in)\s+(\d{1,4})\s+(?:equal\s+)?(?:subnets?|networks?|parts?|pieces?)")
_NO_NAMES = "in into for of and with needs need has subnet subnets hosts plan vlsm vlans vlan split from"
_NOT_NAMES = frozenset(_NO_NAMES.split())


def _subnet(question: Question, world: World) -> Findings | None:
    found = Findings()
    given = [str(one) for one in question.networks]
    if not given and question.addresses and (question.masks or question.lengths):
        suffix = question.masks[0] if question.masks else str(question.lengths[0])
        given = [f"{question.addresses[0]}/{suffix}"]
    for network in given[:8]:
        done = world.calculate("subnet", {"network": network})
        one: Any = done.answer
        ends = f"hosts from {one.first} to {one.last}"
        broadcast = f", broadcast {one.broadcast}" if one.broadcast else ""
        mask = f"netmask {one.netmask}, wildcard {one.wildcard}, " if one.version == 4 else ""
        found.say(
            f"{one.network} has {mask}{_number(one.usable_hosts)} usable addresses, {ends}{broadcast}.", done.source
        )
    return found if found.sentences else None


def _hosts(question: Question, world: World) -> Findings | None:
    """How many hosts fit, and which length fits so many hosts."""
    if question.networks:
        return _subnet(question, world)
    if question.lengths and (length := question.lengths[0]) <= 32:
        network = ip_network(f"10.0.0.0/{length}", strict=False)
        done = world.calculate("subnet", {"network": str(network)})
        one: Any = done.answer
        found = Findings()
        found.say(
            f"A /{length} has {_number(one.usable_hosts)} usable addresses of {_number(one.addresses)}.", done.source
        )
        return found
    if question.masks:
        return _mask(question, world)
    if wanted := _HOSTS.search(question.folded):
        hosts = int(wanted[1].replace(",", ""))
        done = world.calculate("subnet-plan", {"parent": "10.0.0.0/8", "needs": [{"name": "asked", "hosts": hosts}]})
        planned: Any = done.answer
        one = planned.networks[0]
        found = Findings()
        found.say(
            f"{_number(str(hosts))} hosts fit into a /{one.network.partition('/')[2]} ({one.netmask}), which has "
            f"{_number(one.usable_hosts)} usable addresses.", done.source,
        )  # fmt: skip
        return found
    return None


def _overlap(question: Question, world: World) -> Findings | None:
    networks = [str(one) for one in question.networks] + [str(one) for one in question.addresses]
    if len(networks) < 2:
        return None
    done = world.calculate("subnet-overlap", {"networks": networks})
    answer: Any = done.answer
    found = Findings()
    for one in answer.overlaps[:20]:
        words = {"same": "is the same as", "contains": "contains", "inside": "lies inside"}[one.relation]
        found.say(f"{one.first} {words} {one.second}: they overlap.", done.source)
    if not answer.overlaps:
        found.say(f"{listed(networks)} do not overlap.", done.source)
    return found


def _contains(question: Question, world: World) -> Findings | None:
    if not question.networks or not question.addresses:
        return None
    network, address = question.networks[0], question.addresses[0]
    done = world.calculate("subnet", {"network": str(network)})
    one: Any = done.answer
    inside = address.version == network.version and address in network
    found = Findings()
    found.say(
        f"{address} {'is' if inside else 'is not'} in {network}, whose hosts are {one.first} to {one.last}.",
        done.source,
    )
    return found


def _next_free(question: Question, world: World) -> Findings | None:
    """The next free network in a block; what is used is said, else what the configurations have."""
    if not question.networks:
        return None
    networks = sorted(question.networks, key=lambda one: one.prefixlen)
    parent, used = networks[0], [str(one) for one in networks[1:]]
    arguments: dict[str, Any] = {"parent": str(parent)}
    if not used:
        used = _in_order(
            {
                address.value.network
                for subject in world.subjects
                for interface in subject.device.interfaces
                for address in interface.addresses
                if address.value.network.version == parent.version and address.value.network.overlaps(parent)
            }
        )
    if question.lengths:
        length = question.lengths[0]
    elif wanted := _HOSTS.search(question.folded):
        length = 32 - (int(wanted[1].replace(",", "")) + 1).bit_length()
    else:
        length = max((int(one.partition("/")[2]) for one in used), default=max(24, parent.prefixlen))
    done = world.calculate("subnet-next-free", arguments | {"used": used, "prefix_length": length})
    answer: Any = done.answer
    found = Findings()
    taken = f"{listed(used, 6)} {'is' if len(used) == 1 else 'are'} in use" if used else "nothing is in use"
    if answer.networks:
        found.say(f"The next free /{length} in {parent} is {answer.networks[0]}, as {taken}.", done.source)
    else:
        found.say(f"There is no free /{length} in {parent}, as {taken}.", done.source)
    return found


def _in_order(networks: set[Network]) -> list[str]:
    return [str(one) for one in sorted(networks, key=lambda one: (int(one.network_address), one.prefixlen))]


def _plan(question: Question, world: World) -> Findings | None:
    if not question.networks:
        return None
    rest = re.sub(r"[\d.]+/\d+", " ", question.folded)
    needs = [{"name": name, "hosts": int(hosts)} for hosts, name in _NEED_BEFORE.findall(rest)]
    if not needs:
        needs = [
            {"name": name, "hosts": int(hosts)} for name, hosts in _NEED_AFTER.findall(rest) if name not in _NOT_NAMES
        ]
    if not needs:
        wanted = [int(one) for one in _PLAIN_NEED.findall(rest)]
        needs = [{"name": f"network {number}", "hosts": one} for number, one in enumerate(wanted, 1)]
    needs = [one for one in needs if one["hosts"] > 0]
    if not needs:
        return None
    done = world.calculate("subnet-plan", {"parent": str(question.networks[0]), "needs": needs[:256]})
    answer: Any = done.answer
    found = Findings()
    for one in answer.networks:
        found.say(
            f"{one.name}: {one.network} ({one.netmask}), hosts {one.first} to {one.last}, for "
            f"{one.needed_hosts} hosts.",
            done.source,
        )
    found.say(f"{listed(answer.leftover, 8)} of {question.networks[0]} remain free.", done.source)
    return found


def _split(question: Question, world: World) -> Findings | None:
    if not question.networks:
        return _fit(question, world)
    arguments: dict[str, Any] = {"network": str(question.networks[0])}
    if parts := _PARTS.search(question.folded):
        arguments["parts"] = int(parts[1])
    elif question.lengths:
        arguments["prefix_length"] = question.lengths[0]
    else:
        return None
    done = world.calculate("subnet-split", arguments)
    answer: Any = done.answer
    found = Findings()
    found.say(
        f"{question.networks[0]} splits into {_number(answer.total)} networks of /{answer.prefix_length} with "
        f"{_number(answer.usable_hosts)} usable addresses each: {listed(answer.networks, 16)}.", done.source,
    )  # fmt: skip
    return found


def _fit(question: Question, world: World) -> Findings | None:
    """How many networks of a length are in one of another."""
    if len(question.lengths) != 2:
        return None
    wide, narrow = sorted(question.lengths)
    block = "10.0.0.0" if narrow <= 32 else "2001:db8::"
    done = world.calculate(
        "subnet-split", {"network": f"{ip_network(f'{block}/{wide}', strict=False)}", "prefix_length": narrow}
    )
    answer: Any = done.answer
    found = Findings()
    found.say(f"A /{wide} holds {_number(answer.total)} networks of /{narrow}.", done.source)
    return found


def _summary(question: Question, world: World) -> Findings | None:
    networks = [str(one) for one in question.networks]
    if len(networks) < 2:
        return None
    done = world.calculate("subnet-summarise", {"networks": networks})
    answer: Any = done.answer
    found = Findings()
    found.say(
        f"{listed(networks)} are summarised exactly by {listed(answer.networks)}; the smallest single network around "
        f"them is {answer.supernet}.", done.source,
    )  # fmt: skip
    return found


def _mask(question: Question, world: World) -> Findings | None:
    given = [str(one.netmask) for one in question.networks] or question.masks or [str(one) for one in question.lengths]
    found = Findings()
    for text in given[:8]:
        done = world.calculate("mask", {"mask": text})
        answer: Any = done.answer
        if answer.prefix_length is None:
            found.say(f"{text} is not contiguous: as a wildcard it is {answer.wildcard}.", done.source)
        else:
            told = f"/{text}" if text.isdigit() else f"{text} is /{answer.prefix_length}"
            found.say(
                f"{told}: netmask {answer.netmask}, wildcard {answer.wildcard}, "
                f"{_number(answer.addresses)} addresses.", done.source,
            )  # fmt: skip
    return found if found.sentences else None


def _number(text: str) -> str:
    return f"{int(text):,}" if text.isdigit() and len(text) < 16 else text


KINDS = (
    kind(
        "subnet-plan",
        "Subnet plan",
        _plan,
        r"\bvlsm\b",
        r"\bplan\b.{0,60}(?:subnet|network|hosts)",
        r"(?:subnet|divide|carve|split).{0,60}\bfor\b.{0,80}\bhosts",
        needs_configurations=False,
    ),
    kind(
        "subnet-next-free",
        "Next free network",
        _next_free,
        r"\b(?:next|first)\b.{0,20}\b(?:free|available|unused)\b.{0,40}",
        r"\bfree (?:subnet|network|/\d)",
        r"\bavailable (?:subnet|network|/\d)",
        needs_configurations=False,
    ),
    kind(
        "subnet-overlap",
        "Overlapping networks",
        _overlap,
        r"\boverlap",
        r"\bconflict(?:s|ing)? with\b",
        r"\bcollide",
        needs_configurations=False,
    ),
    kind(
        "subnet-split",
        "Split of a network",
        _split,
        r"\b(?:split|divide|break|cut|carve)\b",
        r"\bhow many /\d+",
        needs_configurations=False,
    ),
    kind(
        "subnet-summarise",
        "Summary of networks",
        _summary,
        r"\b(?:summari[sz]e|summary|aggregate|supernet)\b",
        needs_configurations=False,
    ),
    kind(
        "subnet-contains",
        "Address in a network",
        _contains,
        r"\b(?:is|are|does|do)\b.{0,60}\b(?:in|inside|within|part of|belong to|same (?:subnet|network))\b",
        needs_configurations=False,
    ),
    kind(
        "hosts",
        "Hosts of a network",
        _hosts,
        r"\bhow many\b.{0,40}\b(?:hosts?|addresses|ips|devices|clients|users)\b",
        r"\b(?:what|which)\b.{0,30}\b(?:mask|prefix|subnet|size|cidr"
        r"|network)\b.{0,40}\bfor\b.{0,20}\d[\d,]*\s*(?:usable\s+)?(?:hosts?|users|devices|addresses|clients)",
        r"\b(?:hosts?|addresses) in a? ?/\d",
        r"\busable\b.{0,20}(?<![\w.])/\d",
        r"\b(?:subnet|network|mask|prefix|cidr)\b.{0,12}\bfor\b.{0,12}\d[\d,]* (?:usable )?(?:hosts?"
        r"|users|devices|addresses|clients)",
        needs_configurations=False,
    ),
    kind(
        "mask",
        "Masks and wildcards",
        _mask,
        r"\bwildcard",
        r"\b(?:net|subnet ?)mask\b",
        r"\bcidr\b",
        r"\bprefix length\b",
        r"(?<![\w.])/\d{1,2} mask\b|\bmask (?:for|of) a? ?/\d",
        r"\b(?:255|0)(?:\.\d{1,3}){3}\b.{0,30}\b(?:prefix|slash|cidr|bits?)\b",
        needs_configurations=False,
    ),
    kind(
        "subnet",
        "Subnet calculator",
        _subnet,
        r"\b(?:subnet|range|broadcast|network address|usable|first host|last host|host range|netmask"
        r"|calculate|details of|cidr)\b",
        needs_configurations=False,
    ),
)
