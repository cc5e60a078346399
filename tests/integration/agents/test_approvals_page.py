"""The page on which people decide, as a browser shows it behind the gateway."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from flask import Flask
from tests import chromium, gateway, served
from tests.agents_service import Agents
from tests.chromium import Browser, Page
from tests.fakes.llm import Call, LanguageModel
from tests.fakes.tools import Counted

from agents import app, parts
from oberaconnect.auth import create_key
from oberaconnect.db import as_owner

LISTED = "document.querySelectorAll('.question').length > 0"
TOLD = "document.querySelector('#notice').innerText"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium.running() as running:
        yield running


@pytest.fixture(scope="module")
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as pool:
        yield pool


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.page()
    yield page
    page.close()


@pytest.fixture
def address(service: Agents, threads: ThreadPoolExecutor) -> Iterator[str]:
    """The page of the service in open mode."""
    with _site(app.assemble(service.parts), threads) as found:
        yield found


@pytest.fixture
def guarded(service: Agents, threads: ThreadPoolExecutor) -> Iterator[str]:
    """The page of the same service, which nobody may use without a key."""
    closed = parts.build(service.settings.model_copy(update={"auth": "required"}))
    with _site(app.assemble(closed), threads) as found:
        yield found
    closed.close()


@contextmanager
def _site(application: Flask, threads: ThreadPoolExecutor) -> Iterator[str]:
    """The gateway with the application behind it; gives the address of the page."""
    with (
        served.serving(application, threads) as behind,
        gateway.running(AGENTS_PORT=behind.rpartition(":")[2]) as front,
    ):
        yield f"http://127.0.0.1:{front.port}/approve"


def asking(service: Agents, model: LanguageModel, text: str) -> str:
    """A run that has asked whether it may send a text; its id."""
    model.say(calls=[Call("send", {"text": text})])
    begun = service.begin("tester", "Send it.")
    service.work_all()
    return str(begun["id"])


def key(service: Agents, *scopes: str) -> str:
    """A key of the client whose runs wait here."""
    with as_owner(service.settings) as connection:
        made = create_key(
            connection, service.settings, name="page", tenant="default", clients=[], scopes=scopes, expires_in=None
        )
    return made.text


def test_what_waits_is_decided_with_a_reason_and_signs_that_nobody_sees_are_written_out(
    service: Agents, model: LanguageModel, send: Counted, page: Page, address: str
) -> None:
    run = asking(service, model, "good\u202enight<img src=x onerror=alert(1)>\u200b")
    page.open(address)
    page.wait(LISTED)
    shown = page.text(".question")
    assert {word for word in ("send", "external", "tester") if word in shown} == {"send", "external", "tester"}
    assert "good\\u{202e}night<img src=x onerror=alert(1)>\\u{200b}" in shown
    page.write(".question input[type=text]", "The customer agreed.")
    page.click(".question .button")
    page.wait(f"{TOLD}.includes('Approve: send')")
    model.say("Sent.")
    service.work_all()
    assert service.run(run)["status"] == "completed"
    assert len(send.calls) == 1
    (decided,) = service.get("/approvals")["items"]
    assert (decided["status"], decided["reason"], decided["scope"]) == ("approved", "The customer agreed.", "once")
    page.wait("!document.querySelector('.question')")
    assert page.complaints() == []


def test_what_is_asked_while_the_page_is_open_appears_and_does_not_take_what_is_being_written(
    service: Agents, model: LanguageModel, send: Counted, page: Page, address: str
) -> None:
    page.open(address)
    page.wait(f"{TOLD}.includes('Nothing waits')")
    asking(service, model, "first")
    page.run("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait(LISTED)
    page.write(".question input[type=text]", "I am not su")
    asking(service, model, "second")
    page.run("document.dispatchEvent(new Event('visibilitychange'))")
    page.run("new Promise((done) => setTimeout(done, 300))")
    assert page.run("document.querySelector('.question input[type=text]').value") == "I am not su"
    assert len(page.texts(".question")) == 1
    assert send.calls == []


def test_without_a_key_it_asks_for_one_and_without_the_right_it_says_so(
    service: Agents, model: LanguageModel, send: Counted, page: Page, guarded: str
) -> None:
    asking(service, model, "hello")
    page.open(guarded)
    page.wait(f"{TOLD}.includes('agents:approve into the field above')")
    page.write("#key", key(service, "agents:read"))
    page.press("Enter", 13, "\r")
    page.wait(LISTED)
    page.click(".question .button")
    page.wait(f"{TOLD}.includes(\"lacks the scope 'agents:approve'\")")
    assert len(page.texts(".question")) == 1
    page.write("#key", key(service, "agents:read", "agents:approve"))
    page.press("Enter", 13, "\r")
    page.wait(f"{LISTED} && {TOLD} === ''")
    page.click(".question .button.no")
    page.wait(f"{TOLD}.includes('Deny: send')")
    assert service.get("/approvals")["items"][0]["status"] == "denied"
    assert send.calls == []
