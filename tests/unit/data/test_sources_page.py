"""docs/sources.md names everything that a source takes and tells."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import pytest

from data_processing import connectors, gauges
from data_processing.models import JobStatus
from data_processing.sync.models import Limits, NewSource, RunCounts

PAGE = (Path(__file__).parents[3] / "docs" / "sources.md").read_text()


def part(heading: str) -> str:
    """What stands below a heading, up to the next one."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert found, f"there is no heading '{heading}'"
    return found[1]


def unnamed(names: Iterable[str], text: str) -> set[str]:
    return {name for name in names if f"`{name}`" not in text}


@pytest.mark.parametrize("kind", connectors.KINDS)
def test_every_kind_of_source_has_a_part_that_names_its_fields_and_secrets(kind: str) -> None:
    connector = connectors.find(kind)
    told = part(f"`{kind}`")
    assert unnamed(connector.Config.model_fields, told) == set()
    assert unnamed(connector.secret_names, PAGE) == set()


def test_every_field_of_a_source_is_named() -> None:
    assert unnamed(NewSource.model_fields, part("Fields of every source")) == set()
    assert {name for name in Limits.model_fields if f'"{name}"' not in part("Budgets")} == set()


def test_every_status_and_every_count_of_a_run_is_named() -> None:
    told = part("Runs")
    assert unnamed({*get_args(JobStatus), "waiting"}, told) == set()
    assert unnamed(RunCounts.model_fields, told) == set()


def test_every_metric_of_a_source_is_named() -> None:
    assert unnamed(gauges._GAUGES, part("Metrics")) == set()
