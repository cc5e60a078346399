"""What has to be right before a service starts."""

import pytest
from tests.conftest import MakeSettings
from tests.fakes import sample  # noqa: F401 - puts the sample service on the path

from oberaconnect import db, prepare
from oberaconnect import settings as settings_module
from oberaconnect.auth import Authenticator
from oberaconnect.problems import Unauthorized
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


def test_a_key_of_the_settings_is_known_once_the_service_is_prepared_and_stays_revoked(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = f"msp_0123456789ab_{'A' * 43}"
    given = make_settings(n8n_gateway_key=key)
    monkeypatch.setattr("oberaconnect.settings.load", lambda: given)

    assert [prepare.main("sample_service") for _ in range(2)] == [0, 0]

    database = db.Database(given, "sample_service")
    n8n = Authenticator(given, "sample-service", database).authenticate(key, "127.0.0.1")
    assert (n8n.clients, n8n.tenant) == (None, "default")
    assert "rag:read" in n8n.scopes
    assert not n8n.scopes & {"agents:approve", "index:write", "ollama:admin", "qdrant:admin"}
    with db.as_owner(given) as connection:
        connection.execute("UPDATE platform.api_key SET revoked_at = now()")
    assert prepare.main("sample_service") == 0
    with pytest.raises(Unauthorized):
        Authenticator(given, "sample-service", database).authenticate(key, "127.0.0.1")
    database.close()


def test_what_is_no_key_is_refused_by_name() -> None:
    environ = {"SECRET_KEY": "a-Secret-0123456789", "POSTGRES_PASSWORD": "x", "N8N_GATEWAY_KEY": "msp_1_2"}
    with pytest.raises(settings_module.SettingsError, match="N8N_GATEWAY_KEY is not an API key"):
        settings_module.load(environ)
