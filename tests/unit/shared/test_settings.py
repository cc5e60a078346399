"""What the settings say when the environment does not describe a platform."""

from pathlib import Path

import pytest

from oberaconnect.settings import Settings, SettingsError, is_loopback, load

GOOD = {"SECRET_KEY": "q7Zr2mK9xW4tB8vN1c", "POSTGRES_PASSWORD": "Zt4Wq8rM2nX6vB9k"}


def _refusal(**changes: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load({**GOOD, **changes})
    return str(caught.value)


def test_two_secrets_are_enough_to_start() -> None:
    assert load(GOOD).gateway_port == 8080


def test_a_missing_secret_is_named() -> None:
    with pytest.raises(SettingsError, match=r"SECRET_KEY is missing. 'make setup' writes it into .env."):
        load({"POSTGRES_PASSWORD": "Zt4Wq8rM2nX6vB9k"})


def test_a_missing_database_password_is_named() -> None:
    with pytest.raises(SettingsError, match="POSTGRES_PASSWORD is missing"):
        load({"SECRET_KEY": GOOD["SECRET_KEY"]})


def test_a_database_address_stands_for_the_password() -> None:
    loaded = load({"SECRET_KEY": GOOD["SECRET_KEY"], "DATABASE_URL": "postgresql://somewhere/db"})
    assert loaded.owner_dsn == "postgresql://somewhere/db"


def test_an_empty_variable_means_not_set() -> None:
    assert load({**GOOD, "GATEWAY_PORT": "", "LLM_PROVIDER": ""}).gateway_port == 8080


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GATEWAY_PORT", "eighty"),
        ("GATEWAY_PORT", "0"),
        ("GATEWAY_PORT", "65536"),
        ("AUTH", "none"),
        ("LOG_LEVEL", "loud"),
        ("LLM_PROVIDER", "gpt"),
        ("LLM_TIMEOUT_SECONDS", "-1"),
        ("LLM_TIMEOUT_SECONDS", "nan"),
        ("LLM_CONTEXT_TOKENS", "100"),
        ("RAG_URL", "rag-engine:8080"),
        ("RAG_URL", "http://"),
        ("CHUNK_TOKENS", "12.5"),
        ("SECRET_KEY", "short"),
    ],
)
def test_a_malformed_value_is_one_sentence_that_names_the_variable(name: str, value: str) -> None:
    sentence = _refusal(**{name: value})
    assert sentence.startswith(f"{name} ")
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_every_malformed_value_gets_a_sentence_of_its_own() -> None:
    lines = _refusal(GATEWAY_PORT="x", LOG_LEVEL="loud", SECRET_KEY="short").splitlines()
    assert {line.split()[0] for line in lines} == {"GATEWAY_PORT", "LOG_LEVEL", "SECRET_KEY"}


@pytest.mark.parametrize(
    "secret",
    ["short", "aaaaaaaaaaaaaaaaaaaaaaaa", "change-me-change-me-change-me", "my-long-Password-here", "0101010101010101"],
)
def test_a_weak_secret_is_refused_and_not_repeated(secret: str) -> None:
    sentence = _refusal(SECRET_KEY=secret)
    assert "too weak" in sentence
    assert secret not in sentence


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{GOOD['SECRET_KEY']}\n")
    loaded = load({"SECRET_KEY_FILE": str(tmp_path / "secret"), "POSTGRES_PASSWORD": "x9"})
    assert loaded.secret_key.get_secret_value() == GOOD["SECRET_KEY"]


def test_the_file_wins_over_the_variable(tmp_path: Path) -> None:
    (tmp_path / "model").write_text("from-file")
    assert (
        load({**GOOD, "LLM_MODEL": "from-variable", "LLM_MODEL_FILE": str(tmp_path / "model")}).llm_model == "from-file"
    )


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "nothing")
    assert _refusal(SECRET_KEY_FILE=missing) == f"SECRET_KEY_FILE={missing} cannot be read: No such file or directory."


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    assert "it is not UTF-8 text" in _refusal(SECRET_KEY_FILE=str(tmp_path / "binary"))


@pytest.mark.parametrize("bind", ["0.0.0.0", "::", "192.0.2.7", "office.example"])
def test_open_mode_on_another_address_is_refused(bind: str) -> None:
    sentence = _refusal(GATEWAY_BIND=bind)
    assert f"GATEWAY_BIND={bind} with AUTH=open" in sentence
    assert "make key" in sentence


@pytest.mark.parametrize("bind", ["127.0.0.1", "127.0.0.9", "::1", "[::1]", "localhost"])
def test_open_mode_on_this_machine_is_fine(bind: str) -> None:
    assert is_loopback(bind)
    assert load({**GOOD, "GATEWAY_BIND": bind}).is_open


def test_any_address_is_fine_when_keys_are_required() -> None:
    assert not load({**GOOD, "GATEWAY_BIND": "0.0.0.0", "AUTH": "required"}).is_open


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load(GOOD).auth = "required"  # type: ignore[misc]


def test_settings_do_not_show_their_secrets() -> None:
    loaded = load({**GOOD, "ANTHROPIC_API_KEY": "sk-very-secret", "DATABASE_URL": "postgresql://u:hidden@h/d"})
    shown = f"{loaded!r} {loaded} {loaded.model_dump_json()}"
    assert not any(secret in shown for secret in (*GOOD.values(), "sk-very-secret", "hidden"))


def test_a_password_with_signs_survives_the_address() -> None:
    loaded = load({**GOOD, "POSTGRES_PASSWORD": "a@b:c/d#e%f"})
    assert loaded.owner_dsn == "postgresql://obera:a%40b%3Ac%2Fd%23e%25f@127.0.0.1:5432/oberaconnect"


@pytest.mark.parametrize(
    ("changes", "provider"),
    [
        ({}, "none"),
        ({"ANTHROPIC_API_KEY": "some-key"}, "anthropic"),
        ({"ANTHROPIC_API_KEY": "some-key", "LLM_PROVIDER": "none"}, "none"),
        ({"LLM_PROVIDER": "ollama"}, "ollama"),
        ({"LLM_PROVIDER": "anthropic", "LLM_API_KEY": "some-key"}, "anthropic"),
        ({"LLM_PROVIDER": "openai", "LLM_MODEL": "some-model"}, "openai"),
    ],
)
def test_the_language_model_follows_from_what_is_there(changes: dict[str, str], provider: str) -> None:
    assert load({**GOOD, **changes}).llm == provider


def test_a_provider_without_what_it_needs_is_refused() -> None:
    assert "ANTHROPIC_API_KEY is missing" in _refusal(LLM_PROVIDER="anthropic")
    assert "LLM_MODEL is missing" in _refusal(LLM_PROVIDER="openai")


def test_hosts_of_the_intranet_are_a_list_in_small_letters() -> None:
    assert load({**GOOD, "INGEST_ALLOWED_HOSTS": " Wiki.example , ,10.0.0.5"}).allowed_hosts == [
        "wiki.example",
        "10.0.0.5",
    ]


def test_a_field_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="Extra inputs"):
        Settings.model_validate({"secret_key": GOOD["SECRET_KEY"], "postgres_password": "x", "colour": "red"})


def test_changes_are_not_told_to_an_address_without_tls() -> None:
    assert "PUBLIC_URL must begin with https" in _refusal(PUBLIC_URL="http://ai.example.com")
    assert load({**GOOD, "PUBLIC_URL": "https://ai.example.com"}).public_url == "https://ai.example.com"
