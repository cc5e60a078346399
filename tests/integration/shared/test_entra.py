"""Tokens of Microsoft Entra ID: one kind is accepted, everything else is refused in the same words."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from tests.fakes.authority import CLIENT, KEY, TENANT, Authority, person, running, signed
from tests.fakes.sample import bearer, started

from oberaconnect.auth import HOME_TENANT, SCOPES
from oberaconnect.entra import EntraVerifier
from oberaconnect.problems import Unauthorized, Unavailable
from oberaconnect.settings import Settings

FOREIGN = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE = ec.generate_private_key(ec.SECP256R1())
PUBLIC_PEM = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture
def authority() -> Iterator[Authority]:
    with running() as found:
        yield found


@pytest.fixture
def entra_settings(authority: Authority, settings: Settings) -> Settings:
    return authority.settings(settings)


@pytest.fixture
def verify(entra_settings: Settings) -> Iterator[EntraVerifier]:
    verifier = EntraVerifier(entra_settings)
    yield verifier
    verifier.close()


def _claims(url: str, **changes: Any) -> dict[str, Any]:
    return {key: value for key, value in (person(url) | changes).items() if value is not None}


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _by_hand(header: dict[str, Any], claims: dict[str, Any], key: bytes | None) -> str:
    body = f"{_part(header)}.{_part(claims)}"
    signature = b"" if key is None else hmac.new(key, body.encode(), hashlib.sha256).digest()
    return f"{body}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def _tampered(token: str) -> str:
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    return f"{head}.{_part(claims | {'roles': ['platform.all', 'client.all']})}.{signature}"


Maker = Callable[[str], str]
BAD: dict[str, Maker] = {
    "no algorithm": lambda url: _by_hand({"alg": "none", "typ": "JWT", "kid": "ours"}, _claims(url), None),
    "No algorithm in capitals": lambda url: _by_hand({"alg": "NONE", "typ": "JWT", "kid": "ours"}, _claims(url), None),
    "HS256 keyed with the public key": lambda url: _by_hand({"alg": "HS256", "kid": "ours"}, _claims(url), PUBLIC_PEM),
    "HS256 keyed with nothing": lambda url: _by_hand({"alg": "HS256", "kid": "ours"}, _claims(url), b""),
    "signed by a foreign key": lambda url: signed(_claims(url), FOREIGN),
    "foreign key id": lambda url: signed(_claims(url), FOREIGN, "foreign"),
    "no key id": lambda url: jwt.encode(_claims(url), KEY, algorithm="RS256"),
    "key in the token itself": lambda url: signed(
        _claims(url), FOREIGN, "inline", jwk=jwt.algorithms.RSAAlgorithm.to_jwk(FOREIGN.public_key(), as_dict=True)
    ),
    "key at an address in the token": lambda url: signed(_claims(url), FOREIGN, "away", jku="http://evil.example/keys"),
    "elliptic curve": lambda url: signed(_claims(url), CURVE, "ours", "ES256"),
    "RS512": lambda url: signed(_claims(url), KEY, "ours", "RS512"),
    "PS256": lambda url: signed(_claims(url), KEY, "ours", "PS256"),
    "another audience": lambda url: signed(_claims(url, aud="00000003-0000-0000-c000-000000000000")),
    "no audience": lambda url: signed(_claims(url, aud=None)),
    "another issuer": lambda url: signed(_claims(url, iss=f"https://evil.example/{TENANT}/v2.0")),
    "issuer of another tenant": lambda url: signed(_claims(url, iss=f"{url}/99999999-0000/v2.0")),
    "version 1 token": lambda url: signed(_claims(url, ver="1.0", iss=f"https://sts.windows.net/{TENANT}/")),
    "version 1 in the right issuer's name": lambda url: signed(_claims(url, ver="1.0")),
    "another tenant id": lambda url: signed(_claims(url, tid="99999999-0000-0000-0000-000000000000")),
    "no tenant id": lambda url: signed(_claims(url, tid=None)),
    "expired": lambda url: signed(_claims(url, exp=int(time.time()) - 120)),
    "no expiry": lambda url: signed(_claims(url, exp=None)),
    "expiry that is no number": lambda url: signed(_claims(url) | {"exp": "soon"}),
    "not yet valid": lambda url: signed(_claims(url, nbf=int(time.time()) + 600)),
    "no beginning": lambda url: signed(_claims(url, nbf=None)),
    "no subject": lambda url: signed(_claims(url, sub=None)),
    "ID token": lambda url: signed(_claims(url, roles=None)),
    "roles that are no list": lambda url: signed(_claims(url, roles="data.read")),
    "roles that are empty": lambda url: signed(_claims(url, roles=[], scp="")),
    "tampered": lambda url: _tampered(signed(_claims(url))),
    "signature cut": lambda url: signed(_claims(url))[:-20],
    "signature missing": lambda url: signed(_claims(url)).rsplit(".", 1)[0] + ".",
    "truncated": lambda url: signed(_claims(url))[:100],
    "claims that are a list": lambda url: _by_hand({"alg": "RS256", "kid": "ours"}, [], b"x"),  # type: ignore[arg-type]
    "header that is no JSON": lambda url: "bm90anNvbg.e30.c2ln",
    "key id that is a list": lambda url: _by_hand({"alg": "RS256", "kid": ["ours"]}, _claims(url), b"x"),
    "critical extension": lambda url: signed(_claims(url), crit=["exp"]),
    "100 kB": lambda url: signed(_claims(url, filler="x" * 100_000)),
    "signs": lambda url: "é.é.é",
}


@pytest.mark.parametrize("make", BAD.values(), ids=list(BAD))
def test_a_bad_token_is_refused_in_the_same_words(verify: EntraVerifier, authority: Authority, make: Maker) -> None:
    with pytest.raises(Unauthorized) as caught:
        verify(make(authority.url))
    assert caught.value.detail == "This credential is not valid."


def test_there_are_many_bad_tokens() -> None:
    assert len(BAD) >= 20


def test_no_bad_token_opens_the_service(entra_settings: Settings, authority: Authority) -> None:
    with started(entra_settings) as service:
        for number, make in enumerate(BAD.values()):
            headers = {"X-API-Key": make(authority.url), "X-Forwarded-For": f"192.0.2.{number}"}
            assert service.client.get("/api/sample/notes", headers=headers).status_code == 401
        good = bearer(signed(_claims(authority.url)))
        assert service.client.get("/api/sample/notes", headers=good).status_code == 200
        assert service.client.post("/api/sample/notes", json={"text": "a"}, headers=good).status_code == 403


def test_a_good_token_carries_roles_and_clients(verify: EntraVerifier, authority: Authority) -> None:
    alice = verify(signed(_claims(authority.url)))
    assert (alice.subject, alice.tenant) == ("entra:alice-oid", "acme")
    assert alice.clients == frozenset({"acme"})
    assert alice.scopes == frozenset({"data:read"})
    assert authority.asked == [f"/{TENANT}/discovery/v2.0/keys"]


def test_a_person_may_read_what_the_token_says(verify: EntraVerifier, authority: Authority) -> None:
    alice = verify(authority.token("alice", groups=["finance"], preferred_username="Alice@acme.test"))
    assert alice.readers == frozenset({"user:alice-oid", "group:finance", "mail:alice@acme.test", "org", "anyone"})


def test_an_application_is_no_person(verify: EntraVerifier, authority: Authority) -> None:
    assert verify(authority.token("robot", idtyp="app")).readers is None


@pytest.mark.parametrize(
    "claims",
    [{}, {"sub": "robot-oid"}, {"idtyp": "user"}, {"idtyp": "app", "scp": "data.read"}, {"idtyp": "app", "scp": ""}],
    ids=["roles only", "subject and object alike", "a user", "in somebody's name", "in somebody's name for nothing"],
)
def test_whatever_is_not_clearly_an_application_is_a_person(
    verify: EntraVerifier, authority: Authority, claims: dict[str, Any]
) -> None:
    found = verify(authority.token("robot", **claims)).readers
    assert found == frozenset({"user:robot-oid", "org", "anyone"})


def test_the_application_address_is_an_audience_too(verify: EntraVerifier, authority: Authority) -> None:
    assert verify(signed(_claims(authority.url, aud=f"api://{CLIENT}"))).subject == "entra:alice-oid"


def test_whoever_may_everything_sees_every_client(verify: EntraVerifier, authority: Authority) -> None:
    root = verify(signed(_claims(authority.url, roles=["platform.all", "client.all"])))
    assert (root.tenant, root.clients, root.scopes) == (HOME_TENANT, None, SCOPES)


def test_a_delegated_scope_without_roles_stays_at_home(verify: EntraVerifier, authority: Authority) -> None:
    bob = verify(signed(_claims(authority.url, roles=None, scp="data.read unknown.scope")))
    assert (bob.tenant, bob.clients, bob.scopes) == (HOME_TENANT, frozenset({HOME_TENANT}), frozenset({"data:read"}))


@pytest.mark.parametrize(
    ("roles", "scp", "allowed"),
    [
        (["data.read", "data.write"], "data.read", {"data:read"}),
        (["platform.all"], "data.read rag.read", {"data:read", "rag:read"}),
        (["data.read"], "platform.all", {"data:read"}),
        (["data.read"], "access_as_user", {"data:read"}),
        (["data.read"], "rag.read", set()),
    ],
)
def test_an_application_never_lends_more_than_it_was_granted(
    verify: EntraVerifier, authority: Authority, roles: list[str], scp: str, allowed: set[str]
) -> None:
    assert verify(signed(_claims(authority.url, roles=roles, scp=scp))).scopes == allowed


def test_a_client_name_that_is_none_is_left_out(verify: EntraVerifier, authority: Authority) -> None:
    bob = verify(signed(_claims(authority.url, roles=["data.read", "client.*", "client.a,b"])))
    assert bob.clients == frozenset({HOME_TENANT})


def test_keys_are_fetched_once(verify: EntraVerifier, authority: Authority) -> None:
    for _ in range(3):
        verify(signed(_claims(authority.url)))
        with pytest.raises(Unauthorized):
            verify(signed(_claims(authority.url), FOREIGN, "foreign"))
    assert len(authority.asked) == 1


def test_a_new_key_is_found_when_the_last_look_was_long_ago(
    verify: EntraVerifier, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify(signed(_claims(authority.url)))
    authority.keys.append(jwt.algorithms.RSAAlgorithm.to_jwk(FOREIGN.public_key(), as_dict=True) | {"kid": "next"})
    monkeypatch.setattr("oberaconnect.entra._REFETCH_SECONDS", 0.0)
    assert verify(signed(_claims(authority.url), FOREIGN, "next")).subject == "entra:alice-oid"


def test_without_keys_nobody_is_judged(verify: EntraVerifier, authority: Authority) -> None:
    authority.status = 500
    with pytest.raises(Unavailable):
        verify(signed(_claims(authority.url)))
    authority.status = 200
    assert verify(signed(_claims(authority.url))).subject == "entra:alice-oid"


@pytest.mark.parametrize(
    "keys", [[], [{"kty": "oct", "k": "AAAA", "kid": "ours"}], [{"kid": "ours"}], ["x"], "x", None]
)
def test_a_key_set_that_holds_no_usable_key_opens_nothing(
    verify: EntraVerifier, authority: Authority, keys: Any
) -> None:
    authority.keys = keys
    with pytest.raises((Unauthorized, Unavailable)):
        verify(signed(_claims(authority.url)))


def test_the_last_good_keys_survive_an_outage(
    verify: EntraVerifier, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify(signed(_claims(authority.url)))
    authority.status = 500
    monkeypatch.setattr("oberaconnect.entra._REFETCH_SECONDS", 0.0)
    with pytest.raises(Unauthorized):
        verify(signed(_claims(authority.url), FOREIGN, "foreign"))
    assert verify(signed(_claims(authority.url))).subject == "entra:alice-oid"
