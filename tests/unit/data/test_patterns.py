"""Which files of a source are wanted, by patterns on their paths."""

import pytest

from data_processing.connectors.patterns import wanted

PATH = "Finance/2025/Annual Report.PDF"


def test_without_patterns_every_file_is_wanted() -> None:
    assert wanted(PATH, [], [])


@pytest.mark.parametrize(
    "pattern",
    ["*.pdf", "annual*", "finance", "Finance/", "/Finance/*", "Finance/2025", "finance/*.pdf", "**/2025/*",
     "**/Finance/*", "Finance/202[45]/*", "Annual?Report.pdf"],
)  # fmt: skip
def test_a_pattern_that_means_the_path_includes_it_or_excludes_it(pattern: str) -> None:
    assert wanted(PATH, [pattern], [])
    assert not wanted(PATH, [], [pattern])


@pytest.mark.parametrize(
    "pattern",
    ["*.docx", "2025/*", "Financ", "Finance/2024", "**/report.pdf", "Annual", "Finance/20?", "Finance/2025/A"],
)
def test_a_pattern_that_means_something_else_neither_includes_nor_excludes_it(pattern: str) -> None:
    assert not wanted(PATH, [pattern], [])
    assert wanted(PATH, [], [pattern])


def test_what_is_excluded_stays_out_although_it_is_included() -> None:
    assert not wanted("Finance/drafts/plan.pdf", ["*.pdf"], ["drafts"])


def test_a_name_is_the_same_however_its_letters_are_put_together() -> None:
    assert wanted("U\u0308bersicht/plan.pdf", ["\u00dcbersicht"], [])
