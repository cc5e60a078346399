"""Cases for calls that begin at an extension: help, colleagues, codes, outside."""

import phonenumbers

from call_flow.flow.graph import Graph
from call_flow.flow.model import Extension
from call_flow.simulate.outbound import CallClass, classify
from call_flow.simulate.testplan.draft import Draft
from call_flow.simulate.testplan.maker import Maker

_MOST_PLACES = 30
#: Where telephone numbers are as long as extensions, every one may be somebody's outside.
_MOST_TRIED = 200
_ABROAD = ("GB", "DE", "FR", "US", "AU", "JP")
_RANK = {"none": 0, "internal": 1, "national": 2, "international": 3}


def add_telephones(draft: Draft, maker: Maker) -> None:
    """Calls for help from every place, and what else staff dial."""
    telephones = [item for item in maker.graph.flow.extensions if item.device != "none"]
    if not telephones:
        return
    _add_emergency(draft, maker, telephones)
    _add_outside(draft, maker, telephones)
    _add_codes(draft, maker, telephones)
    _add_colleagues(draft, maker, telephones)


def _add_emergency(draft: Draft, maker: Maker, telephones: list[Extension]) -> None:
    emergency = maker.graph.flow.emergency
    callers = _of_each_place(telephones)
    if len(callers) > _MOST_PLACES:
        draft.leave_out("emergency>places", f"{_MOST_PLACES} of {len(callers)} places are tried")
        callers = callers[:_MOST_PLACES]
    for caller in callers:
        for number in emergency.numbers[:1]:
            _add(draft, maker, caller, number, f"{caller.number}-calls-{number}")
            for prefix in emergency.accept_prefixes:
                _add(draft, maker, caller, prefix + number, f"{caller.number}-calls-{prefix}{number}")
        for number in emergency.test_numbers:
            _add(draft, maker, caller, number, f"{caller.number}-tests-{number}")
    for number in emergency.numbers[1:]:
        _add(draft, maker, callers[0], number, f"{callers[0].number}-calls-{number}")


def _of_each_place(telephones: list[Extension]) -> list[Extension]:
    """The most restricted extension, and one for each site and location."""
    chosen = [min(telephones, key=lambda item: _RANK[item.outbound])]
    places = {(chosen[0].site, chosen[0].location)}
    for item in telephones:
        if (item.site, item.location) not in places:
            places.add((item.site, item.location))
            chosen.append(item)
    return chosen


def _add_outside(draft: Draft, maker: Maker, telephones: list[Extension]) -> None:
    """For each class one who may not call it, if there is one, and one who may."""
    for call_class, least in (("national", 2), ("international", 3)):
        number = _example(maker.graph, "national" if call_class == "national" else "international")
        if number is None:
            continue
        groups = ([item for item in telephones if _RANK[item.outbound] < least],
                  [item for item in telephones if _RANK[item.outbound] >= least])  # fmt: skip
        for said, group in zip(("forbidden", "allowed"), groups, strict=True):
            if group:
                _add(draft, maker, group[0], number, f"{group[0].number}-{call_class}-{said}")


def _example(graph: Graph, call_class: CallClass) -> str | None:
    """A number of a class, as staff dial it; None if there is none for this country."""
    country = graph.flow.customer.country
    if country not in phonenumbers.SUPPORTED_REGIONS:
        return None
    prefix = next((route.prefix for route in graph.flow.outbound if call_class in route.classes and route.prefix), None)
    prefix = prefix or graph.flow.numbering.outbound_prefix or ""
    for region in (country,) if call_class == "national" else _ABROAD:
        number = phonenumbers.example_number(region)
        if number is None or classify(number, country) != call_class:
            continue
        written = phonenumbers.format_out_of_country_calling_number(number, country)
        return prefix + "".join(sign for sign in written if sign.isdigit())
    return None


def _add_codes(draft: Draft, maker: Maker, telephones: list[Extension]) -> None:
    """The codes that switch something, and the mailbox."""
    for node in maker.graph.flow.nodes:
        if node.kind == "toggle":
            needs = f"to be alone, for it switches '{node.id}'"
            _add(draft, maker, telephones[0], node.code, f"code-{node.id}", needs=needs)
    for schedule in maker.graph.flow.schedules:
        if schedule.override:
            needs = f"to be alone, for it sets '{schedule.id}' by hand"
            _add(draft, maker, telephones[0], schedule.override.code, f"code-{schedule.id}", needs=needs)
    owner = next((item for item in telephones if item.mailbox), None)
    if owner is not None and maker.graph.flow.feature_codes.voicemail:
        _add(draft, maker, owner, maker.graph.flow.feature_codes.voicemail, f"{owner.number}-own-mailbox")


def _add_colleagues(draft: Draft, maker: Maker, telephones: list[Extension]) -> None:
    if len(telephones) > 1:
        caller, called = telephones[0], telephones[1].number
        _add(draft, maker, caller, called, f"{caller.number}-calls-{called}")
        draft.add(f"{caller.number}-calls-{called}-in-vain", maker.inside(caller.number, called, {called: "no_answer"}))
    digits = maker.graph.flow.numbering.extension_digits
    last = 10**digits - 1
    nobody = next(
        (
            dialled
            for number in range(last, max(last - _MOST_TRIED, 0), -1)
            if maker.inside(telephones[0].number, dialled := str(number).zfill(digits)).call.passed[-1].outcome
            == "unallocated"
        ),
        None,
    )
    if nobody is not None:
        _add(draft, maker, telephones[0], nobody, f"{telephones[0].number}-calls-nobody")


def _add(
    draft: Draft, maker: Maker, caller: Extension, dialled: str, purpose: str, *, needs: str | None = None
) -> None:
    draft.add(purpose, maker.inside(caller.number, dialled), needs=needs)
