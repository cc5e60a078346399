"""The page in the hands of its readers: mouse, fingers, keys, a telephone, paper, light and dark."""

import json
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
from tests.site import ENTER, ESCAPE, TAB, Site, ask

QUESTION = "Saturday 19:00"


def test_the_picture_is_moved_with_wheel_mouse_fingers_buttons_and_keys(site: Site) -> None:
    page = site.open()
    where = (
        "(({left, top, width}) => [left, top, width].map(Math.round))"
        "(document.querySelector('#ground > svg').getBoundingClientRect())"
    )
    fitted = page.run(where)

    def moved(act: Callable[[], Any]) -> list[int]:
        before = page.run(where)
        act()
        after = page.wait(f"JSON.stringify({where}) !== '{json.dumps(before, separators=(',', ':'))}' && {where}")
        return [now - then for now, then in zip(after, before, strict=True)]

    def mouse(kind: str, x: int, y: int, **more: Any) -> None:
        page.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def drag() -> None:
        mouse("mousePressed", 120, 700, button="left", clickCount=1)
        mouse("mouseMoved", 180, 660, button="left", buttons=1)
        mouse("mouseReleased", 180, 660, button="left", clickCount=1)

    def pinch() -> None:
        for kind, points in (
            ("touchStart", (300, 400)),
            ("touchMove", (250, 450)),
            ("touchMove", (200, 500)),
            ("touchEnd", ()),
        ):
            page.call(
                "Input.dispatchTouchEvent", type=kind, touchPoints=[{"x": x, "y": 400, "id": x % 3} for x in points]
            )

    assert moved(lambda: page.click("#closer"))[2] > 0
    assert moved(lambda: page.click("#farther"))[2] < 0
    assert moved(lambda: mouse("mouseWheel", 400, 400, deltaX=0, deltaY=-120))[2] > 0
    assert moved(drag) == [60, -40, 0]
    assert page.run("document.querySelector('#details').hidden"), "the end of a drag is no click"
    page.run("document.querySelector('#ground').focus()")
    assert moved(lambda: page.press("+"))[2] > 0
    assert moved(lambda: page.press("-"))[2] < 0
    assert moved(lambda: page.press("ArrowRight")) == [-80, 0, 0]
    assert moved(lambda: page.press("ArrowUp")) == [0, 80, 0]
    page.press("0")
    assert page.run(where) == fitted
    page.call("Emulation.setTouchEmulationEnabled", enabled=True, maxTouchPoints=2)
    assert moved(pinch)[2] > 0
    page.click("#fit")
    assert page.run(where) == fitted


def test_the_page_is_used_with_keys_alone(site: Site) -> None:
    page = site.open()
    active = "document.activeElement.dataset.id ?? document.activeElement.id"
    page.press(*TAB)
    assert page.run("document.activeElement.className") == "skip"
    order: list[str] = []
    while len(order) < 60 and (not order or order[-1] != "question"):
        page.press(*TAB)
        order.append(page.run(active))
    assert (
        order.index("numbers") < order.index("ground") < order.index("node:menu") < order.index("tab-call") < len(order)
    )
    assert order[-1] == "question"
    assert "tab-files" not in order, "arrow keys go through the tabs"
    page.run("document.querySelector('[data-id=\"node:support\"]').focus()")
    page.press(*ENTER)
    assert page.run("document.activeElement.innerText") == "Support"
    page.press(*ESCAPE)
    assert page.run(active) == "node:support", "back where one was"
    page.run("document.querySelector('#tab-call').focus()")
    page.press("ArrowRight", 39)
    assert page.run(active) == "tab-findings"
    assert page.run("!document.querySelector('#sheet-findings').hidden && document.querySelector('#sheet-call').hidden")
    nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    roles = {"button", "textbox", "combobox", "tab", "link", "DisclosureTriangle"}
    nameless = [
        node for node in nodes if node.get("role", {}).get("value") in roles and not node.get("name", {}).get("value")
    ]
    assert nameless == []
    spoken = {node["name"]["value"] for node in nodes if node.get("role", {}).get("value") == "button"}
    assert any(name.startswith("Queue · Support") for name in spoken), "cards are buttons with the words of their card"


#: Texts outside the picture whose contrast (WCAG 2.2, 1.4.3) with what lies behind them is below 4.5.
CONTRAST = """(() => {
  const channels = (colour) => { const canvas = new OffscreenCanvas(1, 1).getContext('2d'); canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const linear = (value) => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = (colour) => { const [r, g, b] = channels(colour).map((value) => linear(value / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = (node) => { for (; node; node = node.parentElement) {
    const colour = getComputedStyle(node).backgroundColor;
    if (channels(colour)[3] === 255) return colour; } return 'white'; };
  return [...document.body.querySelectorAll('*')].filter((node) => !node.closest('svg') && node.checkVisibility()
    && [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim())).flatMap((node) => {
      const [a, b] = [luminance(getComputedStyle(node).color), luminance(behind(node))].sort((x, y) => y - x);
      const ratio = (a + 0.05) / (b + 0.05);
      return ratio < 4.5 ? [`${node.innerText.slice(0, 40)}: ${ratio.toFixed(2)}`] : []; });
})()"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_has_enough_contrast(site: Site, dark: bool) -> None:
    page = site.open(dark=dark)
    ask(page, QUESTION)
    low = page.run(CONTRAST)
    for tab in ("findings", "confirm", "files", "record"):
        page.click(f"#tab-{tab}")
        low += page.run(CONTRAST)
    assert low == []


def test_on_a_telephone_everything_is_within_reach(site: Site) -> None:
    page = site.open(width=390, height=844)
    assert page.run("document.documentElement.scrollWidth") == 390
    ask(page, QUESTION)
    seen = page.run("document.querySelector('#ending').getBoundingClientRect().toJSON()")
    assert 0 < seen["top"] < seen["bottom"] < 844, "the answer is seen without scrolling"
    ground = page.run("document.querySelector('#ground').getBoundingClientRect().toJSON()")
    lit = page.run("[...document.querySelectorAll('.card.lit')].map((card) => card.getBoundingClientRect().toJSON())")
    assert all(ground["left"] <= box["left"] and box["right"] <= ground["right"] + 1 for box in lit)
    small = page.run(
        "[...document.querySelectorAll('button, .file, select, input')].filter((one) => one.checkVisibility() &&"
        " one.getBoundingClientRect().width && one.getBoundingClientRect().height < 23.5 && !one.matches('.link'))"
        ".map((one) => one.id || one.innerText)"
    )
    assert small == [], "targets are large enough to touch (WCAG 2.2, 2.5.8)"


def test_paper_gets_the_picture_alone(site: Site) -> None:
    page = site.open()
    ask(page, QUESTION)
    document = pypdfium2.PdfDocument(page.printed())
    assert len(document) == 1
    printed = document[0].get_textpage().get_text_range()
    document.close()
    assert "Acme Corp" in printed
    assert "Emergency line" in printed
    assert "What if somebody calls" not in printed
