"""Whom the page shows a flow, and what it says when it cannot show one."""

from concurrent.futures import ThreadPoolExecutor

from tests import served
from tests.callflow import ACME
from tests.site import DRAWN, ENTER, LIT, Site, ask

from call_flow import app
from oberaconnect.auth import create_key
from oberaconnect.db import as_owner

QUESTION = "Saturday 19:00"


def _key(site: Site, *scopes: str) -> str:
    settings = site.phones.settings
    with as_owner(settings) as connection:
        return create_key(
            connection, settings, name="page", tenant="default", clients=None, scopes=scopes, expires_in=None
        ).text


def test_where_keys_are_needed_the_page_asks_for_one(guarded: Site) -> None:
    page = guarded.open()
    assert page.text("#message-title") == "This flow needs a key"
    assert page.run("document.activeElement.id") == "key"
    assert "Acme" not in page.run("document.documentElement.outerHTML"), "strangers learn nothing"
    page.write("#key", "msp_000000000000_wrong")
    page.press(*ENTER)
    page.wait("document.querySelector('#message-title').innerText === 'This key is not valid'")
    key = _key(guarded, "callflow:read")
    page.write("#key", key)
    page.press(*ENTER)
    page.wait(DRAWN)
    ask(page, QUESTION)
    assert len(page.run(LIT)) == 5
    assert page.run("[sessionStorage.length, localStorage.length, document.cookie]") == [1, 0, ""]
    asked = page.events("Network.requestWillBeSent")
    simulated = [event["request"]["headers"] for event in asked if "/simulate" in event["request"]["url"]]
    assert [headers["Authorization"] for headers in simulated] == [f"Bearer {key}"]
    assert not [event for event in asked if key in event["request"]["url"]]
    page.click("#tab-files")
    page.run("document.querySelector('.targets .file').click()")
    page.wait("document.querySelector('#sheet-files > .error').innerText")
    assert "callflow:write" in page.text("#sheet-files > .error"), "this key may only read, and the page says so"


def test_a_key_of_other_work_is_refused_and_another_can_be_given(guarded: Site) -> None:
    page = guarded.open()
    page.write("#key", _key(guarded, "data:read"))
    page.press(*ENTER)
    page.wait("document.querySelector('#message-title').innerText === 'This key does not allow that'")
    assert "callflow:read" in page.text("#message-text")
    assert page.run("!document.querySelector('#key-form').hidden")


def test_what_is_not_there_is_said_with_a_way_on(site: Site) -> None:
    missing = "0" * 64
    for path, title, said in (
        ("/flows/nothing/view", "There is no such flow", "“nothing”"),
        ("/flows/acme-corp/view?client=globex", "There is no such flow", "of the client “globex”"),
        ("/flows/%3Cb%3E/view", "There is no such flow", "“<b>”"),
        (f"/flows/acme-corp/view?version={missing}", "There is no such version", "00000000…"),
        ("/flows/acme-corp/view?version=2", "This is no version", "whole hash"),
    ):
        page = site.open(path)
        assert page.text("#message-title") == title
        assert said in page.text("#message-text")
    page.click("#message-ways a")
    page.wait(DRAWN)


def test_a_flow_that_is_deleted_meanwhile_and_a_service_that_is_gone_are_told_apart(
    site: Site, threads: ThreadPoolExecutor
) -> None:
    with served.serving(app.assemble(site.phones.parts), threads) as address:
        page = Site(site.phones, address, site.tab).open()
        assert site.phones.call("DELETE", "/flows/acme-corp").status_code == 204
        ask(page, QUESTION)
        assert "no flow" in page.text("#question-error")
        site.phones.post("/generate", ACME)
    ask(page, QUESTION)
    page.wait("document.querySelector('#question-error').innerText.includes('cannot be reached')")
    page.click("#down")
    page.wait("!!document.querySelector('#drawing button')")
    assert "cannot be reached" in page.text("#drawing")
