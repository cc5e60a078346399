"""Whatever has the shape of a flow: references to nothing, circles, names used twice, days that never come."""

from typing import Any

from hypothesis import strategies as st

from call_flow.flow.model import Flow

Plain = dict[str, Any]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_IDS = st.sampled_from(["a", "b", "c", "d", "lost"])
_EXTENSIONS = st.sampled_from(["101", "102", "1", "10", "911", "700", "0", "999999999999"])
_E164 = st.sampled_from(["+12125550123", "+12125550124", "+442079460001", "+9991", "+19005550123", "+1212", "+49"])
_TEXTS = st.sampled_from(
    ["Sales", "", " ", "${SHELL(id)}", "=1+1", "a;b", "<b>", "x\ny", "\u202eabc", "😀" * 20, "x" * 200, "press 1", "١"]
)
_CODES = st.sampled_from(["*97", "*28", "911", "9", "101", "#", "***", "*"])
_KEYS = st.sampled_from(["1", "2", "0", "*", "#", "12", "101", "9999", "*97"])
_LANGUAGES = st.sampled_from(["en-US", "de", "fr-FR", "es", "zh-CN"])
_ZONES = st.sampled_from(
    ["America/New_York", "Europe/Berlin", "Mars/Base", "UTC", "../x", "Europe/", "Etc/GMT+12", "é"]
)
_COUNTRIES = st.sampled_from(["US", "DE", "GB", "ZZ", "KP", "LK"])
_CLOCKS = st.sampled_from(["00:00", "08:00", "12:00", "12:01", "16:59", "17:00", "24:00", "02:30"])
_DATES = st.sampled_from(["2024-02-29", "2026-12-25", "0001-01-01", "9999-12-31", "2027-07-04"])
_MONTH_DAYS = st.sampled_from(["02-29", "02-30", "12-31", "01-01", "04-31"])


def _some(strategy: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[list[Any]]:
    return st.lists(strategy, max_size=most)


def _fields(must: dict[str, st.SearchStrategy[Any]], **may: st.SearchStrategy[Any]) -> st.SearchStrategy[Plain]:
    return st.fixed_dictionaries(must, optional=may)


_DESTINATIONS = st.one_of(
    st.sampled_from(["a", "b", "c", "d", "lost"]).map(lambda name: {"node": name}),
    _EXTENSIONS.map(lambda number: {"extension": number}),
    _EXTENSIONS.map(lambda number: {"mailbox": number}),
    _E164.map(lambda number: {"number": number}),
    st.sampled_from(["normal", "busy", "unallocated"]).map(lambda cause: {"hangup": cause}),
    _LANGUAGES.map(lambda language: {"node": "a", "set": {"language": language}}),
)
_PEOPLE = _some(_fields({}, extension=_EXTENSIONS, number=_E164))
_RANGES = _some(_fields({"start": _CLOCKS, "end": _CLOCKS}))
_D = _DESTINATIONS
_RULES = _fields({"then": _D}, prefix=st.sampled_from(["+1", "+1415", "+999"]), anonymous=st.booleans())
_FIELDS: dict[str, tuple[dict[str, st.SearchStrategy[Any]], dict[str, st.SearchStrategy[Any]]]] = {
    "time_switch": ({"schedule": _IDS, "open": _D, "closed": _D}, {"holiday": _D}),
    "menu": (
        {"prompt": _IDS, "keys": st.dictionaries(_KEYS, _D, max_size=4), "no_input": _D, "invalid": _D},
        {"direct_dial": st.sampled_from(["none", "extensions"]) | _some(_EXTENSIONS), "replay_key": _KEYS,
         "max_tries": st.integers(1, 10), "timeout_s": st.integers(1, 60)},
    ),
    "ring_group": (
        {"members": _PEOPLE, "no_answer": _D},
        {"strategy": st.sampled_from(["sequential", "random"]), "busy": _D, "offline": _D, "greeting": _IDS,
         "ring_s": st.integers(1, 600)},
    ),
    "queue": (
        {"agents": _PEOPLE, "timeout": _D},
        {"full": _D, "no_agents": _D, "exit_keys": st.dictionaries(st.sampled_from("19*"), _D, max_size=2),
         "announce": _fields({}, prompt=_IDS, position=st.booleans()), "max_callers": st.integers(0, 9),
         "join_empty": st.booleans(), "max_wait_s": st.integers(1, 5000)},
    ),
    "announcement": ({"prompt": _IDS, "then": _D}, {}),
    "voicemail": ({"mailbox": _EXTENSIONS}, {}),
    "directory": ({"failed": _D}, {"operator": _D, "extensions": st.just("listed") | _some(_EXTENSIONS)}),
    "external": ({"number": _E164, "no_answer": _D}, {"trunk": _IDS, "busy": _D, "confirm": st.booleans()}),
    "caller_match": (
        {"rules": st.lists(_RULES, min_size=1, max_size=3), "otherwise": _D},
        {},
    ),
    "toggle": ({"code": _CODES, "on": _D, "off": _D}, {}),
    "page": ({"members": _some(_EXTENSIONS)}, {}),
    "conference": ({"room": _EXTENSIONS}, {}),
    "hangup": ({}, {"prompt": _IDS, "cause": st.sampled_from(["normal", "busy"])}),
}  # fmt: skip
_NODES = st.one_of(
    *(
        _fields({"id": st.sampled_from("abcd"), "kind": st.just(kind)} | must, name=_TEXTS, **may)
        for kind, (must, may) in _FIELDS.items()
    )
)
_FLOWS = _fields(
    {"customer": _fields({"name": st.sampled_from(["Acme", "=x"])}, country=_COUNTRIES, time_zone=_ZONES,
                         languages=st.lists(_LANGUAGES, min_size=1, max_size=3))},
    sites=_some(_fields(
        {"id": _IDS, "name": _TEXTS}, time_zone=_ZONES, address=_fields({"country": _COUNTRIES}, city=_TEXTS),
        locations=_some(_fields({"id": _IDS, "name": _TEXTS}, floor=_TEXTS)),
    )),
    numbers=_some(_fields({"e164": _E164, "entry": _D}, label=_TEXTS, site=_IDS, language=_LANGUAGES,
                          kind=st.sampled_from(["voice", "fax", "toll_free"])), 4),
    extensions=_some(_fields(
        {"number": _EXTENSIONS}, first=_TEXTS, last=_TEXTS, site=_IDS, location=_IDS, did=_E164, mailbox=_EXTENSIONS,
        on_no_answer=_D, on_busy=_D, on_offline=_D, follow_me=_some(_fields({"number": _E164})),
        device=st.sampled_from(["desk", "softphone", "door", "fax", "none"]), ring_s=st.integers(1, 600),
        caller_id=_fields({}, emergency=_E164), outbound=st.sampled_from(["none", "international"]),
    ), 5),
    mailboxes=_some(_fields({"number": _EXTENSIONS}, name=_TEXTS, operator=_D, unavailable_greeting=_IDS,
                            delete_after_send=st.booleans())),
    schedules=_some(_fields(
        {"id": _IDS, "time_zone": _ZONES}, weekly=st.dictionaries(st.sampled_from(DAYS), _RANGES, max_size=3),
        exceptions=_some(_fields({"date": _DATES}, ranges=_RANGES)), holiday_set=_IDS,
        override=_fields({"code": _CODES}, auto_reset=st.booleans()),
    )),
    holiday_sets=_some(_fields(
        {"id": _IDS}, source=_fields({"country": _COUNTRIES}, subdivision=st.sampled_from(["NY", "BY", "nowhere"]),
                                     categories=st.lists(st.sampled_from(["public", "school", "bank"]), max_size=2)),
        include=_some(_TEXTS, 1), exclude=_some(_TEXTS, 1), first_year=st.sampled_from([1970, 2026, 2100]),
        custom=_some(st.one_of(
            _fields({"name": _TEXTS, "date": _DATES}, until=_DATES | _MONTH_DAYS),
            _fields({"name": _TEXTS, "month_day": _MONTH_DAYS}, until=_DATES | _MONTH_DAYS),
        ), 2),
    ), 2),
    prompts=_some(_fields({"id": _IDS, "texts": st.dictionaries(_LANGUAGES, _TEXTS, min_size=1, max_size=2)},
                          seconds=st.sampled_from([0, 0.5, 600]), file=st.sampled_from(["a.wav", "a"]))),
    nodes=_some(_NODES, 8),
    trunks=_some(_fields({"id": _IDS}, registers=st.booleans()), 2),
    outbound=_some(_fields({"id": _IDS, "classes": st.just(["national"]), "trunks": _some(_IDS)}, prefix=_CODES), 2),
    emergency=_fields({}, numbers=_some(_CODES), test_numbers=_some(_CODES), accept_prefixes=_some(_CODES),
                      trunks=_some(_IDS), callback=_E164, notify=_PEOPLE),
    numbering=_fields({}, parking=_EXTENSIONS | st.none(), parking_slots=st.integers(1, 100), outbound_prefix=_CODES),
    feature_codes=_fields({}, voicemail=_CODES | st.none(), pickup=_CODES),
    provenance=st.dictionaries(st.sampled_from(["/customer", "/nodes/0", "x", "", "/~2"]),
                               st.just({"origin": "assumed"}), max_size=2),
)  # fmt: skip


def flows() -> st.SearchStrategy[Flow]:
    """Whatever has the shape of a flow."""
    return _FLOWS.map(Flow.model_validate)
