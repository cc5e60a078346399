"""Faults of calls for help, and of what strangers could do."""

from tests.faults.fault import (
    Faults,
    Plain,
    Unfit,
    add,
    enter,
    first,
    group,
    leave,
    menu,
    node,
    person,
    phone,
)

SAFETY = Faults()
fault = SAFETY.fault
MOBILE = "+12125550177"


def _in_the_united_states(plain: Plain) -> None:
    if plain["customer"]["country"] != "US":
        raise Unfit


@fault("emergency.no-numbers")
def nobody_can_call_for_help(plain: Plain) -> str:
    plain["emergency"]["numbers"] = []
    return "/emergency/numbers"


@fault("emergency.not-of-country", "numbering.extension-is-emergency")
def help_of_another_country(plain: Plain) -> str:
    plain["customer"]["country"] = "AU"
    plain["emergency"]["numbers"] = ["911"]
    plain["emergency"]["test_numbers"] = []
    for site in plain["sites"]:
        site.pop("address", None)
    return "/emergency/numbers"


@fault("emergency.number-missing", "numbering.extension-is-emergency")
def the_police_is_missing(plain: Plain) -> str:
    plain["customer"]["country"] = "DE"
    plain["emergency"] |= {"numbers": ["112", "911"], "test_numbers": []}
    return "/emergency/numbers"


@fault("emergency.number-unknown")
def a_number_that_no_plan_knows(plain: Plain) -> str:
    plain["emergency"]["numbers"] = [*plain["emergency"]["numbers"], "555"]
    return f"/emergency/numbers/{len(plain['emergency']['numbers']) - 1}"


@fault("emergency.test-is-help", "numbering.extension-is-emergency")
def tests_that_call_for_help(plain: Plain) -> str:
    plain["emergency"]["test_numbers"] = [plain["emergency"]["numbers"][0]]
    return "/emergency/test_numbers/0"


@fault("emergency.prefix-not-accepted")
def nine_is_not_accepted(plain: Plain) -> str:
    route, _ = first(plain, "outbound")
    route["prefix"] = plain["numbering"]["outbound_prefix"] = "9"
    plain["emergency"]["accept_prefixes"] = []
    return "/emergency/accept_prefixes"


@fault("emergency.notice-empty")
def a_notice_to_nobody(plain: Plain) -> str:
    plain["emergency"]["notify"] = [{}]
    return "/emergency/notify/0"


@fault("emergency.notice-missing")
def a_notice_to_who_left(plain: Plain) -> str:
    plain["emergency"]["notify"] = [{"extension": "999999"}]
    return "/emergency/notify/0/extension"


@fault("emergency.notice-unheard")
def a_notice_to_the_fax(plain: Plain) -> str:
    number, _ = phone(plain, device="fax")
    plain["emergency"]["notify"] = [{"extension": number}]
    return "/emergency/notify/0/extension"


@fault("emergency.no-callback")
def nobody_to_call_back(plain: Plain) -> str:
    plain["emergency"].pop("callback", None)
    for extension in plain["extensions"]:
        extension.pop("caller_id", None)
    return "/emergency"


@fault("emergency.callback-not-ours")
def a_call_back_to_a_stranger(plain: Plain) -> str:
    plain["emergency"]["callback"] = "+12125550166"
    return "/emergency/callback"


@fault("emergency.callback-not-ours")
def a_call_back_to_a_stranger_for_one(plain: Plain) -> str:
    return phone(plain, caller_id={"emergency": "+12125550166"})[1] + "/caller_id/emergency"


@fault("emergency.callback-kind")
def a_toll_free_call_back(plain: Plain) -> str:
    enter(plain, leave(plain), e164="+18005550123", kind="toll_free")
    plain["emergency"]["callback"] = "+18005550123"
    return "/emergency/callback"


@fault("emergency.callback-other-site")
def a_call_back_to_the_other_office(plain: Plain) -> str:
    for name in ("here", "there"):
        add(plain, "sites", id=name, name=name)
    enter(plain, leave(plain), site="here")
    place = enter(plain, leave(plain), site="there")
    plain["emergency"]["callback"] = plain["numbers"][int(place.rsplit("/", 1)[1])]["e164"]
    return phone(plain, site="here")[1]


@fault("emergency.nobody-calls-back")
def a_call_back_to_a_mailbox(plain: Plain) -> str:
    enter(plain, leave(plain), e164="+12125550166")
    plain["emergency"]["callback"] = "+12125550166"
    return "/emergency/callback"


@fault("emergency.address-incomplete")
def an_address_without_a_street(plain: Plain) -> str:
    address = {"country": plain["customer"]["country"], "city": "Springfield"}
    return add(plain, "sites", id="annex", name="Annex", address=address) + "/address"


@fault("emergency.vague-location")
def somewhere_in_the_building(plain: Plain) -> str:
    where = add(plain, "sites", id="annex", name="Annex", locations=[{"id": "x", "name": "Over there"}])
    return f"{where}/locations/0"


@fault("emergency.no-location")
def one_of_two_floors(plain: Plain) -> str:
    floors = [{"id": f"floor-{floor}", "name": f"Floor {floor}", "floor": floor} for floor in "12"]
    add(plain, "sites", id="annex", name="Annex", locations=floors)
    return phone(plain, site="annex")[1]


@fault("emergency.direct-dial")
def only_with_a_nine(plain: Plain) -> str:
    _in_the_united_states(plain)
    plain["emergency"]["numbers"] = ["9911"]
    return "/emergency/numbers"


@fault("emergency.no-notification")
def nobody_is_told(plain: Plain) -> str:
    _in_the_united_states(plain)
    plain["emergency"]["notify"] = []
    return "/emergency/notify"


@fault("emergency.no-site")
def a_telephone_nowhere(plain: Plain) -> str:
    _in_the_united_states(plain)
    first(plain, "sites")
    return phone(plain)[1]


@fault("emergency.no-site", "place.site-missing", "place.location-missing")
def no_site_at_all(plain: Plain) -> str:
    _in_the_united_states(plain)
    plain["sites"] = []
    phone(plain)
    return "/sites"


@fault("emergency.no-address")
def a_site_without_an_address(plain: Plain) -> str:
    _in_the_united_states(plain)
    return add(plain, "sites", id="annex", name="Annex")


@fault("emergency.moving-device")
def a_telephone_that_moves(plain: Plain) -> str:
    _in_the_united_states(plain)
    phone(plain, device="cordless", site=first(plain, "sites")[0]["id"])
    return "/extensions"


@fault("emergency.not-registered")
def an_address_that_the_carrier_does_not_know(plain: Plain) -> str:
    _in_the_united_states(plain)
    place = enter(plain, {"extension": person(plain)["number"]}, e164="+12125550166")
    plain["emergency"]["callback"] = "+12125550166"
    return f"{place}/emergency_registered"


@fault("emergency.no-test-number")
def nothing_to_test_with(plain: Plain) -> str:
    _in_the_united_states(plain)
    plain["emergency"]["test_numbers"] = []
    return "/emergency/test_numbers"


@fault("emergency.us-rules")
def a_site_in_the_united_states(plain: Plain) -> str:
    plain["sites"] = [{"id": "us", "name": "US", "address": {"country": "US"}}]
    for item in [*plain["numbers"], *plain["extensions"]]:
        item.pop("site", None)
        item.pop("location", None)
    plain["emergency"]["numbers"] = [*plain["emergency"]["numbers"], "911"]
    return "/emergency"


def _named(plain: Plain, name: str) -> str:
    first(plain, "nodes")[0]["name"] = name
    return "/nodes/0/name"


@fault("security.text-like-code")
def a_name_with_an_expression(plain: Plain) -> str:
    return _named(plain, "Sales ${SHELL(id)}")


@fault("security.text-like-code")
def a_name_with_a_formula(plain: Plain) -> str:
    return _named(plain, '=HYPERLINK("http://example.org")')


@fault("security.text-like-code")
def a_name_with_a_tag(plain: Plain) -> str:
    return _named(plain, "<script>alert(1)</script>")


@fault("security.text-like-code")
def a_name_with_a_new_line(plain: Plain) -> str:
    return _named(plain, "Sales\nexten => 1,1,Dial(x)")


@fault("security.text-like-code")
def a_name_that_turns_round(plain: Plain) -> str:
    return _named(plain, "Sales \u202eselas")


@fault("security.text-like-code")
def a_name_with_a_channel(plain: Plain) -> str:
    return _named(plain, "Sales&PJSIP/carrier")


@fault("security.direct-dial-code", "menu.direct-dial-missing")
def callers_may_take_parked_calls(plain: Plain) -> str:
    plain["numbering"] |= {"parking": "77700", "parking_slots": 10}
    return menu(plain, {"0": leave(plain)}, direct_dial=["77703"])[1] + "/direct_dial/0"


@fault("security.forward-unlimited")
def calls_leave_for_good(plain: Plain) -> str:
    return enter(plain, {"number": MOBILE}) + "/entry"


@fault("security.chosen-outside")
def a_key_to_the_outside(plain: Plain) -> str:
    return menu(plain, {"0": {"number": MOBILE}})[1] + "/keys/0"


@fault("security.chosen-outside")
def a_mailbox_operator_outside(plain: Plain) -> str:
    place = add(plain, "mailboxes", number="77701", email=["a@b.example"], operator={"number": MOBILE})
    enter(plain, {"mailbox": "77701"})
    return f"{place}/operator"


@fault("security.international-forward")
def calls_go_to_cuba(plain: Plain) -> str:
    return group(plain, {"number": "+5372041234", "confirm": True})[1] + "/members/0/number"


@fault("security.premium-forward")
def calls_go_to_a_premium_number(plain: Plain) -> str:
    values = {"number": "+19005550123", "confirm": True, "no_answer": leave(plain)}
    return node(plain, "external", **values)[1] + "/number"


@fault("security.caller-id-passed")
def somebody_elses_number_is_shown(plain: Plain) -> str:
    values = {"number": MOBILE, "confirm": True, "no_answer": leave(plain)}
    return node(plain, "external", caller_id="caller", **values)[1] + "/caller_id"


@fault("security.room-from-outside")
def strangers_in_the_meeting(plain: Plain) -> str:
    return node(plain, "conference", room="77790")[1]


@fault("security.page-from-outside")
def strangers_on_the_loudspeaker(plain: Plain) -> str:
    return node(plain, "page", members=[person(plain)["number"]])[1]


@fault("security.door-from-outside")
def strangers_at_the_door(plain: Plain) -> str:
    number, where = phone(plain, device="door")
    enter(plain, {"extension": number})
    return where


@fault("security.open-telephone")
def a_door_that_calls_abroad(plain: Plain) -> str:
    return phone(plain, device="door", outbound="international")[1] + "/outbound"


@fault("security.everybody-abroad")
def all_may_call_abroad(plain: Plain) -> str:
    for extension in plain["extensions"]:
        extension["outbound"] = "international"
    while len(plain["extensions"]) < 3:
        phone(plain, outbound="international")
    return "/extensions"


@fault("security.directory-tells-all")
def strangers_hear_all_names(plain: Plain) -> str:
    for number in range(21):
        phone(plain, first=f"Name{'abcdefghijklmnopqrstu'[number]}", last=f"Surname{number}")
    return node(plain, "directory", failed=leave(plain))[1]
