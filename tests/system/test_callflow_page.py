"""The page of a flow behind the gateway, as people meet it."""

import uuid

from tests import chromium
from tests.embedded import Platform
from tests.site import DRAWN, LIT, ask


def test_the_page_of_a_flow_works_behind_the_gateway(platform: Platform) -> None:
    client = f"client-{uuid.uuid4().hex[:12]}"
    wish = {"customer": "Acme Corp", "extensions": ["101", "102"], "client": client}
    status, made = platform.request("POST", "/api/callflow/generate", wish)
    assert status == 200, made
    with chromium.running() as browser:
        page = browser.page()
        page.open(f"{platform.url}{made['artifacts']['view']}")
        page.wait(DRAWN)
        ask(page, "Saturday 19:00")
        assert len(page.run(LIT)) > 2
        assert page.complaints() == []
        assert all(address.startswith((platform.url, "data:")) for address in page.requested())
