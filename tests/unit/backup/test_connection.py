"""An address of PostgreSQL as variables, so that no password stands on a command line."""

import pytest

from backup import connection
from host.obstacle import Obstacle


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (
            "postgresql://alice:p%40ss%2Fword@db.example:6432/obera?sslmode=require",
            {
                "PGHOST": "db.example",
                "PGPORT": "6432",
                "PGUSER": "alice",
                "PGPASSWORD": "p@ss/word",
                "PGDATABASE": "obera",
                "PGSSLMODE": "require",
            },
        ),
        ("postgres://db/obera", {"PGHOST": "db", "PGDATABASE": "obera"}),
        (
            "host=db user=alice password='two words' dbname=obera",
            {"PGHOST": "db", "PGUSER": "alice", "PGPASSWORD": "two words", "PGDATABASE": "obera"},
        ),
    ],
)
def test_an_address_becomes_variables(address: str, expected: dict[str, str]) -> None:
    assert connection.environment(address) == expected


def test_what_is_no_address_is_refused_without_repeating_it() -> None:
    with pytest.raises(Obstacle, match="DATABASE_URL is not an address") as refused:
        connection.environment("postgresql://alice:secret@db:port/obera")
    assert "secret" not in str(refused.value)
