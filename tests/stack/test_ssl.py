"""HTTPS: a certificate at once, a real one from an authority (pebble), renewed, kept, and never in the way."""

import json
import socket
import ssl
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from threading import Event
from typing import Any
from urllib.request import urlopen

import pytest
from cryptography import x509
from tests import compose
from tests.caller import PROBLEM, Answer
from tests.gateway import free_port

from host.place import ROOT

_OVERLAY = ROOT / "tests" / "standins" / "pebble" / "compose.yml"
_API, _N8N, _WEBUI = "api.obera.test", "n8n.obera.test", "webui.obera.test"
_KEY = "msp_0123456789ab_aKeyOfAlice"
_EMAIL = "alice@obera.example"


@dataclass(frozen=True)
class Site:
    """nginx-ssl as the network sees it."""

    stack: compose.Stack
    pebble_port: int

    @contextmanager
    def tls(self, name: str = _API, context: ssl.SSLContext | None = None) -> Iterator[ssl.SSLSocket]:
        """A connection for this name; whoever answers is believed, unless `context` is stricter."""
        address = ("127.0.0.1", self.stack.port("HTTPS_PORT"))
        with (
            closing(socket.create_connection(address, timeout=20)) as plain,
            (context or believing()).wrap_socket(plain, server_hostname=name) as secured,
        ):
            yield secured

    def call(self, method: str, path: str, name: str = _API, *, context: ssl.SSLContext | None = None,
             body: bytes | None = None, **headers: str) -> Answer:  # fmt: skip
        """One request over HTTPS."""
        with self.tls(name, context) as secured:
            return _exchange(secured, name, method, path, body, headers)

    def clear(self, method: str, path: str, name: str = _API, **headers: str) -> Answer:
        """One request in clear."""
        with closing(socket.create_connection(("127.0.0.1", self.stack.port("HTTP_PORT")), timeout=20)) as plain:
            return _exchange(plain, name, method, path, None, headers)

    def certificate(self) -> x509.Certificate:
        """What is served now."""
        with self.tls() as secured:
            return x509.load_der_x509_certificate(secured.getpeercert(binary_form=True) or b"")

    def cert(self, *words: str, stdin: str | None = None, **settings: str) -> tuple[int, str]:
        """Type `cert` under these settings: its exit status and what it says."""
        given = [word for name, value in settings.items() for word in ("--env", f"{name}={value}")]
        done = self.stack.compose(
            "exec", "-T", *given, "nginx-ssl", "cert", *words, check=False, timeout=300, stdin=stdin
        )
        return done.returncode, done.stdout + done.stderr

    def log(self) -> str:
        """What the container has said."""
        return self.stack.compose("logs", "--no-log-prefix", "nginx-ssl").stdout

    def trusting(self) -> ssl.SSLContext:
        """A client that trusts pebble's present root and nobody else, and checks the name."""
        with urlopen(f"https://127.0.0.1:{self.pebble_port}/roots/0", context=believing(), timeout=20) as answer:
            return ssl.create_default_context(cadata=answer.read().decode())


def believing() -> ssl.SSLContext:
    """A client that takes any certificate."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _exchange(
    connection: socket.socket, name: str, method: str, path: str, body: bytes | None, headers: dict[str, str]
) -> Answer:
    client = HTTPConnection(name, timeout=20)
    client.sock = connection
    client.request(
        method, path, body, {"Host": name, **{key.replace("_", "-"): value for key, value in headers.items()}}
    )
    response = client.getresponse()
    kind = response.getheader("Content-Type", "").split(";")[0]
    return Answer(response.status, kind, dict(response.headers), response.read())


def _names(certificate: x509.Certificate) -> set[str]:
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(found.get_values_for_type(x509.DNSName))


def _until(happens: Callable[[], Any], what: str, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, what
        time.sleep(0.3)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """nginx-ssl alone with an authority and an echo behind it. Nobody's address is known, so nothing is requested."""
    names = {"SSL_DOMAIN": "API.obera.test.", "SSL_N8N_DOMAIN": _N8N, "SSL_WEBUI_DOMAIN": _WEBUI}
    with compose.project(AUTH="required", ACME_SERVER="https://pebble:14000/dir", **names) as bare:
        authority = bare.folder / "authority"
        authority.mkdir()
        authority.chmod(0o777)
        port = free_port()
        project = replace(bare.project, files=(_OVERLAY,)).with_profiles("ssl").with_settings(
            TEST_FOLDER=str(authority), PEBBLE_PORT=str(port), ACME_STAGING_SERVER="https://pebble:14000/dir"
        )  # fmt: skip
        stack = replace(bare, project=project)
        stack.compose("up", "--detach", "--build", "pebble", "echo", timeout=300)
        _until((authority / "root.pem").exists, "pebble wrote no root")
        stack.compose("up", "--detach", "--wait", "--build", "--no-deps", "nginx-ssl", timeout=300)
        yield Site(stack, port)


@pytest.fixture(scope="module")
def certified(site: Site) -> Site:
    """The same with a certificate of the authority."""
    status, said = site.cert(SSL_EMAIL=_EMAIL)
    assert status == 0, said
    return site


def test_the_first_start_serves_a_pair_of_its_own_for_all_names_and_one_day(site: Site) -> None:
    certificate = site.certificate()

    assert certificate.issuer == certificate.subject
    assert _names(certificate) == {_API, _N8N, _WEBUI}
    assert (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days == 1
    assert "SSL_EMAIL is empty" in site.log()


def test_a_certificate_that_browsers_refuse_binds_them_to_nothing(site: Site) -> None:
    assert "Strict-Transport-Security" not in site.call("GET", "/health").headers


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nowhere.obera.test", "is not found in DNS"),
        ("closed.obera.test", "cannot reach port 80"),
        ("elsewhere.obera.test", "Something else answers on port 80"),
        ("forbidden.obera.test", "does not give certificates for this name"),
        ("https://api.obera.test/", "is not a host name"),
    ],
)
def test_a_certificate_that_cannot_be_had_is_explained_and_all_goes_on(site: Site, name: str, reason: str) -> None:
    before = site.certificate()

    status, said = site.cert(SSL_EMAIL=_EMAIL, SSL_DOMAIN=name)

    assert status == 1
    assert reason in said, said
    assert "Traceback" not in said
    assert site.certificate() == before
    assert site.call("GET", "/health").status == 200


def test_the_certificate_is_replaced_without_a_lost_request_or_a_cut_socket(site: Site) -> None:
    done = Event()

    def call_until_done() -> list[int]:
        found = []
        while not done.is_set():
            found.append(site.call("GET", "/api/rag/x").status)
        return found

    with ThreadPoolExecutor() as pool, site.tls(_N8N) as editor:
        asked = f"GET /rest/push HTTP/1.1\r\nHost: {_N8N}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
        editor.sendall(asked.encode())
        heard = editor.makefile("rb")
        assert b" 101 " in heard.readline()
        while heard.readline().strip():
            pass
        calls = pool.submit(call_until_done)
        status, said = site.cert(SSL_EMAIL=_EMAIL)
        _until(lambda: site.certificate().issuer != site.certificate().subject, "the old pair stayed")
        done.set()
        editor.sendall(b"still there?\n")
        assert heard.readline() == b"still there?\n"

    assert status == 0, said
    assert "1. Rehearsal at https://pebble:14000/dir" in said
    assert "the issued certificate until" in said
    assert len(calls.result()) > 5
    assert set(calls.result()) == {200}


def test_the_chain_leads_to_the_authoritys_root_for_every_name(certified: Site) -> None:
    for name in (_API, _N8N, _WEBUI):
        with certified.tls(name, certified.trusting()) as secured:
            assert secured.version() == "TLSv1.3"


def test_with_a_real_certificate_browsers_are_told_to_stay_with_https(certified: Site) -> None:
    for name, path in ((_API, "/"), (_API, "/nowhere"), (_API, "/api/rag/x"), (_N8N, "/"), (_WEBUI, "/")):
        assert certified.call("GET", path, name).headers["Strict-Transport-Security"] == "max-age=63072000"
    assert "Strict-Transport-Security" not in certified.clear("GET", "/health").headers


def test_old_protocols_are_refused_and_http2_is_offered(certified: Site) -> None:
    for version, is_served in ((ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True)):
        context = believing()
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # that is the point
            context.minimum_version = context.maximum_version = version
        if is_served:
            with certified.tls(context=context) as secured:
                assert "ECDHE" in str(secured.cipher())
        else:
            with pytest.raises(ssl.SSLError, match=r"(?i)alert protocol version"), certified.tls(context=context):
                pass
    modern = believing()
    modern.set_alpn_protocols(["h2", "http/1.1"])
    with certified.tls(context=modern) as secured:
        assert secured.selected_alpn_protocol() == "h2"


def test_an_api_call_over_https_arrives_with_its_key_and_the_truth_about_its_caller(certified: Site) -> None:
    answer = certified.call(
        "POST", "/api/rag/query", body=b"{}", context=certified.trusting(), Authorization=f"Bearer {_KEY}",
        X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="http", X_Forwarded_Host="evil.example",
    )  # fmt: skip

    assert answer.status == 200
    seen = answer.json["headers"]
    assert answer.json["path"] == "/api/rag/query"
    assert seen["authorization"] == f"Bearer {_KEY}"
    assert seen["x-forwarded-proto"] == "https"
    assert seen["x-forwarded-host"] == _API
    assert "203.0.113.9" not in json.dumps(answer.json)


def test_n8n_is_served_under_its_own_name_and_takes_uploads(certified: Site) -> None:
    answer = certified.call("POST", "/webhook/ticket?x=1", _N8N, body=b"x" * 5_000_000)

    assert (answer.status, answer.json["bytes"], answer.json["path"]) == (200, 5_000_000, "/webhook/ticket?x=1")
    assert answer.json["headers"]["host"] == _N8N
    assert answer.json["headers"]["x-forwarded-proto"] == "https"


def test_a_program_that_is_off_is_a_problem_that_says_how_to_start_it(certified: Site) -> None:
    answer = certified.call("GET", "/", _WEBUI)

    assert answer.status == 503
    assert answer.is_problem
    assert "PROFILE=chat" in answer.json["detail"]


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/api/rag/x", {}),
        ("POST", "/api/rag/query", {}),
        ("GET", "/api", {}),
        ("GET", "/webhook/ticket", {}),
        ("POST", "/", {}),
        ("GET", "/", {"Authorization": f"Bearer {_KEY}"}),
        ("GET", "/", {"X_API_Key": _KEY}),
    ],
)
def test_what_may_carry_a_secret_is_refused_in_clear_and_not_sent_on(
    site: Site, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = site.clear(method, path, **headers)

    assert answer.status == 403
    assert answer.kind == PROBLEM
    assert "https://" in answer.json["detail"]
    assert "Location" not in answer.headers


def test_pages_are_led_to_https_under_the_name_and_port_they_were_asked_by(site: Site) -> None:
    answer = site.clear("GET", "/docs?x=1", _N8N)

    port = site.stack.port("HTTPS_PORT")
    assert (answer.status, answer.headers["Location"]) == (308, f"https://{_N8N}:{port}/docs?x=1")


def test_proofs_and_health_are_served_in_clear_whatever_the_name(site: Site) -> None:
    folder = "/var/www/acme/.well-known/acme-challenge"
    site.stack.inside("nginx-ssl", "sh", "-c", f"mkdir -p {folder} && printf proof >{folder}/token")

    assert site.clear("GET", "/.well-known/acme-challenge/token", "anybody.example").text == "proof"
    assert site.clear("GET", "/.well-known/acme-challenge/other").status == 404
    assert site.clear("GET", "/.well-known/acme-challenge/../../../../etc/passwd").status in {400, 403, 404}
    assert site.clear("GET", "/health", "localhost").json == {"status": "pass", "service": "nginx-ssl"}


def test_a_certificate_that_is_not_due_is_kept_and_replaced_when_told_to(certified: Site) -> None:
    first = certified.certificate()

    status, said = certified.cert(SSL_EMAIL=_EMAIL)
    assert (status, "not due for renewal" in said) == (0, True), said
    assert certified.certificate() == first

    status, said = certified.cert("--force", SSL_EMAIL=_EMAIL)
    assert status == 0, said
    _until(lambda: certified.certificate() != first, "the old certificate stayed")
    assert certified.certificate().issuer != certified.certificate().subject


def test_a_restart_keeps_the_certificate(certified: Site) -> None:
    before = certified.certificate()

    certified.stack.compose("up", "--detach", "--wait", "--no-deps", "--force-recreate", "nginx-ssl", timeout=300)

    assert certified.certificate() == before


def test_a_certificate_of_ones_own_is_checked_and_served_until_it_is_removed(certified: Site) -> None:
    issued = certified.certificate()
    openssl = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 90 -subj /CN=own -addext subjectAltName=DNS:api.obera.test"
    )
    own = certified.stack.inside("nginx-ssl", "sh", "-c", f"{openssl} -keyout /dev/stdout -out /dev/stdout 2>/dev/null")

    for broken in ("", "nonsense\n" * 200_000, own.split("-----BEGIN CERTIFICATE-----")[0]):
        status, said = certified.cert("own", stdin=broken)
        assert (status, "That is no pair" in said) == (1, True), said
        assert certified.certificate() == issued

    status, said = certified.cert("own", stdin=own)
    assert status == 0, said
    assert "does not bear all of" in said
    _until(lambda: _names(certified.certificate()) == {_API}, "one's own pair is not served")
    assert certified.cert()[0] == 1

    assert certified.cert("forget")[0] == 0
    _until(lambda: certified.certificate() == issued, "the issued certificate did not come back")


def test_the_background_gets_a_certificate_by_itself_when_an_address_is_known(site: Site) -> None:
    site.stack.compose("rm", "--stop", "--force", "nginx-ssl")
    compose.docker("volume", "rm", f"{site.stack.env['COMPOSE_PROJECT_NAME']}_ssl_certificates")
    project = site.stack.project.with_settings(SSL_EMAIL=_EMAIL)
    project.run("up", "--detach", "--wait", "--no-deps", "nginx-ssl", timeout=300)

    _until(lambda: site.certificate().issuer != site.certificate().subject, site.log())
    assert _names(site.certificate()) == {_API, _N8N, _WEBUI}


def test_the_container_ends_with_nginx_and_starts_again(site: Site) -> None:
    before = site.stack.inspect("nginx-ssl")

    site.stack.inside("nginx-ssl", "sh", "-c", "kill -9 $(cat /tmp/nginx.pid)", check=False)

    site.stack.wait_until_restarted("nginx-ssl", before)
    site.stack.wait_until_healthy("nginx-ssl")


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"AUTH": "open"}, "AUTH=required is needed"),
        ({"SSL_DOMAIN": "*.obera.test"}, "is not a host name"),
        ({"SSL_N8N_DOMAIN": _API}, "is named twice"),
        ({"GATEWAY_HOSTS": "a; return 200"}, "is not a list of host names"),
        ({"SSL_HSTS_SECONDS": "long"}, "is not a number of seconds"),
    ],
)
def test_settings_that_make_no_sense_are_refused_with_a_sentence(
    site: Site, settings: dict[str, str], sentence: str
) -> None:
    project = site.stack.project.with_settings(**settings)
    done = project.run("run", "--rm", "--no-deps", "nginx-ssl", check=False, timeout=60)

    assert done.returncode == 1
    assert sentence in done.stdout + done.stderr
