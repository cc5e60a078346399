"""The gateway's two pages: in step with the catalogue, readable by everybody, and sound as documents."""

import re
from html.parser import HTMLParser

import pytest
from tests.gateway import FOLDER

from oberaconnect.catalogue import CATALOGUE

SITE = FOLDER / "site"
CSS = (SITE / "assets" / "site.css").read_text()
PAGES = ["index.html", "docs.html", "approve.html"]
TEXTS = ["text", "quiet", "accent-text", "pass", "warn", "fail", "get", "post", "put", "patch", "delete"]
GROUNDS = ["page", "card", "sunken"]


class Page(HTMLParser):
    """What a page holds, in its order."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.feed((SITE / name).read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.text.append(data.strip())

    def all(self, name: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.tags if tag == name]


def test_the_landing_page_lists_the_catalogue() -> None:
    page = Page("index.html")
    listed = [attributes["data-name"] for attributes in page.all("li") if "data-name" in attributes]
    layers = ["interface", "orchestration", "services", "persistence", "models"]
    assert listed == [entry.name for layer in layers for entry in CATALOGUE if entry.layer == layer]
    links = {attributes.get("href") for attributes in page.all("a")}
    for entry in CATALOGUE:
        assert entry.summary in page.text
        assert entry.docs in links
    assert "/approve" in links


def test_the_reference_shows_the_five_services() -> None:
    page = (SITE / "docs.html").read_text()
    shown = re.findall(r'<a href="#(\w+)">([\w-]+)</a>', page[page.index('id="services"') :])
    assert shown == [
        ((entry.path or "").removeprefix("/api/"), entry.name) for entry in CATALOGUE if entry.layer == "services"
    ]
    assert {f"/docs#{prefix}" for prefix, _ in shown} == {entry.docs for entry in CATALOGUE if "#" in entry.docs}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_aloud_and_used_without_a_mouse(name: str) -> None:
    page = Page(name)
    assert page.all("html") == [{"lang": "en"}]
    assert page.all("title")
    assert page.all("main") == [{"id": "main", "tabindex": "-1"}]
    assert page.all("a")[0] == {"class": "skip", "href": "#main"}
    assert all("alt" in image for image in page.all("img"))
    assert all("aria-label" in nav for nav in page.all("nav"))
    labelled = {label.get("for") for label in page.all("label")}
    assert all(field["id"] in labelled or "aria-label" in field for field in page.all("input"))
    identifiers = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))
    assert [attributes for _, attributes in page.tags if attributes.get("role") == "status"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_enough_contrast_and_every_sign_can_be_seen(scheme: str) -> None:
    colours = _colours(scheme)
    for ground in GROUNDS:
        for text in TEXTS:
            assert _contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
        for sign in ("off", "edge", "accent"):  # dots, borders of fields, the ring of the focus
            assert _contrast(colours[sign], colours[ground]) >= 3, (sign, ground)
    assert _contrast(colours["on-accent"], colours["accent"]) >= 4.5


def _colours(scheme: str) -> dict[str, str]:
    light, dark = CSS.split("@media (prefers-color-scheme: dark)")
    pattern = r"--([\w-]+): (#[0-9a-f]{6})"
    found = dict(re.findall(pattern, light))
    return found | dict(re.findall(pattern, dark.split("* {")[0])) if scheme == "dark" else found


def _contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4
