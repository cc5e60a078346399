"""Filters of the API that cannot be understood. What the others find is tested with the stores."""

from typing import Any

import pytest

from oberaconnect.problems import Unprocessable
from rag_engine.vectors import filters


@pytest.mark.parametrize(
    "given",
    [
        {"site": None},
        {"site": []},
        {"site": {}},
        {"site": {"gt": 1}},
        {"site": {"gte": 1, "lte": "2026-01-01"}},
        {"site": {"gte": True}},
        {"site": {"gte": "yesterday"}},
        {"site": [["nested"]]},
        {"site": [None]},
        {"site": 2**70},
        {"updated_at": "soon"},
        {"updated_at": ["soon"]},
        {"": "empty name"},
        {'a"b': "a quotation mark in the name"},
        {"x" * 65: "long name"},
        {"site": ["x"] * 257},
        {f"field{number}": 1 for number in range(33)},
    ],
)
def test_a_filter_of_unknown_shape_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(Unprocessable):
        filters.read(given)


def test_the_refusal_names_the_field() -> None:
    with pytest.raises(Unprocessable, match="'vlan'"):
        filters.read({"site": "A", "vlan": {"from": 1}})


def test_no_filters_are_no_conditions() -> None:
    assert filters.read({}) == []
