"""The page of a flow in a real browser: what its readers see, and what they can do with mouse, fingers and keys."""

import copy
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree

import pytest
from tests import chromium, served
from tests.callflow import ACME, MAIN, SUPPORT
from tests.chromium import Browser, Page
from tests.phones import Phones

from call_flow import app, parts, store
from oberaconnect.auth import create_key, local_principal

ENTER, TAB, ESCAPE = ("Enter", 13, "\r"), ("Tab", 9), ("Escape", 27)
#: The call of the field's own example, to Acme: the path through closed hours, as cards, arrows and the row it ends in.
SATURDAY = "Saturday 19:00, presses 2"
NASTY = "<script>document.title='caught'</script><img src=x onerror=\"alert(1)\">'\"&lt;\u202egnp.exe"
LIT = "[...document.querySelectorAll('.card.lit')].map((card) => card.dataset.id)"
SETTLED = "!document.querySelector('[aria-busy=true]')"


@dataclass(frozen=True)
class Site:
    """The service on a port, and pages of a browser that look at it."""

    phones: Phones
    address: str
    page: Callable[..., Page]

    def open(self, path: str = "/flows/acme-corp/view", **options: Any) -> Page:
        """A new page, when it shows the flow or says why not."""
        page = self.page(**options)
        page.open(f"{self.address}/api/callflow{path}")
        page.wait(
            f"{SETTLED} && (!!document.querySelector('#ground > svg') || document.querySelector('#drawing')?.innerText"
            " || !/Fetching/.test(document.querySelector('#message-title')?.innerText ?? 'Fetching'))"
        )
        return page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all of these tests."""
    with chromium.running() as running:
        yield running


@pytest.fixture(scope="module")
def threads() -> Iterator[ThreadPoolExecutor]:
    """Where the services of these tests work: what draws pictures is made once a thread."""
    with ThreadPoolExecutor(4) as pool:
        yield pool


@pytest.fixture
def site(phones: Phones, browser: Browser, threads: ThreadPoolExecutor) -> Iterator[Site]:
    """The service in open mode with Acme's flow."""
    phones.post("/generate", ACME)
    with ExitStack() as stack:
        address = stack.enter_context(served.serving(app.assemble(phones.parts), threads))

        def page(**options: Any) -> Page:
            made = browser.page(**options)
            stack.callback(made.close)
            return made

        yield Site(phones, address, page)


def ask(page: Page, question: str) -> None:
    """Write a question and send it."""
    page.write("#question", question)
    page.press(*ENTER)
    page.wait(f"{SETTLED} && (!document.getElementById('result').hidden || document.querySelector('#question-error').innerText)")


def changed(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Acme's flow after a change."""
    flow = copy.deepcopy(ACME)
    change(flow)
    return flow


def test_the_page_shows_the_picture_and_asks_nobody_else(site: Site) -> None:
    page = site.open()
    drawn = ElementTree.fromstring(site.phones.call("GET", "/render/svg?flow_id=acme-corp").data)
    cards = [node.get("data-id") for node in drawn.iter() if (node.get("class") or "").startswith("card")]
    assert page.run("[...document.querySelectorAll('.card')].map((card) => card.dataset.id)") == cards
    assert page.text("#customer") == "Acme Corp"
    seen = page.run("document.querySelector('#ground > svg').getBoundingClientRect().toJSON()")
    ground = page.run("document.querySelector('#ground').getBoundingClientRect().toJSON()")
    assert ground["left"] <= seen["left"] < seen["right"] <= ground["right"], "all of it is seen at first"
    assert ground["top"] <= seen["top"] < seen["bottom"] <= ground["bottom"]
    assert page.run("document.fonts.check('600 12px Inter')")
    assert {address.split("?")[0].rsplit("/", 1)[0] for address in page.requested() if not address.startswith("data:")} <= {
        f"{site.address}/api/callflow{folder}" for folder in ("", "/view", "/flows", "/flows/acme-corp", "/render")
    }
    assert page.complaints() == []


def test_the_page_allows_itself_nothing_but_its_own_files(site: Site) -> None:
    for path, media_type in (("/flows/acme-corp/view", "text/html"), ("/view/view.js", "text/javascript")):
        answer = site.phones.call("GET", path)
        policy = dict(rule.split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split("; "))
        assert answer.mimetype == media_type
        assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == policy["frame-ancestors"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == policy["font-src"] == "'self'"
        again = site.phones.call("GET", path, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
    for name in ("view.html", "nothing.js", "..%2fapp.py", "OFL.txt", ""):
        assert site.phones.call("GET", f"/view/{name}").status_code == 404, name
    page = site.open()
    page.run("document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}))")
    assert page.run("window.ran === undefined"), "no script in the page itself is run"


def test_a_click_on_a_place_shows_what_it_is_and_where_it_leads(site: Site) -> None:
    page = site.open()
    page.click('[data-id="node:menu"] .body')
    assert page.text("#details h2") == "Menu"
    said = page.text("#details")
    assert "Thank you for calling Acme." in said
    assert "Any extension" in said
    leads = page.run(
        "Object.fromEntries([...document.querySelectorAll('#details .ways li')]"
        ".filter((row) => row.querySelector('kbd'))"
        ".map((row) => [row.querySelector('kbd').innerText, row.querySelector('button').innerText]))"
    )
    assert leads == {"0": "Ann Archer (101)", "1": "Sales", "2": "Support", "3": "Names", "4": "Address"}
    page.run("[...document.querySelectorAll('#details .ways button')].find((one) => one.innerText === 'Support').click()")
    assert page.text("#details h2") == "Support"
    assert page.run("document.querySelector('.card.chosen').dataset.id") == "node:support"
    assert "Callers who wait in the queue" in page.text("#details .finding"), "what was found there"
    page.press(*ESCAPE)
    assert page.run("document.querySelector('#details').hidden && !document.querySelector('.chosen')")


def test_every_kind_of_place_can_be_shown(site: Site) -> None:
    page = site.open()
    for card in page.run("[...document.querySelectorAll('.card')].map((card) => card.dataset.id)"):
        page.run(f"document.querySelector('[data-id=\"{card}\"]').dispatchEvent(new MouseEvent('click', {{bubbles: true}}))")
        assert page.text("#details h2")
        assert "undefined" not in page.text("#details"), card
        assert "null" not in page.text("#details"), card
    assert page.complaints() == []


def test_a_question_lights_the_path_of_the_call(site: Site) -> None:
    page = site.open()
    ask(page, SATURDAY)
    path = [f"number:{MAIN}", "node:hours", "node:closed", "node:emergency-line", "mailbox:600"]
    assert set(page.run(LIT)) == set(path)
    lines = "[...document.querySelectorAll('.lit-lines .link')].map((line) => [line.dataset.from, line.dataset.to])"
    assert page.run(lines) == [[path[at], path[at + 1]] for at in range(4)]
    faint = "[...document.querySelectorAll('.card:not(.lit)')].every((card) => getComputedStyle(card).opacity < 0.5)"
    assert page.run(faint), "the rest is dimmed"
    assert page.text("#ending") == "The caller leaves a message: General (mailbox 600)."
    assert page.text("#understood").endswith("at 19:00 · presses 2")
    steps = page.run("[...document.querySelectorAll('#steps > li')].map((step) => step.innerText)")
    assert [step.split("\n")[0] for step in steps] == [
        f"Main line ({MAIN})", "Hours", "Closed", "Emergency line", "General (mailbox 600)",
    ]  # fmt: skip
    assert "Saturday" in steps[1], "the reason"
    assert "We are closed." in steps[2], "what the caller hears"
    assert "19:00:02" in steps[3], "the clock, after two seconds of an announcement"
    page.run("[...document.querySelectorAll('#steps button')].find((one) => one.innerText === 'Hours').click()")
    assert page.text("#details h2") == "Hours"
    page.press(*ESCAPE)
    page.click("#clear")
    assert page.run(LIT) == []
    assert page.complaints() == []


@pytest.mark.parametrize(
    ("question", "cards", "rows"),
    [
        ("Monday 10:00, presses 1, everybody is busy", ["sales", "oncall", "mailbox:600"], {"sales": "busy", "oncall": "no_answer"}),
        ("Monday 10:00, presses 1, nobody answers", ["sales", "mailbox:600"], {"sales": "no_answer"}),
        ("Monday 10:00, presses nothing", ["menu", "extension:101"], {"menu": "no_input", "vip": "otherwise"}),
        ("Monday 10:00, dials 102", ["menu", "extension:*"], {"menu": "dial"}),
        ("Monday 10:00, presses 4", ["address"], {"menu": "key:4", "address": "done"}),
        ("Monday 10:00, hidden number", ["vip", "mailbox:600"], {"vip": "match:1"}),
        ("Christmas", ["holiday", "general", "mailbox:600"], {"hours": "holiday", "general": "message"}),
    ],
)  # fmt: skip
def test_each_way_of_a_call_is_lit_as_the_picture_has_it(
    ways: Page, question: str, cards: list[str], rows: dict[str, str]
) -> None:
    ask(ways, question)
    lit = ways.run(LIT)
    assert {card if ":" in card else f"node:{card}" for card in cards} <= set(lit), lit
    found = dict(
        ways.run(
            "[...document.querySelectorAll('.port.lit')].map((row) => [row.closest('.card').dataset.id, row.dataset.port])"
        )
    )
    assert {f"node:{card}": row for card, row in rows.items()}.items() <= found.items(), found
    assert len(found) <= len(lit), "one row a card"


@pytest.fixture(scope="module")
def ways(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page that shows Acme's flow without a database behind it: it asks a service whose flows are sent along."""
    raise NotImplementedError
