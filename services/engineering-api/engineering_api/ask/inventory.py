"""Questions about which devices there are, and where."""

import re

from engineering_api.ask.about import meant
from engineering_api.ask.found import Findings, counted, lines, listed
from engineering_api.ask.kind import kind
from engineering_api.ask.knowledge.words import platform
from engineering_api.ask.question import Question
from engineering_api.ask.world import World
from engineering_api.topology.members import Member

_LISTED = """
which what list show how many are is do does we have has there all the our of in at exist here a an me please devices
device switches switch routers router firewalls firewall configurations configs gateways access points inventory kept
you and on my
"""
_OF_LISTS = frozenset(_LISTED.split())


def _sites(question: Question, world: World) -> Findings | None:
    """Where the devices are."""
    sites = sorted({one.site for one in world.subjects if one.site})
    if not world.subjects:
        return None
    found = Findings()
    for site in sites[:60]:
        here = [one for one in world.subjects if one.site == site]
        proof = [line for one in here[:8] for line in lines(one, one.device.identity.line_of("hostname"))]
        found.say(f"{site} has {listed([one.name for one in here], 20)}.", *proof)
    if not sites:
        found.say("No configuration is kept with a site.", world.looked("sites", {}, 0))
    return found


def _devices(question: Question, world: World) -> Findings | None:
    """Which devices there are. Of words that name something else it is asked for other devices, or for no list."""
    if not world.subjects:
        return None
    names = " ".join(f"{one.name} {one.site} {one.platform}" for one in world.subjects).casefold()
    unknown = [
        word for word in re.findall(r"[a-z][\w-]+", question.folded) if word not in _OF_LISTS and word not in names
    ]
    if unknown and platform(question.folded) == "":
        return None
    found = Findings()
    chosen = meant(question, world)
    if wanted := platform(question.folded):
        chosen = tuple(one for one in chosen if one.platform == wanted)
    roles = question.has(r"\bswitches\b"), question.has(r"\bfirewalls?\b"), question.has(r"\brouters?\b")
    if any(roles):
        wanted_role = ("switch", "firewall", "router")[roles.index(True)]
        chosen = tuple(one for one in chosen if Member("", one.device).node().role == wanted_role)
    if question.has(r"\bhow many\b") or not chosen:
        record = world.looked("devices", {"words": question.folded[:200]}, len(chosen))
        found.say(f"There {'is' if len(chosen) == 1 else 'are'} {counted(len(chosen), 'such device')}.", record)
    for subject in chosen[:60]:
        one = subject.device.identity
        parts = [part for part in (one.model, f"version {one.version}" if one.version else "") if part]
        place = f" at {subject.site}" if subject.site else ""
        told = f" ({', '.join(parts)})" if parts else ""
        found.say(
            f"{subject.name} is a device of the platform {subject.platform}{told}{place}.",
            *lines(subject, one.line_of("hostname")),
        )
    if len(chosen) > 60:
        found.unanswered.append(f"There are {len(chosen) - 60} more devices.")
    return found


KINDS = (
    kind(
        "sites",
        "Sites",
        _sites,
        r"\b(?:which|what|list|show|how many)\b.{0,20}\b(?:sites|locations|branches|offices)\b",
    ),
    kind(
        "devices",
        "Devices",
        _devices,
        r"\b(?:which|what|list|show|how many)\b.{0,20}\b(?:devices|switches|routers|firewalls"
        r"|configurations|configs|gateways|access points|inventory)\b(?:\s+(?:are|do|does|is|have|at"
        r"|exist|in the|of)\b|\s*\??$)",
        r"\bis there (?:a|an|any)\b",
    ),
)
