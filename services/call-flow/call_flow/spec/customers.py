"""Who the customer is and where they are, from what is said about it here and there."""

import re
from typing import Any

from call_flow.spec import country as usual
from call_flow.spec.days_off import named_country
from call_flow.spec.draft import Draft, Piece
from call_flow.spec.telephone import country_of, zone_of
from call_flow.spec.wishes import AddressWish
from call_flow.spec.words import Misunderstood, quoted

_POSTAL = r"(?P<postal_code>[A-Z0-9]*[0-9][A-Z0-9]*(?: [0-9][A-Z0-9]{1,3}| [A-Z]{2})?)"
_HOUSE = r"(?P<house_number>[0-9]+[A-Za-z]?(?:[-/][0-9]+[A-Za-z]?)?)"
#: '350 5th Ave, New York, NY 10118', '1 High Street, Leeds LS1 4AP', '12 rue Lepic, 75018 Paris',
#: 'Hauptstr. 5, 10115 Berlin'.
_ADDRESSES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_HOUSE},? (?P<street>[^,]+), (?P<city>[^,0-9]+), (?P<state>[A-Z]{{2,3}}),? {_POSTAL}",
        rf"{_HOUSE},? (?P<street>[^,]+), (?P<city>[^,0-9]+),? {_POSTAL}",
        rf"{_HOUSE},? (?P<street>[^,]+), {_POSTAL} (?P<city>[^,0-9]+)",
        rf"(?P<street>[^,0-9]+),? {_HOUSE}, {_POSTAL} (?P<city>[^,0-9]+)",
    )
)


def settle(draft: Draft) -> None:
    """Settle country, zone and languages, which most else depends on."""
    spec, piece = draft.spec, draft.customer
    piece.plain = spec.customer.model_dump(mode="json", exclude_unset=True)
    _say_once(draft, "country", spec.country)
    _say_once(draft, "subdivision", spec.subdivision)
    _say_once(draft, "time_zone", spec.time_zone)
    if spec.language is not None and spec.languages is not None:
        draft.refuse("/language", "Give either language or languages.")
    _say_once(draft, "languages", spec.languages or ([spec.language] if spec.language else None))
    if spec.languages is None and spec.language is not None:
        piece.said["/languages"] = "/language"
    if "country" not in piece.plain:
        written = [item.e164 for item in spec.numbers if item.e164.strip().startswith("+")]
        told = {
            "address": spec.address.country if spec.address else None,
            "telephone numbers": country_of(written),
            "holidays": named_country(spec.holidays),
        }
        _country(piece, {of: country for of, country in told.items() if country is not None})
    country = str(piece.plain["country"])
    if "time_zone" not in piece.plain:
        _time_zone(piece, country, [item.e164 for item in spec.numbers])
    if "languages" not in piece.plain:
        piece.put(
            "languages", [usual.language(country)], "assumed", f"Callers are greeted in {usual.language(country)}.",
            "In which language, or languages, are callers greeted?",
        )  # fmt: skip


def sites(draft: Draft) -> None:
    """The sites; an address makes one."""
    spec = draft.spec
    for given in spec.sites or []:
        draft.add("sites", given.model_dump(mode="json", exclude_unset=True))
    if spec.address is None:
        return
    if spec.sites:
        draft.refuse("/address", "The sites have addresses of their own. Give either address or sites.")
        return
    with draft.reading("/address"):
        told = _address(spec.address, str(draft.customer.plain["country"]))
        site = draft.add("sites", {"id": "main", "name": told.get("city") or "Main site", "address": told})
        site.note("/name", "default", "The only site is named after its city.")
        site.said["/address"] = "/address"
        if spec.address.line is not None:
            site.note(
                "/address", "assumed", "The address was read from one line.", "Is the address taken apart rightly?"
            )


def only_site(draft: Draft, piece: Piece) -> None:
    """An extension or number without a site stands at the only one."""
    if len(draft.sections["sites"]) == 1 and "site" not in piece.plain:
        name = draft.sections["sites"][0].plain["id"]
        piece.put("site", name, "assumed", "Everything stands at the only site.")


def _say_once(draft: Draft, name: str, told: Any) -> None:
    said = draft.customer.plain.get(name)
    if told is None:
        return
    if said is not None and said != told:
        draft.refuse(f"/{name}", f"The customer's {name} is said to be {quoted(said)} too. Say it once.")
    draft.customer.plain[name] = told
    draft.customer.said[f"/{name}"] = f"/{name}"


def _country(piece: Piece, told: dict[str, str]) -> None:
    """The country that is told first, of what it is told of."""
    question = "In which country are you?"
    if told:
        of, country = next(iter(told.items()))
        asked = None if of == "address" else question
        piece.put("country", country, "assumed", f"The country is that of the {of}: {country}.", asked)
    else:
        piece.put("country", "US", "default", "No country was given: US.", question)


def _time_zone(piece: Piece, country: str, numbers: list[str]) -> None:
    found = next(filter(None, (zone_of(number, country) for number in numbers)), None)
    if found is not None:
        reason = f"The time zone is that of the telephone number's area: {found}."
    else:
        found = usual.time_zone(country)
        reason = f"No time zone was given: {found}."
    piece.put("time_zone", found, "assumed", reason, "In which time zone are your opening hours?")


def _address(told: AddressWish, country: str) -> dict[str, Any]:
    parts = told.model_dump(exclude={"line"}, exclude_none=True)
    if told.line is None or parts:
        if told.line is not None:
            raise Misunderstood("Give the address either as a line or by its parts.")
        return {"country": country} | parts
    line = " ".join(told.line.split())
    for pattern in _ADDRESSES:
        if match := pattern.fullmatch(line):
            return {"country": country} | {name: text.strip() for name, text in match.groupdict().items()}
    raise Misunderstood(
        f"{quoted(line)} is no address that can be taken apart surely. Give state, city, postal_code, house_number and "
        "street, each by itself."
    )
