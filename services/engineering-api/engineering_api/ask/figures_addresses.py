"""Questions that are calculated: what addresses are for, and whether they are in one network."""

from typing import Any

from engineering_api.ask.found import Findings, Sentence
from engineering_api.ask.kind import kind
from engineering_api.ask.question import Address, Network, Question
from engineering_api.ask.world import World


def _together(question: Question, world: World) -> Findings | None:
    """Whether addresses are in the same network of a length."""
    if len(question.addresses) < 2 or len(question.lengths) != 1 or question.networks:
        return None
    found = Findings()
    networks = []
    for address in question.addresses[:8]:
        done = world.calculate("subnet", {"network": f"{address}/{question.lengths[0]}"})
        one: Any = done.answer
        networks.append(one.network)
        found.say(f"{address} is in {one.network}, whose hosts are {one.first} to {one.last}.", done.source)
    same = len(set(networks)) == 1
    verdict = f"{'Yes' if same else 'No'}, they are {'in' if same else 'not in'} the same /{question.lengths[0]}."
    found.sentences.insert(0, Sentence(verdict, tuple(proof for one in found.sentences for proof in one.sources)))
    return found


def _purpose(question: Question, world: World) -> Findings | None:
    """What an address is for: private, shared, public."""
    found = Findings()
    for text in [str(one) for one in (*question.addresses, *question.networks)][:8]:
        done = world.calculate("subnet", {"network": text})
        one: Any = done.answer
        if one.purpose_document:
            told = f"for {one.purpose} ({one.purpose_document})"
            told += "" if one.is_private or "private" not in question.folded else ", no private one by RFC 1918 or 4193"
        else:
            told = "a public one, of no special block"
        found.say(f"{text} is an address {told}." if one.purpose_document else f"{text} is {told}.", done.source)
    return found if found.sentences else None


def _following(question: Question, world: World) -> Findings | None:
    """The network of the same size that comes after one."""
    if len(question.networks) != 1 or question.networks[0].broadcast_address == _last(question.networks[0]):
        return None
    network = question.networks[0]
    done = world.calculate("subnet", {"network": f"{network.broadcast_address + 1}/{network.prefixlen}"})
    one: Any = done.answer
    found = Findings()
    found.say(f"After {network} comes {one.network}, whose hosts are {one.first} to {one.last}.", done.source)
    return found


def _last(network: Network) -> Address:
    return network.broadcast_address.__class__(2**network.max_prefixlen - 1)


KINDS = (
    kind(
        "network-after",
        "Network after another",
        _following,
        r"\bafter\b.{0,8}\d{1,3}\.\d|\bnext (?:subnet|network|block|/\d{1,2})\b.{0,8}\bafter\b",
        needs_configurations=False,
    ),
    kind(
        "same-network",
        "Addresses in one network",
        _together,
        r"\bsame (?:/\d|subnet|network)",
        needs_configurations=False,
    ),
    kind(
        "purpose",
        "What an address is for",
        _purpose,
        r"\d\.\d.{0,30}\b(?:private|public|routable|rfc ?1918|cgnat|bogon|reserved|multicast)\b",
        r"\b(?:private|public|routable|rfc ?1918|reserved)\b.{0,30}\d\.\d{1,3}\.\d",
        needs_configurations=False,
    ),
)
