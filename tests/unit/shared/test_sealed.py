"""Secrets at rest: opened by the platform that sealed them, for what it sealed them for, and by nothing else."""

import logging
import traceback

import pytest

from oberaconnect.problems import Problem
from oberaconnect.sealed import Unsealable, seal, unseal
from oberaconnect.settings import Settings

SECRETS = {"client_secret": "Wintergarten-7-Äpfel", "password": ""}
OURS = "source 1 of acme"


def _settings(secret_key: str = "e1d0c9b8a7f6e5d4c3b2a190f8e7d6c5") -> Settings:
    return Settings.model_validate({"secret_key": secret_key, "postgres_password": "not asked for in these tests"})


def test_what_was_sealed_is_opened_for_the_same_purpose() -> None:
    assert unseal(_settings(), seal(_settings(), SECRETS, context=OURS), context=OURS) == SECRETS
    assert unseal(_settings(), seal(_settings(), {}, context=OURS), context=OURS) == {}


def test_the_same_secrets_look_different_each_time() -> None:
    assert len({seal(_settings(), SECRETS, context=OURS) for _ in range(20)}) == 20


def test_nothing_of_a_secret_can_be_read_in_what_is_stored() -> None:
    sealed = seal(_settings(), SECRETS, context=OURS)
    for word in (b"Wintergarten", b"client_secret", b"acme"):
        assert word not in sealed


def test_another_secret_key_opens_nothing() -> None:
    sealed = seal(_settings(), SECRETS, context=OURS)
    with pytest.raises(Unsealable, match=r"SECRET_KEY was changed\. Enter them again") as refused:
        unseal(_settings("0f1e2d3c4b5a69788796a5b4c3d2e1f0"), sealed, context=OURS)
    assert isinstance(refused.value, Problem)
    assert refused.value.status == 409


@pytest.mark.parametrize("context", ["source 1 of charlie", "source 2 of acme", "", "source 1 of acme "])
def test_a_row_copied_to_another_client_or_source_stays_shut(context: str) -> None:
    sealed = seal(_settings(), SECRETS, context=OURS)
    with pytest.raises(Unsealable):
        unseal(_settings(), sealed, context=context)


def test_whichever_bit_was_changed_it_stays_shut() -> None:
    sealed = seal(_settings(), SECRETS, context=OURS)
    for bit in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Unsealable):
            unseal(_settings(), bytes(changed), context=OURS)


def test_cut_short_or_made_longer_it_stays_shut() -> None:
    sealed = seal(_settings(), SECRETS, context=OURS)
    for part in [sealed[:length] for length in range(len(sealed))] + [sealed + b"\0", sealed + sealed]:
        with pytest.raises(Unsealable):
            unseal(_settings(), part, context=OURS)


def test_a_failure_to_open_tells_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    settings = _settings()
    sealed = seal(settings, SECRETS, context=OURS)
    with caplog.at_level(logging.DEBUG):
        try:
            unseal(settings, sealed[:-1], context=OURS)
        except Unsealable as error:
            logging.getLogger("test").exception("not opened", extra={"sealed": sealed, "settings": repr(settings)})
            told = "".join(traceback.format_exception(error)) + repr(error) + str(error.document())
    told += caplog.text + repr(sealed) + "".join(str(vars(record)) for record in caplog.records)
    assert "cannot be opened" in told
    for secret in ("Wintergarten", settings.secret_key.get_secret_value()):
        assert secret not in told
