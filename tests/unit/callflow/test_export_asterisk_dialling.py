"""What staff dial to call outside: the patterns of the dialplan say the same as the simulator."""

import re
from functools import cache
from typing import Any

import pytest
from tests.callflow import acme
from tests.dialplan import Context, read

from call_flow.export.asterisk import make
from call_flow.flow.graph import Graph
from call_flow.flow.model import Flow
from call_flow.simulate.outbound import read as understood

_SIGNS = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]", ".": ".+", "+": "\\+", "*": "\\*"}


def fitting(context: Context, dialled: str) -> list[str] | None:
    """The steps of the pattern that fits a dialled string most exactly, as Asterisk chooses it."""
    found = []
    for pattern, steps in context.extensions.items():
        signs = re.findall(r"\[[^\]]*\]|.", pattern.removeprefix("_"))
        if re.fullmatch("".join(_SIGNS.get(sign, sign) for sign in signs), dialled):
            found.append(([_width(sign) for sign in signs], steps))
    return min(found, key=lambda each: each[0])[1] if found else None


def _width(sign: str) -> int:
    return {"X": 10, "Z": 9, "N": 8, ".": 100}.get(sign, 9 if sign.startswith("[") else 1)


def number(steps: list[str], dialled: str) -> str:
    """What NUMBER is set to."""
    match = re.fullmatch(r"Set\(NUMBER=(\+\d*)\$\{FILTER\(0-9,\$\{EXTEN:(\d+)\}\)\}\)", steps[0])
    assert match, steps
    return match[1] + "".join(re.findall("[0-9]", dialled[int(match[2]) :]))


_ALLOWED: dict[str, tuple[str, ...]] = {
    "internal": (), "national": ("national",), "international": ("national", "international"),
}  # fmt: skip


@cache
def contexts(country: str, prefix: str | None) -> dict[str, Context]:
    return read(make(system(country, prefix), str).files["extensions.conf"].decode())


@cache
def system(country: str, prefix: str | None) -> Flow:
    def change(plain: dict[str, Any]) -> None:
        plain["customer"]["country"] = country
        plain["numbering"] = {"outbound_prefix": prefix}
        plain["extensions"] = [
            {"number": f"{at}00", "outbound": name}
            for at, name in enumerate(("internal", "national", "international"), 1)
        ]
        plain["outbound"] = [
            {"id": "home", "classes": ["national"], "trunks": ["carrier"]},
            {"id": "abroad", "classes": ["international"], "trunks": ["carrier"]},
        ]

    return acme(change)


_DIALLED = {
    "US": ["2125559999", "12125559999", "+12125559999", "8005559999", "2045559999", "12045559999", "+18765559999",
           "011442071234567", "+442071234567", "18095559999", "9005559999"],
    "CA": ["4165559999", "12125559999", "+12125559999", "6045559999", "01133142345678"],
    "JM": ["8765559999", "18765559999", "+16585559999", "01133142345678"],
    "DE": ["030123456", "+4930123456", "004930123456", "0017205551234", "+390612345678", "0891234567",
           "09001123456", "+499001123456", "00499001123456", "01371234567"],
    "GB": ["02071234567", "+442071234567", "00442071234567", "0012125559999", "09098790000", "+448451234567"],
    "FR": ["0142345678", "+33142345678", "004930123456", "0892686868"],
    "ES": ["912345678", "+34912345678", "0034912345678", "004930123456"],
    "IT": ["0612345678", "+390612345678", "3331234567", "004930123456", "899123456", "087812345"],
    "DK": ["90123456", "32123456", "+4532123456", "004930123456"],
    "AU": ["0291234567", "+61291234567", "001133142345678", "+6421234567"],
    "CH": ["0441234567", "+41441234567", "004930123456"],
}  # fmt: skip


@pytest.mark.parametrize(("country", "dialled"), [(c, dialled) for c, all_ in _DIALLED.items() for dialled in all_])
@pytest.mark.parametrize("prefix", [None, "9"])
def test_a_number_is_understood_as_the_simulator_does(country: str, dialled: str, prefix: str | None) -> None:
    text = dialled if prefix is None or dialled.startswith("+") else prefix + dialled
    meant = understood(text, Graph(system(country, prefix)))
    assert meant is not None
    assert meant.route is not None
    for phone_class, allowed in _ALLOWED.items():
        steps = fitting(contexts(country, prefix)[f"phones-{phone_class}"], text)
        assert steps is not None
        if meant.call_class in allowed:
            assert steps[1] == f"Goto(call-{meant.route.id},s,1)"
            assert number(steps, text) == meant.number
        else:
            assert steps == ["Goto(hangup-rejected,s,1)"]


def test_without_its_prefix_a_number_is_nothing() -> None:
    assert fitting(contexts("US", "9")["phones-national"], "2125559999") is None


def test_without_a_route_a_number_is_nothing_and_one_that_is_forbidden_is_refused() -> None:
    flow = acme(lambda plain: plain.update(outbound=[{"id": "home", "classes": ["national"], "trunks": ["carrier"]}]))
    context = read(make(flow, str).files["extensions.conf"].decode())["phones-national"]
    assert fitting(context, "011442071234567") == ["Goto(hangup-rejected,s,1)"]
    assert fitting(context, "2125559999") is not None
    without = acme(lambda plain: plain.update(outbound=[]))
    assert fitting(read(make(without, str).files["extensions.conf"].decode())["phones-national"], "2125559999") is None


def test_each_route_has_its_own_prefix() -> None:
    def change(plain: dict[str, Any]) -> None:
        plain["outbound"] = [
            {"id": "one", "classes": ["national"], "trunks": ["carrier"], "prefix": "8"},
            {"id": "two", "classes": ["national"], "trunks": ["carrier"], "prefix": "9"},
        ]

    context = read(make(acme(change), str).files["extensions.conf"].decode())["phones-national"]
    for dialled, route in (("82125559999", "one"), ("92125559999", "two"), ("+12125559999", "one")):
        steps = fitting(context, dialled)
        assert steps is not None
        assert steps[1] == f"Goto(call-{route},s,1)"
        assert number(steps, dialled) == "+12125559999"
