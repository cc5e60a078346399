"""One Chromium for all tests of the page, and the service on a port."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests import chromium, served
from tests.callflow import ACME
from tests.chromium import Browser, Page
from tests.phones import Phones
from tests.site import Site

from call_flow import app, parts


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium of the session."""
    with chromium.running() as running:
        yield running


@pytest.fixture(scope="session")
def tab(browser: Browser) -> Page:
    """A page that many tests use one after the other: a new one takes its time."""
    return browser.page()


@pytest.fixture(scope="session")
def threads() -> Iterator[ThreadPoolExecutor]:
    """Where the services of these tests work: what draws pictures is made once a thread."""
    with ThreadPoolExecutor(16) as pool:
        yield pool


@pytest.fixture
def site(phones: Phones, threads: ThreadPoolExecutor, tab: Page) -> Iterator[Site]:
    """The service in open mode with Acme's flow."""
    phones.post("/generate", ACME)
    with served.serving(app.assemble(phones.parts), threads) as address:
        yield Site(phones, address, lambda: tab)
        tab.forget()


@pytest.fixture
def guarded(phones: Phones, threads: ThreadPoolExecutor, browser: Browser) -> Iterator[Site]:
    """The service that nobody may use without a key, and a page that has none."""
    phones.post("/generate", ACME)
    page = browser.page()
    closed = parts.build(phones.settings.model_copy(update={"auth": "required"}))
    with served.serving(app.assemble(closed), threads) as address:
        yield Site(phones, address, lambda: page)
        page.close()
    closed.close()
