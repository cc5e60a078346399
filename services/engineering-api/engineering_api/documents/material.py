"""What a document is made of: devices, what is known of their files, and what was asked for."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, get_args

from engineering_api.chosen import Subject
from engineering_api.documents.finding import Finding
from engineering_api.topology.members import Member
from oberaconnect.typeset import Paper, Picture

Template = Literal["as_built", "device", "vlan_plan", "firewall", "handover", "runbook"]
Section = Literal[
    "summary", "inventory", "topology", "vlans", "spanning_tree", "port_channels", "interfaces", "addressing",
    "routing", "firewall_rules", "objects", "nat", "vpn", "wireless", "dhcp", "services", "management", "users",
    "findings", "access", "backups", "checks", "changes_how_to", "contacts", "acceptance", "change_log",
    "not_understood", "sources",
]  # fmt: skip
SECTIONS: tuple[Section, ...] = get_args(Section)
Detail = Literal[0, 1, 2]
BRIEF, FULL = 0, 2

TITLES: dict[Template, str] = {
    "as_built": "As-built documentation",
    "device": "Device sheet",
    "vlan_plan": "VLAN and address plan",
    "firewall": "Firewall review",
    "handover": "Handover documentation",
    "runbook": "Runbook",
}


@dataclass(frozen=True)
class TitleBlock:
    """What the cover says, as far as somebody said it."""

    title: str = ""
    client: str = ""
    site: str = ""
    author: str = ""
    version: str = ""
    date: dt.date | None = None
    logo: Picture | None = None


@dataclass(frozen=True)
class Record:
    """What is known of the file of a configuration. `number` is 0 for one that is not kept."""

    file: str
    number: int
    kept_at: dt.datetime | None
    author: str
    hash: str
    read: int
    confidence: float


@dataclass(frozen=True)
class Earlier:
    """The configuration that a device had before."""

    number: int
    kept_at: dt.datetime
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """A device of the document. `label` is its name, which no other device of the document has."""

    subject: Subject
    label: str
    record: Record
    earlier: Earlier | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Material:
    """All that a document is written from: the same material gives the same document."""

    template: Template
    sources: Sequence[Source]
    made: dt.date
    block: TitleBlock = field(default_factory=TitleBlock)
    sections: frozenset[Section] | None = None
    detail: Detail = 1
    paper: Paper = "a4"

    @property
    def title(self) -> str:
        """What the document is called."""
        return self.block.title or TITLES[self.template]

    @property
    def date(self) -> dt.date:
        """The date on it."""
        return self.block.date or self.made

    @property
    def site(self) -> str:
        """The site it is about, if it is about one."""
        sites = {source.subject.site for source in self.sources}
        return self.block.site or (sites.pop() if len(sites) == 1 else "")

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """The devices as the topology takes them."""
        return tuple(
            Member(
                id=str(source.subject.config_id or source.label),
                device=source.subject.device,
                name=source.label,
                site=source.subject.site,
                texts=source.subject.texts,
            )
            for source in self.sources
        )


def labels(subjects: Sequence[Subject]) -> list[str]:
    """A name for each device. Those that several have get their site behind it, or a number if that is no help."""
    names = [" ".join(subject.name.split()) or "device" for subject in subjects]
    sites: dict[str, list[str]] = {}
    for name, subject in zip(names, subjects, strict=True):
        sites.setdefault(name.casefold(), []).append(subject.site)
    taken: set[str] = set()
    found: list[str] = []
    for name, subject in zip(names, subjects, strict=True):
        here = sites[name.casefold()]
        whole = f"{name} ({subject.site})" if subject.site and len(set(here)) == len(here) > 1 else name
        label, number = whole, 1
        while label.casefold() in taken:
            number += 1
            label = f"{whole} #{number}"
        taken.add(label.casefold())
        found.append(label)
    return found
