"""What has to be right before a service starts."""

import pytest
from tests.conftest import MakeSettings
from tests.fakes import sample  # noqa: F401 - puts the sample service on the path

from oberaconnect import db, prepare
from oberaconnect.settings import Settings


@pytest.fixture(autouse=True)
def _own_logging(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oberaconnect.telemetry.configure", lambda service, level: None)


def test_a_database_without_tables_gets_them(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oberaconnect.settings.load", lambda: settings)
    assert prepare.main("sample_service") == 0
    with db.as_owner(settings) as connection:
        assert connection.execute("SELECT count(*) AS n FROM sample_service.note").fetchone() == {"n": 0}


def test_a_database_that_does_not_come_is_to_be_tried_later(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = make_settings(database_url="postgresql://nobody:x@127.0.0.1:1/none")
    monkeypatch.setattr("oberaconnect.settings.load", lambda: away)
    monkeypatch.setattr(prepare, "_WAIT_SECONDS", 0.0)
    assert prepare.main("sample_service") == 75


def test_a_database_of_a_newer_release_is_a_wrong_configuration(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oberaconnect.settings.load", lambda: settings)
    prepare.main("sample_service")
    with db.as_owner(settings) as connection:
        connection.execute("INSERT INTO sample_service.migration VALUES ('sample_service', '0099_future.sql', 'x')")
    assert prepare.main("sample_service") == 78
