"""Documents to write in tests: of sample configurations, and of devices that are made by hand."""

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from engineering_api.chosen import Subject
from engineering_api.documents.material import Earlier, Material, Record, Source, Template, labels
from engineering_api.documents.writing import document, sections
from engineering_api.facts.device import Device
from engineering_api.parsing import parse
from oberaconnect.typeset import Cell, Document, Table

CONFIGS = Path(__file__).parent / "configs"
FILES = (
    "cisco_ios/access-switch.cfg", "cisco_ios/branch-router.cfg", "cisco_asa/branch-firewall.cfg",
    "fortinet/branch-60f.conf", "ubiquiti_unifi/site.json",
)  # fmt: skip
TODAY = dt.date(2026, 11, 26)
_IDS = UUID("00000000-0000-4000-8000-00000000000d")


@cache
def kept(file: str) -> tuple[Subject, int]:
    parsed = parse((CONFIGS / file).read_bytes(), fingerprint=lambda _: "3f9a1c")
    name = parsed.device.identity.hostname or Path(file).stem
    made = Subject(uuid5(_IDS, file), None, name, "Harbour", parsed.platform.name, parsed.device, parsed.texts)
    return made, parsed.read


def source(subject: Subject, label: str, *, read: int = 10, earlier: tuple[str, ...] | None = None) -> Source:
    record = Record("device.cfg", 2, dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC), "alice", "ab" * 32, read, 1.0)
    before = Earlier(1, dt.datetime(2026, 10, 1, tzinfo=dt.UTC), earlier) if earlier is not None else None
    return Source(subject, label, record, before)


def material(template: Template, files: tuple[str, ...] = FILES, **options: Any) -> Material:
    found = [kept(file) for file in files]
    names = labels([subject for subject, _ in found])
    sources = [
        source(subject, label, read=read, earlier=(*subject.texts[:4], "gone | line", *subject.texts[9:]))
        for (subject, read), label in zip(found, names, strict=True)
    ]
    return Material(template, sources, TODAY, **options)


def of_devices(*devices: Device, template: Template = "as_built", **options: Any) -> Material:
    """A document about devices that were made by hand; line 9 of each is its last."""
    made = [
        Subject(
            uuid5(_IDS, str(place)), None, device.identity.hostname or "sw1", "", device.platform, device, ("x",) * 9
        )
        for place, device in enumerate(devices)
    ]
    return Material(
        template, [source(one, label) for one, label in zip(made, labels(made), strict=True)], TODAY, **options
    )


def whole(found: Material) -> Document:
    return document(found, sections(found))


def tables(made: Document) -> list[Table]:
    return [block for block in made.blocks if isinstance(block, Table)]


def shown(item: Cell | str) -> str:
    return item if isinstance(item, str) else item.text
