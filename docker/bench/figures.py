"""Measured figures with their targets, as a table and as a file."""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Target:
    """What a figure should be: at most or at least a value in the figure's unit."""

    sense: Literal["<=", ">="]
    value: float


@dataclass(frozen=True)
class Figure:
    """One measured value. `note` says under which conditions."""

    part: str
    name: str
    value: float
    unit: str
    target: Target | None = None
    note: str = ""

    @property
    def is_met(self) -> bool | None:
        """Whether the target is met; None when there is none."""
        if self.target is None:
            return None
        return self.value <= self.target.value if self.target.sense == "<=" else self.value >= self.target.value


def table(figures: Sequence[Figure]) -> str:
    """A Markdown table."""
    lines = ["| part | figure | measured | target | met | note |", "|---|---|---:|---:|:-:|---|"]
    for one in figures:
        wanted = (
            f"{'≤' if one.target.sense == '<=' else '≥'} {number(one.target.value)} {one.unit}" if one.target else ""
        )
        met = {True: "yes", False: "**no**", None: ""}[one.is_met]
        measured = f"{number(one.value)} {one.unit}".strip()
        lines.append(f"| {one.part} | {one.name} | {measured} | {wanted.strip()} | {met} | {one.note} |")
    return "\n".join(lines)


def number(value: float) -> str:
    """Three digits that matter, and whole numbers from a hundred on."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def save(folder: Path, figures: Iterable[Figure], machine: dict[str, object], now: datetime) -> Path:
    """Write the figures of a run to a file named after its time (UTC) and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{now:%Y-%m-%dT%H%M%SZ}.json"
    document = {
        "measured_at": now.isoformat(),
        "machine": machine,
        "figures": [{**asdict(one), "met": one.is_met} for one in figures],
    }
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(pages * size / 2**30, 1),
        "load_before": round(os.getloadavg()[0], 2),
        "kernel": os.uname().release,
    }
