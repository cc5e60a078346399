"""The simulator of the page: a call in words or said exactly, and its path lit in the picture."""

from tests.callflow import MAIN, SUPPORT
from tests.site import ENTER, ESCAPE, LIT, SETTLED, Site, ask, change

#: The example that the field gives. Acme is closed then, so that nobody hears the 2.
SATURDAY = "Saturday 19:00, presses 2"


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


WAYS: dict[str, tuple[list[str], dict[str, str]]] = {
    "Monday 10:00, presses 1, everybody is busy": (
        ["node:sales", "node:oncall", "mailbox:600"], {"node:sales": "busy", "node:oncall": "no_answer"},
    ),
    "Monday 10:00, presses 1, nobody answers": (["node:sales", "mailbox:600"], {"node:sales": "no_answer"}),
    "Monday 10:00, presses nothing": (["extension:101"], {"node:menu": "no_input", "node:vip": "otherwise"}),
    "Monday 10:00, dials 102": (["extension:*"], {"node:menu": "dial"}),
    "Monday 10:00, presses 4": (["node:address"], {"node:menu": "key:4", "node:address": "done"}),
    "Monday 10:00, hidden number": (["node:vip", "mailbox:600"], {"node:vip": "match:1"}),
    "Christmas": (["node:general", "mailbox:600"], {"node:hours": "holiday", "node:general": "message"}),
}  # fmt: skip


def test_each_way_of_a_call_is_lit_as_the_picture_has_it(site: Site) -> None:
    page = site.open()
    for question, (last, rows) in WAYS.items():
        ask(page, question)
        lit = page.run(LIT)
        assert set(last) <= set(lit), question
        rows_lit = page.run(
            "[...document.querySelectorAll('.port.lit')]"
            ".map((row) => [row.closest('.card').dataset.id, row.dataset.port])"
        )
        assert rows.items() <= dict(rows_lit).items(), question
        assert len(dict(rows_lit)) == len(rows_lit), "one row a card"
    assert page.run("document.querySelector('.lit-numbers').textContent") == "12345"
    assert page.complaints() == []


def test_what_is_not_understood_is_said_beside_the_field(site: Site) -> None:
    page = site.open()
    ask(page, SATURDAY)
    ask(page, "colourless green ideas")
    page.wait("document.querySelector('#question-error').innerText")
    assert "'colourless'" in page.text("#question-error")
    assert page.run("document.activeElement.id") == "question"
    assert page.run("document.querySelector('#question').getAttribute('aria-invalid')") == "true"
    assert page.run(LIT) == [], "the path of the call before is gone"
    ask(page, SATURDAY)
    assert page.text("#question-error") == ""
    page.click("#exact > summary")
    for field, wrong, said in (
        ("keys", "2, x", "“x” cannot be pressed"), ("to", "+19995550100", "Nobody outside can call"),
        ("from", "nonsense", "'anonymous', or an extension"),
    ):  # fmt: skip
        page.write(f"#{field}", wrong)
        page.press(*ENTER)
        page.wait(f"{SETTLED} && document.querySelector('#{field}-error').innerText")
        assert said in page.text(f"#{field}-error")
        page.write(f"#{field}", "1" if field == "keys" else MAIN if field == "to" else "anonymous")


def test_a_call_can_be_said_exactly(site: Site) -> None:
    page = site.open()
    ask(page, "Monday 10:00, presses 2, 103 is busy")
    page.click("#exact > summary")
    fields = (
        "Object.fromEntries(['at', 'to', 'from', 'keys'].map((name) => [name, document.getElementById(name).value]))"
    )
    understood = page.run(fields)
    assert understood["at"].endswith("T10:00")
    assert (understood["keys"], understood["to"], understood["from"]) == ("2", "", "")
    assert page.run("[...document.querySelectorAll('#states select')].map((one) => one.value)") == ["103", "busy"]
    page.run("document.querySelector('#at').value = '2026-11-30T10:00:00'")
    page.write("#to", SUPPORT)
    page.write("#keys", "")
    page.click("#add-state")
    page.run(
        "(() => { const [who, state] = document.querySelectorAll('#states li:last-child select'); who.value = '104';"
        " who.dispatchEvent(new Event('change')); state.value = 'no_answer' })()"
    )
    page.click("#scenario > .button")
    page.wait(f"{SETTLED} && document.querySelector('#steps button').innerText.startsWith('Support')")
    states = {"103": "busy", "104": "no_answer"}
    wanted = {"flow_id": "acme-corp", "scenario": {"at": "2026-11-30T10:00:00", "to": SUPPORT, "states": states}}
    expected = site.phones.post("/simulate", wanted)
    assert expected["terminal"] == {"type": "message_left", "target": "600"}
    assert len(page.texts("#steps > li")) == len(expected["path"])
    assert set(page.run(LIT)) == {f"number:{SUPPORT}", "node:support", "mailbox:600"}
    assert "Ann" not in page.text("#understood")
    assert "Cleo Carter (103) is busy" in page.text("#understood")


def test_a_link_shows_the_same_call_the_same_number_and_the_same_direction(site: Site) -> None:
    page = site.open()
    ask(page, SATURDAY)
    page.click("#down")
    page.wait(f"{SETTLED} && document.querySelector('#ground > svg').viewBox.baseVal.height > 1500")
    assert len(page.run(LIT)) == 5, "the path is lit in the other picture too"
    change(page, "#numbers", SUPPORT)
    page.wait(f"{SETTLED} && !document.querySelector('[data-id=\"node:hours\"]')")
    assert page.run(LIT) == ["mailbox:600"], "all of the path that is in this picture"
    link = page.run("location.href")
    page = site.open(link.removeprefix(f"{site.address}/api/callflow"))
    page.wait(f"{SETTLED} && !!document.querySelector('.lit')")
    assert page.run("document.querySelector('#question').value") == SATURDAY
    assert page.run("[...document.querySelectorAll('.card')].length") < 12
    assert page.run("document.querySelector('#down').getAttribute('aria-pressed')") == "true"
