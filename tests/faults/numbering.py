"""Faults of numbers, codes and trunks."""

from tests.faults.fault import Faults, Plain, Unfit, add, enter, first, leave, node, person, phone

NUMBERING = Faults()
fault = NUMBERING.fault


def _extension(plain: Plain, number: str, **values: str) -> str:
    return add(plain, "extensions", number=number, outbound="internal", **values) + "/number"


@fault("numbering.extension-twice")
def an_extension_twice(plain: Plain) -> str:
    return _extension(plain, plain["extensions"][0]["number"])


@fault("numbering.extension-is-emergency")
def an_extension_for_help(plain: Plain) -> str:
    return _extension(plain, plain["emergency"]["numbers"][0])


@fault("numbering.extension-is-emergency", "numbering.extension-prefix")
def an_extension_that_begins_an_emergency_number(plain: Plain) -> str:
    return _extension(plain, plain["emergency"]["numbers"][0][:2])


@fault("numbering.extension-is-emergency")
def an_extension_that_is_a_test_number(plain: Plain) -> str:
    plain["emergency"]["test_numbers"] = ["933"]
    return _extension(plain, "933")


@fault("numbering.extension-delays-emergency", "numbering.extension-is-emergency")
def an_extension_that_catches_9911(plain: Plain) -> str:
    plain["emergency"]["accept_prefixes"] = ["9"]
    return _extension(plain, "9" + plain["emergency"]["numbers"][0][:2])


@fault("numbering.extension-delays-emergency")
def an_extension_that_begins_like_an_emergency_number(plain: Plain) -> str:
    return _extension(plain, plain["emergency"]["numbers"][0] + "7")


@fault("numbering.extension-is-service", "numbering.extension-prefix")
def an_extension_for_directory_assistance(plain: Plain) -> str:
    if plain["customer"]["country"] not in ("US", "CA"):
        raise Unfit
    return _extension(plain, "411")


@fault("numbering.extension-prefix")
def an_extension_that_others_begin_with(plain: Plain) -> str:
    longer, _ = phone(plain)
    return _extension(plain, longer[:-1])


@fault("numbering.length")
def an_extension_of_seven_digits(plain: Plain) -> str:
    return _extension(plain, "8765432")


@fault("numbering.leading-zero")
def an_extension_that_begins_with_zero(plain: Plain) -> str:
    return _extension(plain, "042")


@fault("numbering.outbound-prefix", "outbound.prefix-differs")
def an_extension_that_begins_outside(plain: Plain) -> str:
    number, where = phone(plain)
    plain["numbering"]["outbound_prefix"] = number[0]
    return f"{where}/number"


@fault("numbering.extension-code")
def an_extension_that_begins_with_a_code(plain: Plain) -> str:
    number, where = phone(plain)
    plain["feature_codes"]["pickup"] = number[:-1]
    return f"{where}/number"


@fault("numbering.did-missing")
def a_direct_number_that_is_not_listed(plain: Plain) -> str:
    return phone(plain, did="+12125550199")[1] + "/did"


@fault("numbering.did-twice", "numbering.did-elsewhere")
def a_direct_number_of_two(plain: Plain) -> str:
    number, _ = phone(plain, did="+12125550199")
    enter(plain, {"extension": number}, e164="+12125550199")
    return phone(plain, did="+12125550199")[1] + "/did"


@fault("numbering.did-elsewhere")
def a_direct_number_that_leads_to_a_mailbox(plain: Plain) -> str:
    enter(plain, leave(plain), e164="+12125550199")
    return phone(plain, did="+12125550199")[1] + "/did"


@fault("numbering.did-looks-like-another")
def a_number_that_ends_like_another_extension(plain: Plain) -> str:
    one, _ = phone(plain)
    other, _ = phone(plain)
    return enter(plain, {"extension": one}, e164=f"+12125{other.zfill(6)}") + "/entry"


@fault("code.twice")
def a_code_twice(plain: Plain) -> str:
    plain["feature_codes"] |= {"pickup": "*77", "echo_test": "*77"}
    return "/feature_codes/echo_test"


@fault("code.twice")
def a_switch_with_a_feature_code(plain: Plain) -> str:
    plain["feature_codes"]["pickup"] = "*77"
    return node(plain, "toggle", code="*77", on=leave(plain), off={"extension": person(plain)["number"]})[1] + "/code"


@fault("code.prefix")
def a_code_that_another_begins_with(plain: Plain) -> str:
    plain["feature_codes"] |= {"pickup": "*77", "echo_test": "*775"}
    return "/feature_codes/pickup"


@fault("code.is-extension")
def a_code_that_is_somebody(plain: Plain) -> str:
    plain["feature_codes"]["pickup"] = person(plain)["number"]
    return "/feature_codes/pickup"


@fault("code.without-star")
def a_code_of_digits(plain: Plain) -> str:
    plain["feature_codes"]["pickup"] = "86868"
    return "/feature_codes/pickup"


@fault("emergency.code-in-the-way")
def a_code_for_help(plain: Plain) -> str:
    plain["feature_codes"]["pickup"] = plain["emergency"]["numbers"][0]
    return "/feature_codes/pickup"


@fault("numbering.parking-conflict")
def an_extension_in_the_parking_lot(plain: Plain) -> str:
    number, where = phone(plain)
    plain["numbering"] |= {"parking": str(int(number) - 1), "parking_slots": 3}
    return f"{where}/number"


@fault("numbering.room-taken")
def a_room_that_is_somebody(plain: Plain) -> str:
    return node(plain, "conference", room=person(plain)["number"])[1] + "/room"


@fault("number.impossible")
def a_number_of_two_digits(plain: Plain) -> str:
    return enter(plain, leave(plain), e164="+1212") + "/e164"


@fault("number.impossible")
def a_mobile_of_no_country(plain: Plain) -> str:
    return phone(plain, mobile="+99912345678")[1] + "/mobile"


@fault("number.impossible", "emergency.callback-not-ours")
def a_call_back_that_is_too_long(plain: Plain) -> str:
    plain["emergency"]["callback"] = "+121255501234567"
    return "/emergency/callback"


@fault("number.not-in-plan")
def a_number_of_no_area(plain: Plain) -> str:
    return enter(plain, leave(plain), e164="+11115550123") + "/e164"


@fault("number.twice")
def a_number_twice(plain: Plain) -> str:
    plain["numbers"].append(dict(plain["numbers"][0]))
    return f"/numbers/{len(plain['numbers']) - 1}/e164"


@fault("number.other-country")
def a_number_of_japan(plain: Plain) -> str:
    return enter(plain, leave(plain), e164="+81312345678") + "/e164"


@fault("number.kind-differs")
def a_toll_free_number_that_is_none(plain: Plain) -> str:
    return enter(plain, leave(plain), kind="toll_free") + "/kind"


@fault("number.kind-differs")
def a_toll_free_number_called_voice(plain: Plain) -> str:
    return enter(plain, leave(plain), e164="+18005550123") + "/kind"


@fault("number.fax")
def a_fax_number_without_a_fax(plain: Plain) -> str:
    return enter(plain, leave(plain), kind="fax") + "/entry"


@fault("number.fax")
def a_voice_number_with_a_fax(plain: Plain) -> str:
    number, _ = phone(plain, device="fax")
    return enter(plain, {"extension": number}) + "/entry"


@fault("number.unknown-country")
def a_customer_in_no_country(plain: Plain) -> str:
    plain["customer"]["country"] = "ZZ"
    return "/customer/country"


@fault("trunk.none", "trunk.missing")
def no_trunk(plain: Plain) -> str:
    plain["trunks"] = []
    return "/trunks"


@fault("trunk.example-host")
def a_trunk_to_an_example(plain: Plain) -> str:
    return add(plain, "trunks", id="spare", host="sip.example.org") + "/host"


@fault("trunk.no-username")
def a_trunk_without_a_name(plain: Plain) -> str:
    return add(plain, "trunks", id="spare", host="sip.carrier.net", registers=True) + "/registers"


@fault("trunk.few-channels", "trunk.missing")
def one_channel(plain: Plain) -> str:
    node(plain, "external", number="+12125550178", confirm=True, no_answer=leave(plain))
    plain["trunks"] = [{"id": "only", "host": "sip.carrier.net", "channels": 1}]
    return "/trunks/0/channels"


@fault("trunk.unused")
def a_trunk_for_nothing(plain: Plain) -> str:
    return add(plain, "trunks", id="spare", host="sip.carrier.net")


@fault("outbound.no-trunk")
def a_route_to_nowhere(plain: Plain) -> str:
    return add(plain, "outbound", id="spare", classes=["international"], prefix="8", trunks=[]) + "/trunks"


@fault("outbound.class-without-route")
def nobody_takes_calls_abroad(plain: Plain) -> str:
    first(plain, "trunks")
    plain["outbound"] = []
    phone(plain, outbound="international")
    return "/outbound"


@fault("outbound.shadowed")
def a_route_after_its_like(plain: Plain) -> str:
    route, _ = first(plain, "outbound")
    return add(plain, "outbound", **dict(route) | {"id": "spare"})


@fault("outbound.prefix-differs")
def nine_or_eight(plain: Plain) -> str:
    first(plain, "outbound")
    plain["numbering"]["outbound_prefix"] = "88"
    return "/numbering/outbound_prefix"


@fault("outbound.trunk-twice")
def the_same_trunk_again(plain: Plain) -> str:
    route, where = first(plain, "outbound")
    route["trunks"].append(route["trunks"][0])
    return f"{where}/trunks/{len(route['trunks']) - 1}"
