"""The picture in the page: drawn, safe, and open to questions about its places."""

import json
from typing import Any
from xml.etree import ElementTree

from tests.callflow import acme
from tests.site import ESCAPE, Site, ask, choose

from call_flow import store
from call_flow.flow.model import Flow
from oberaconnect.auth import local_principal

NASTY = "<script>document.title='caught'</script><img src=x onerror=\"alert(1)\">'\"&lt;\u202egnp.exe"
#: The sign that turns all text after it is left out: it would turn what is not the customer's too.
SHOWN = NASTY.replace("\u202e", "")


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
    assert {
        address.split("?")[0].rsplit("/", 1)[0] for address in page.requested() if not address.startswith("data:")
    } <= {f"{site.address}/api/callflow{folder}" for folder in ("", "/view", "/flows", "/flows/acme-corp", "/render")}
    assert page.complaints() == []


def test_the_page_allows_itself_nothing_but_its_own_files(site: Site) -> None:
    for path, media_type in (("/flows/acme-corp/view", "text/html"), ("/view/view.js", "text/javascript")):
        answer = site.phones.call("GET", path)
        policy = dict(rule.split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split("; "))
        assert answer.mimetype == media_type
        assert (
            policy["default-src"]
            == policy["base-uri"]
            == policy["form-action"]
            == policy["frame-ancestors"]
            == "'none'"
        )
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
    page.run(
        "[...document.querySelectorAll('#details .ways button')].find((one) => one.innerText === 'Support').click()"
    )
    assert page.text("#details h2") == "Support"
    assert page.run("document.querySelector('.card.chosen').dataset.id") == "node:support"
    assert "Callers who wait in the queue" in page.text("#details .finding"), "what was found there"
    page.press(*ESCAPE)
    assert page.run("document.querySelector('#details').hidden && !document.querySelector('.chosen')")


def test_every_kind_of_place_can_be_shown(site: Site) -> None:
    page = site.open()
    for card in page.run("[...document.querySelectorAll('.card')].map((card) => card.dataset.id)"):
        choose(page, card)
        assert page.text("#details h2")
        assert "undefined" not in page.text("#details"), card
        assert "null" not in page.text("#details"), card
    assert page.complaints() == []


def test_a_picture_that_holds_more_than_shapes_is_let_in_without_it(site: Site) -> None:
    page = site.open()
    evil = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:h="http://www.w3.org/1999/xhtml" viewBox="0 0 9 9" onload="a()">'
        '<script>a()</script><foreignObject><h:img src="x" onerror="a()"/></foreignObject><style>*{fill:red}</style>'
        '<a href="javascript:a()"><text>no</text></a><use href="#x"/><image href="http://elsewhere.example/x"/>'
        '<g class="card" data-id="x" onclick="a()" style="fill:red"><text>kept</text><animate attributeName="x"/></g>'
        "</svg>"
    )
    let_in = page.run(
        f"import('/api/callflow/view/picture.js').then(({{ read }}) => read({json.dumps(evil)}).outerHTML)"
    )
    kept = ElementTree.fromstring(let_in)
    assert [node.tag.rpartition("}")[2] for node in kept.iter()] == ["svg", "g", "text"]
    assert set().union(*(node.attrib for node in kept.iter())) == {"viewBox", "class", "data-id"}
    for nothing in ("<html/>", "<svg/>", "{}", ""):
        refused = (
            f"import('/api/callflow/view/picture.js').then(({{ read }}) => read({json.dumps(nothing)})).catch(String)"
        )
        assert page.run(refused) == "Error: The service sent no picture."


def test_what_a_customer_writes_is_shown_as_text_and_never_acts(site: Site) -> None:
    def spoil(flow: dict[str, Any]) -> None:
        flow["customer"]["name"] = NASTY
        flow["numbers"][0]["label"] = NASTY
        flow["extensions"][0] |= {"first": NASTY, "last": '"><svg onload=alert(2)>'}
        flow["mailboxes"][3]["name"] = NASTY
        flow["nodes"][2]["name"] = NASTY
        flow["prompts"][0]["texts"]["en-US"] = f"{NASTY} =HYPERLINK(1) ${{SHELL(id)}}\n<b>bold</b>"
        flow["schedules"][0]["name"] = NASTY
        flow["provenance"] = {"/nodes/2": {"origin": "assumed", "evidence": NASTY, "question": NASTY}}

    site.phones.post("/generate", acme(spoil).plain() | {"flow_id": "nasty"})
    page = site.open("/flows/nasty/view")
    assert page.text("#customer") == SHOWN
    ask(page, "Monday 10:00, presses nothing")
    assert SHOWN in page.text("#ending")
    assert f"{SHOWN} =HYPERLINK(1)" in page.text("#steps .quote")
    for card in ("node:menu", "extension:101"):
        choose(page, card)
        assert SHOWN in page.text("#details")
        page.press(*ESCAPE)
    page.click("#tab-confirm")
    assert SHOWN in page.text("#sheet-confirm")
    assert page.run("document.title") == f"{SHOWN} · Call flow"
    made = "[...document.body.querySelectorAll('script, img, iframe, object, embed, foreignObject, b')].length"
    assert page.run(made) == 0
    assert page.complaints() == []


def test_a_flow_without_places_is_a_flow(site: Site) -> None:
    nothing = Flow.model_validate({"customer": {"name": "Empty"}})
    with site.phones.parts.database.transaction("default") as connection:
        store.save(connection, local_principal(), "empty", nothing, "import")
    page = site.open("/flows/empty/view")
    assert "nothing to draw yet" in page.text("#drawing")
    ask(page, "Monday 10:00")
    assert page.text("#question-error")
    assert page.complaints()[:-1] == [], "nothing but the refusal of the call"
