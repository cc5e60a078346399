"""Which version is newer, and which image may follow which on the same data."""

import pytest

from host.obstacle import Obstacle
from stack import versions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2.40.3-3", (2, 40, 3)),
        ("v2.20.2+ds1", (2, 20, 2)),
        ("28.5.2+dfsg4", (28, 5, 2)),
        ("16-alpine", (16, 0, 0)),
        ("latest", (0, 0, 0)),
    ],
)
def test_a_version_is_read_from_what_programs_print(text: str, expected: tuple[int, int, int]) -> None:
    assert versions.numbers(text) == expected


def test_versions_are_compared_by_number_and_not_by_letter() -> None:
    assert versions.numbers("2.9.0") < versions.numbers("2.20.2") < versions.numbers("v2.20.10")


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("qdrant/qdrant:v1.19.1-unprivileged", "v1.19.1-unprivileged"),
        ("registry.example.test:5000/postgres", ""),
        ("registry.example.test:5000/postgres:16.15-alpine@sha256:12", "16.15-alpine"),
    ],
)
def test_a_tag_is_neither_a_registrys_port_nor_a_digest(image: str, expected: str) -> None:
    assert versions.tag(image) == expected


@pytest.mark.parametrize(
    ("service", "old", "new"),
    [
        ("qdrant", "qdrant/qdrant:v1.18.0", "qdrant/qdrant:v1.19.1-unprivileged"),
        ("qdrant", "qdrant/qdrant:v1.19.1", "qdrant/qdrant:v1.19.1"),
        ("qdrant", "qdrant/qdrant:v1.19.1", "mirror/qdrant:ours"),
        ("postgres", "postgres:16.15-alpine", "postgres:16.16-alpine"),
        ("n8n", "n8nio/n8n:1.0.0", "n8nio/n8n:2.40.7"),
    ],
)
def test_the_next_image_may_follow(service: str, old: str, new: str) -> None:
    versions.check_successor(service, old, new)


@pytest.mark.parametrize(
    ("service", "old", "new", "sentence"),
    [
        (
            "qdrant",
            "qdrant/qdrant:v1.17.3",
            "qdrant/qdrant:v1.19.1",
            "from v1.17.3 to v1.19.1. .* last image of v1.18:",
        ),
        ("qdrant", "qdrant/qdrant:v1.19.1", "qdrant/qdrant:v2.0.0", "one minor release at a time"),
        ("qdrant", "qdrant/qdrant:v1.19.1", "qdrant/qdrant:v1.18.0", "may not read the data of the newer v1.19.1"),
        ("postgres", "postgres:16.15-alpine", "postgres:17.2-alpine", "PostgreSQL 17 does not read .* make backup"),
        ("postgres", "postgres:16-alpine", "postgres:15-alpine", "PostgreSQL 15 does not read"),
    ],
)
def test_a_jump_is_refused_with_the_way_around_it(service: str, old: str, new: str, sentence: str) -> None:
    with pytest.raises(Obstacle, match=sentence):
        versions.check_successor(service, old, new)
