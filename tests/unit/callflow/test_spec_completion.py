"""What a customer says becomes a complete flow."""

import datetime as dt
from typing import Any

import pytest
from tests.callflow import ACME, acme
from tests.customers import TODAY

from call_flow.flow.graph import Graph, Vertex
from call_flow.flow.model import Flow
from call_flow.flow.nodes import Announcement, Menu, RingGroup, TimeSwitch
from call_flow.spec import Completed, assumptions, complete
from call_flow.spec.specification import Specification
from oberaconnect.problems import Unprocessable

SEED: dict[str, Any] = {"customer": "Acme Corp", "extensions": ["101", "102", "103"]}


def made(plain: dict[str, Any], today: dt.date = TODAY) -> Completed:
    return complete(Specification.model_validate(plain), today=today)


def flow_of(**said: Any) -> Flow:
    return made({"customer": "Acme Corp"} | said).flow


def node(flow: Flow, name: str) -> Any:
    return Graph(flow).nodes[name]


def refused(**said: Any) -> dict[str, str]:
    with pytest.raises(Unprocessable) as caught:
        flow_of(**said)
    return {error["pointer"]: error["detail"] for error in caught.value.errors}


def test_a_name_and_three_extensions_make_a_flow_in_which_all_leads_somewhere_and_all_is_reached() -> None:
    graph = Graph(made(SEED).flow)
    assert all(graph.exists(edge.target) for edge in graph.edges)
    assert {Vertex("node", node.id) for node in graph.flow.nodes} <= graph.reachable()
    assert [type(node) for node in graph.flow.nodes] == [TimeSwitch, Menu, RingGroup, Announcement, Announcement]


def test_bare_numbers_get_no_departments_and_no_directory() -> None:
    flow = made(SEED).flow
    menu = node(flow, "menu")
    assert (set(menu.keys), menu.direct_dial, menu.no_input.node) == ({"0"}, "extensions", "front-desk")
    assert "dial it now" in flow.prompts[0].texts["en-US"]
    assert "directory" not in Graph(flow).nodes


def test_every_default_of_the_minimal_request_is_to_be_confirmed() -> None:
    completed = made(SEED)
    questions = [item.question for item in completed.assumptions if item.question]
    assert "Which number do customers call?" in questions
    assert "When are you open?" in questions
    assert completed.assumptions == assumptions(completed.flow)
    flow, said = completed.flow, {item.pointer for item in completed.assumptions}
    for pointer in ("/numbers/0", "/schedules/0/weekly", "/holiday_sets/0/source", "/extensions/0/ring_s", "/trunks/0",
                    "/emergency/notify", "/numbering/parking", "/feature_codes"):  # fmt: skip
        assert pointer in said
        assert flow.provenance[pointer].origin in ("default", "assumed")
    assert not any(pointer.startswith("/extensions/0/number") for pointer in flow.provenance)


def test_the_same_assumption_about_many_telephones_is_made_once() -> None:
    rings = [item for item in made(SEED).assumptions if item.pointer.endswith("/ring_s")]
    assert [(item.value, item.places, item.message) for item in rings] == [
        (20, 3, "A telephone rings 20 seconds before the call goes on.")
    ]


def test_the_number_that_stands_for_an_unknown_one_is_kept_for_drama() -> None:
    assert made(SEED).flow.numbers[0].e164 == "+12125550100"
    assert flow_of(country="GB").numbers[0].e164 == "+442079460000"
    assert flow_of(country="DE").numbers[0].e164 == "+493023125000"
    assert flow_of(country="PL").numbers[0].e164 == "+12125550100"


def test_one_or_two_extensions_ring_together_without_a_menu() -> None:
    flow = flow_of(extensions=[101, 102])
    everyone = node(flow, "everyone")
    assert [member.extension for member in everyone.members] == ["101", "102"]
    assert node(flow, "hours").open.node == "everyone"


def test_a_customer_without_extensions_takes_messages() -> None:
    flow = flow_of()
    assert node(flow, "welcome").then.mailbox == "600"
    assert [box.number for box in flow.mailboxes] == ["600"]


def test_groups_become_the_choices_of_the_menu_and_names_a_directory() -> None:
    flow = flow_of(
        extensions=["101 Ann Archer", "102 Ben Baker", "103 Cleo Carter", "104 Dan Dyer"],
        groups={"Sales": [101, "Ben Baker"], "Service": ["103"]},
    )
    menu = node(flow, "menu")
    assert {key: place.node for key, place in menu.keys.items()} == {
        "1": "sales", "2": "service", "9": "directory", "0": "front-desk",
    }  # fmt: skip
    assert "For Sales, press 1. For Service, press 2." in flow.prompts[0].texts["en-US"]


def test_a_menu_that_is_told_has_the_keys_that_are_told_and_says_them() -> None:
    flow = flow_of(
        extensions=["101 Ann", "102"],
        groups={"Sales": ["102"]},
        menu={
            "1": "sales", "2": {"to": 101, "label": "accounts"},
            "3": {"say": "We are at 5 High Street.", "label": "our address"}, "4": "voicemail",
            "5": "+1 212 555 0177", "6": "hang up", "7": ["101", "102"], "8": {"mailbox": "101"}, "*": "repeat",
        },
    )  # fmt: skip
    menu = node(flow, "menu")
    kinds = {key: (place.kind, place.target) for key, place in menu.keys.items()}
    assert kinds == {
        "1": ("node", "sales"), "2": ("extension", "101"), "3": ("node", "our-address"), "4": ("mailbox", "600"),
        "5": ("number", "+12125550177"), "6": ("hangup", "normal"), "7": ("node", "ring-101-102"),
        "8": ("mailbox", "101"),
    }  # fmt: skip
    assert menu.replay_key == "*"
    assert menu.direct_dial == "none"
    spoken = next(prompt for prompt in flow.prompts if prompt.id == "menu").texts["en-US"]
    assert "For accounts, press 2. For our address, press 3. To leave a message, press 4." in spoken
    assert spoken.endswith("To hear this again, press star.")


def test_a_greeting_that_names_every_key_is_the_whole_script() -> None:
    text = "Hello. Press one for Ann, or 2 for Ben."
    flow = flow_of(extensions=["101 Ann", "102 Ben"], greeting=text, menu={"1": "101", "2": "102"})
    assert next(prompt for prompt in flow.prompts if prompt.id == "menu").texts == {"en-US": text}


def test_a_greeting_is_heard_before_the_choices_that_it_does_not_name() -> None:
    flow = flow_of(extensions=["101 Ann"], greeting="Hello, open till 5.", menu={"1": "101"})
    assert next(prompt for prompt in flow.prompts if prompt.id == "menu").texts == {
        "en-US": "Hello, open till 5. For Ann, press 1."
    }


def test_who_never_closes_has_no_schedule_and_no_closed_announcement() -> None:
    flow = flow_of(extensions=[101, 102], hours="24/7")
    assert [item.id for item in flow.nodes] == ["everyone"]
    assert flow.schedules == []
    assert refused(extensions=[101], hours="24/7", after_hours="voicemail").keys() == {"#/after_hours"}


def test_hours_and_holidays_are_in_the_schedule_office() -> None:
    flow = flow_of(
        extensions=[101], hours="Mon-Fri 22:00-06:00", holidays=["US", "not Columbus Day", "02-29 Leap day",
                                                                 "2026-12-24 08:00-12:00 Christmas Eve"]
    )  # fmt: skip
    office = flow.schedules[0]
    assert office.weekly["fri"][0].model_dump() == {"start": "22:00", "end": "06:00"}
    assert office.exceptions[0].name == "Christmas Eve"
    assert flow.holiday_sets[0].exclude == ["Columbus Day"]
    assert flow.holiday_sets[0].first_year == 2026


def test_several_languages_are_chosen_first_and_every_prompt_speaks_them() -> None:
    flow = flow_of(extensions=["101", "102", "103"], languages=["en-US", "es", "pl"])
    assert flow.numbers[0].entry.node == "language"
    choice = node(flow, "language").keys["2"]
    assert (choice.node, choice.set.language) == ("hours", "es")
    texts = next(prompt for prompt in flow.prompts if prompt.id == "closed").texts
    assert set(texts) == {"en-US", "es", "pl"}
    assert texts["es"].startswith("Gracias por llamar a Acme Corp.")
    assert any("no ready texts in pl" in (said.evidence or "") for said in flow.provenance.values())


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "nl", "pt"])
def test_each_ready_language_has_every_phrase_with_its_values(language: str) -> None:
    flow = flow_of(extensions=["101", "102", "103"], language=language)
    for prompt in flow.prompts:
        assert "{" not in prompt.texts[language]
    greeting = next(prompt for prompt in flow.prompts if prompt.id == "menu").texts[language]
    assert "Acme Corp" in greeting
    assert "0" in greeting


def test_emergency_numbers_are_those_of_the_country() -> None:
    found = {code: flow_of(extensions=[101], country=code).emergency for code in ("US", "DE", "GB", "AU")}
    assert (found["US"].numbers, found["US"].test_numbers, found["US"].accept_prefixes) == (["911"], ["933"], ["9"])
    assert (found["DE"].numbers, found["DE"].test_numbers) == (["110", "112"], [])
    assert found["GB"].numbers == ["112", "999"]
    assert "000" in found["AU"].numbers


def test_country_and_zone_follow_from_the_numbers() -> None:
    flow = flow_of(extensions=[101], numbers=["+44 20 7946 0123"])
    assert (flow.customer.country, flow.customer.time_zone, flow.customer.languages) == (
        "GB",
        "Europe/London",
        ["en-GB"],
    )
    assert flow_of(extensions=[101], numbers=["(503) 555-0110"]).customer.time_zone == "America/Los_Angeles"


def test_a_national_number_is_written_with_its_country_code() -> None:
    flow = flow_of(extensions=[{"number": 101, "did": "020 7946 0101", "mobile": "07700 900123"}], country="GB")
    assert (flow.extensions[0].did, flow.extensions[0].mobile) == ("+442079460101", "+447700900123")
    assert [number.entry.target for number in flow.numbers if number.e164 == "+442079460101"] == ["101"]


def test_people_without_a_number_get_the_next_free_ones() -> None:
    flow = flow_of(extensions=["105 Ann Archer", "Ben van Dyke", "Carter, Cleo"])
    assert [(item.number, item.first, item.last) for item in flow.extensions] == [
        ("105", "Ann", "Archer"), ("106", "Ben", "van Dyke"), ("107", "Cleo", "Carter"),
    ]  # fmt: skip
    assert flow.provenance["/extensions/1/number"].origin == "assumed"


def test_parking_and_the_general_mailbox_keep_out_of_the_way_of_extensions() -> None:
    flow = flow_of(extensions=["600", "601", "700", "705", "5001"])
    taken = {item.number for item in flow.extensions}
    assert flow.mailboxes[-1].number not in taken
    first = int(flow.numbering.parking or 0)
    slots = {str(number) for number in range(first, first + flow.numbering.parking_slots + 1)}
    assert not slots & (taken | {box.number for box in flow.mailboxes})
    assert not any(number.startswith(tuple(slots)) for number in taken)


def test_without_voicemail_nobody_is_sent_to_a_mailbox() -> None:
    flow = flow_of(extensions=["101", "102", "103"], voicemail=False)
    assert flow.mailboxes == []
    assert "leave a message" not in str([prompt.texts for prompt in flow.prompts])


def test_an_address_in_one_line_becomes_the_only_site() -> None:
    flow = flow_of(extensions=[101], address="350 5th Ave, New York, NY 10118")
    address = flow.sites[0].address
    assert address is not None
    assert (address.house_number, address.street, address.city, address.state, address.postal_code) == (
        "350", "5th Ave", "New York", "NY", "10118",
    )  # fmt: skip
    assert flow.extensions[0].site == "main"
    german = flow_of(country="DE", address="Hauptstr. 5, 10115 Berlin").sites[0].address
    assert german is not None
    assert (german.street, german.house_number, german.postal_code) == ("Hauptstr.", "5", "10115")


def test_nodes_in_full_stay_as_they_are_and_may_name_what_short_fields_make() -> None:
    given = {"id": "vip", "kind": "caller_match", "rules": [{"prefix": "+1415", "then": {"extension": "101"}}],
             "otherwise": {"node": "hours"}}  # fmt: skip
    numbers = [{"number": "+12125550123", "entry": "vip"}]
    flow = flow_of(extensions=["101", "102", "103"], nodes=[given], numbers=numbers, after_hours="voicemail")
    assert flow.nodes[0].id == "vip"
    assert flow.numbers[0].entry.node == "vip"
    assert node(flow, "hours").closed.mailbox == "600"


def test_a_number_without_an_entry_begins_at_the_first_node_that_is_given() -> None:
    flow = flow_of(extensions=["101"], nodes=[{"id": "bye", "kind": "hangup"}])
    assert flow.numbers[0].entry.node == "bye"
    assert flow.provenance["/numbers/0/entry"].question == "Where do calls begin?"


def test_a_complete_flow_completes_to_itself() -> None:
    first = made(SEED)
    again = made(first.flow.plain(), today=dt.date(2031, 1, 1))
    assert again == first


def test_a_flow_in_full_keeps_every_value() -> None:
    completed = made(ACME).flow
    assert completed.model_copy(update={"provenance": {}}) == acme()
    assert made(acme().plain()).flow == acme()


def test_that_there_is_no_parking_and_no_code_is_kept() -> None:
    said = {"numbering": {"parking": None}, "feature_codes": {"voicemail": None}}
    flow = flow_of(extensions=["101"], **said)
    assert (flow.numbering.parking, flow.feature_codes.voicemail) == (None, None)
    assert made(flow.plain()).flow == flow


def test_evidence_for_a_short_field_moves_to_what_it_makes() -> None:
    said = {"/hours": {"origin": "stated", "evidence": "we open at eight"}, "/extensions/0": {"origin": "imported"},
            "/nowhere/0": {"origin": "imported"}}  # fmt: skip
    flow = flow_of(extensions=["101"], hours="Mon-Fri 08:00-17:00", provenance=said)
    assert flow.provenance["/schedules/0/weekly"].evidence == "we open at eight"
    assert flow.provenance["/extensions/0"].origin == "imported"
    assert "/nowhere/0" not in flow.provenance
    assert "/hours" not in flow.provenance


def test_words_that_nobody_understands_are_all_pointed_to() -> None:
    found = refused(
        extensions=["101"], hours="Blursday 9-17", holidays=["Xmas"], groups={"a/b": ["101", "nobody"]},
        numbers=[{"number": "12345", "entry": "reception desk three"}], address="somewhere",
    )  # fmt: skip
    assert set(found) == {
        "#/hours", "#/holidays", "#/groups/a~1b/members/1", "#/numbers/0/e164", "#/numbers/0/entry", "#/address"
    }  # fmt: skip
    assert found["#/numbers/0/entry"].startswith("'reception desk three' is no place where calls can go.")


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"customer": {"name": "A", "country": "DE"}, "country": "US"}, "#/country"),
        ({"language": "en", "languages": ["de"]}, "#/language"),
        ({"trunk": "A", "trunks": []}, "#/trunk"),
        ({"menu": {"1": "101"}, "nodes": [{"id": "menu", "kind": "hangup"}]}, "#/nodes"),
        ({"during_hours": "menu"}, "#/during_hours"),
        ({"direct_dial": True}, "#/direct_dial"),
        ({"holidays": False, "on_holidays": "voicemail"}, "#/on_holidays"),
        ({"hours": "Mon 9-17", "schedules": [{"id": "office"}]}, "#/hours"),
        ({"groups": {"Sales": [101]}, "queues": {"Sales": [101]}}, "#/queues/Sales"),
        ({"extensions": ["101 Ann Lee", "102 Ann Lee"], "groups": {"A": ["Ann Lee"]}}, "#/groups/A/members/0"),
        ({"mailboxes": [{"number": "101"}], "mailbox": {"number": "101", "email": "a@b.example"}}, "#/mailbox"),
        ({"menu": {"1": {"to": "101", "say": "both"}}}, "#/menu/1"),
        ({"menu": {"1": {"node": "a", "mailbox": "1"}}}, "#/menu/1"),
        ({"menu": {"1": {"say": "x" * 4001}}}, "#/menu/1"),
        ({"menu": {"1": True}}, "#/menu/1"),
        ({"greeting": 5}, "#/greeting"),
    ],
)
def test_what_contradicts_itself_is_refused_where_it_stands(said: dict[str, Any], pointer: str) -> None:
    assert pointer in refused(**({"extensions": ["101"]} | said))


def test_what_has_a_shape_but_no_sense_is_kept_for_the_validator() -> None:
    flow = flow_of(extensions=["101", "101"], groups={"Sales": ["199"]}, time_zone="Mars/Olympus", menu={"1": "sales"})
    assert [item.number for item in flow.extensions] == ["101", "101"]
    assert node(flow, "sales").members[0].extension == "199"
    assert flow.schedules[0].time_zone == "Mars/Olympus"


@pytest.mark.parametrize(
    "text",
    ["${SHELL(id)}", "$[1]", "a;b,c)&PJSIP/x", '=HYPERLINK("http://x")', "<script>x</script>", "a\nb\tc\x07",
     "😀 عمر خالد", "{key} {customer} {}", "x" * 200],
)  # fmt: skip
def test_hostile_text_changes_labels_only(text: str) -> None:
    def shape(name: str) -> Any:
        flow = flow_of(
            customer=name, extensions=[{"number": "101", "name": name}, "102", "103"], groups={name: ["101"]},
            greeting=name, numbers=[{"number": "+12125550123", "label": name}],
        )  # fmt: skip
        return [(edge.source.kind, edge.outcome, edge.target.kind) for edge in Graph(flow).edges], {
            item.id for item in flow.nodes if item.name != name
        }

    assert shape(text) == shape("Plain")


def test_two_thousand_extensions_are_as_many_mailboxes() -> None:
    flow = flow_of(extensions=[f"{number} Ann Archer" for number in range(1000, 3000)])
    assert len(flow.extensions) == 2000
    assert len(flow.mailboxes) == 2001
    assert flow.numbering.parking == "7000"
