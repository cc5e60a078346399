"""Ranks, quantiles, and how figures are shown."""

import json
import math
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench import figures, metrics
from bench.figures import Figure, Target


def test_ndcg_is_one_when_all_relevant_come_first() -> None:
    assert metrics.ndcg(["a", "b", "x"], {"a", "b"}, 10) == pytest.approx(1.0)


def test_ndcg_of_one_relevant_at_rank_three() -> None:
    assert metrics.ndcg(["x", "y", "a"], {"a"}, 10) == pytest.approx(1 / math.log2(4))


def test_ndcg_looks_no_further_than_k() -> None:
    assert metrics.ndcg(["x", "a"], {"a"}, 1) == 0.0


def test_ndcg_of_more_relevant_than_k_can_still_be_one() -> None:
    assert metrics.ndcg(["a", "b"], {"a", "b", "c"}, 2) == pytest.approx(1.0)


def test_nothing_relevant_scores_nothing() -> None:
    assert metrics.ndcg(["a"], set(), 10) == 0.0
    assert metrics.recall(["a"], set(), 5) == 0.0


def test_recall_is_the_share_that_was_found() -> None:
    assert metrics.recall(["a", "x", "b"], {"a", "b", "c", "d"}, 3) == 0.5


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.5, 5), (0.95, 10), (1.0, 10)])
def test_a_quantile_is_a_measured_value(share: float, value: float) -> None:
    assert metrics.quantile(range(1, 11), share) == value


def test_a_quantile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        metrics.quantile([], 0.5)


@pytest.mark.parametrize(
    ("sense", "value", "met"), [("<=", 25.0, True), ("<=", 25.1, False), (">=", 25.0, True), (">=", 24.9, False)]
)
def test_a_target_is_met_at_its_very_value(sense: str, value: float, met: bool) -> None:
    target = Target("<=", 25.0) if sense == "<=" else Target(">=", 25.0)
    assert Figure("search", "p50", value, "ms", target).is_met is met


def test_the_table_shows_what_was_missed() -> None:
    shown = figures.table(
        [Figure("search", "p50", 31.26, "ms", Target("<=", 25.0)), Figure("quality", "R@5", 0.4321, "")]
    )
    assert shown.splitlines()[2:] == [
        "| search | p50 | 31.3 ms | ≤ 25 ms | **no** |  |",
        "| quality | R@5 | 0.432 |  |  |  |",
    ]


def test_a_run_is_kept_in_a_file_named_after_its_time(tmp_path: Path) -> None:
    now = datetime(2026, 11, 25, 13, 5, 9, tzinfo=UTC)
    path = figures.save(
        tmp_path / "bench", [Figure("memory", "all", 900.0, "MB", Target("<=", 1200.0))], {"cores": 2}, now
    )
    kept = json.loads(path.read_text())
    assert path.name == "2026-11-25T130509Z.json"
    assert kept["machine"] == {"cores": 2}
    assert kept["figures"][0]["met"] is True
