"""What every platform promises of whatever file it is given: no line is lost, and nothing is raised."""

import random
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.engineering import samples
from tests.hostile import blocks, hostile

from engineering_api import platforms
from engineering_api.facts.device import Device
from engineering_api.reading.tree import Node

#: Nothing is known of the platform "unknown": there is no configuration of it.
NAMES = [name for name in platforms.known() if name != "unknown"]
SAMPLES = [pytest.param(name, path, id=f"{name}-{path.stem}") for name in NAMES for path in samples(name)]
every_platform = pytest.mark.parametrize("platform", NAMES)
every_sample = pytest.mark.parametrize(("platform", "path"), SAMPLES)

#: A line that no platform knows, as files of the platform are written.
ODD = {"juniper_junos": "zz-odd 1;", "opnsense": "<zz-odd>1</zz-odd>", "pfsense": "<zz-odd>1</zz-odd>"}
#: Blocks of which a platform takes what it needs and counts the rest as known, by their first lines from the outside.
#: A line that means nothing is not told there: the fewer of them, the better.
KNOWN_AS_A_WHOLE = {
    "cisco_asa": "crypto ca certificate chain",
    "opnsense": "<opnsense>/<OPNsense>/<(captiveportal|Firewall>/<(Alias.*/<(geoip|content)|Category))",
    "pfsense": "<pfsense>/<(filter>/<separator|installedpackages>/<package>)",
}


def texts_of(path: Path) -> list[str]:
    return path.read_text().splitlines()


def said(platform: str, texts: Sequence[str]) -> tuple[Device, list[Node]]:
    """What lines say, and their nodes, of which alone the ledger has entries."""
    of = platforms.named(platform)
    tree = of.tree(texts)
    device = Device(platform=platform)
    of.read(tree, device)
    nodes = [node for top in tree for node in top.walk()]
    assert {one.source.first for one in device.unparsed} <= {node.first for node in nodes}
    return device, nodes


def lost(platform: str, texts: Sequence[str], nodes: Sequence[Node]) -> set[int]:
    """The lines that say something and are of no node: they neither begin one, nor end its block, nor are its text."""
    of = platforms.named(platform)
    had: set[int] = set()
    for node in nodes:
        had.update((node.first, node.last) if node.children else range(node.first, node.last + 1))
    return {
        number
        for number, text in enumerate(map(str.strip, texts), start=1)
        if text and not text.startswith(of.comments) and not (of.closing and of.closing.fullmatch(text))
    } - had


def test_every_platform_has_a_sample() -> None:
    assert all(samples(name) for name in NAMES)


@every_sample
def test_no_line_is_lost_and_nothing_raised_wherever_a_file_ends(platform: str, path: Path) -> None:
    texts = texts_of(path)
    for end in (*range(0, len(texts), 20), len(texts)):
        device, nodes = said(platform, texts[:end])
        assert Counter(one.source.first for one in device.unparsed) <= Counter(node.first for node in nodes)
        assert lost(platform, texts[:end], nodes) == set()


@every_sample
def test_nothing_is_raised_when_lines_are_in_disorder(platform: str, path: Path) -> None:
    for seed in range(2):
        texts = texts_of(path)
        random.Random(seed).shuffle(texts)
        said(platform, texts)


@every_sample
def test_nothing_is_raised_by_hostile_lines_among_others(platform: str, path: Path) -> None:
    texts, odd = texts_of(path), hostile(platform)
    step = max(1, len(texts) // len(odd))
    for turn in range(0, len(odd), 13):
        mixed = list(texts)
        for place, line in enumerate([*odd[turn:], *odd[:turn]]):
            mixed.insert(place * (step + 1) + 3, line)
        assert said(platform, mixed)[0].unparsed


@every_platform
def test_nothing_is_raised_by_hostile_lines_alone_and_below_others(platform: str) -> None:
    for line in hostile(platform):
        said(platform, [line])
        for block in blocks(platform):
            said(platform, [*block.split("\n"), f"    {line}"])
    for indent in ("", " "):
        device, _ = said(platform, [indent + line for line in hostile(platform)])
        assert len(device.unparsed) > len(hostile(platform)) / 2


@every_sample
def test_a_line_that_means_nothing_is_in_the_ledger_wherever_it_stands(platform: str, path: Path) -> None:
    """But in texts of several lines, which may be anything, and in blocks that are known as a whole."""
    texts, odd = texts_of(path), ODD.get(platform, "zz-odd")
    whole = re.compile(f"banner|({KNOWN_AS_A_WHOLE.get(platform, 'banner')})")
    tried = 0
    for place in range(4, len(texts), 30):
        device, nodes = said(platform, [*texts[:place], odd, *texts[place:]])
        around = [node for node in nodes if node.first <= place + 1 <= node.last]
        if around[-1].first <= place or whole.match("/".join(node.text for node in around)):
            continue
        tried += 1
        assert place + 1 in {one.source.first for one in device.unparsed}
    assert tried
