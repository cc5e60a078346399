"""What the scripts of nginx-ssl decide without a network: names, who can be asked, what a failure means."""

import json
import os
import subprocess
from pathlib import Path

import pytest

_DOCKER = Path(__file__).resolve().parents[3] / "docker"
_LIB = _DOCKER / "ssl" / "lib"
_SCRIPTS = [_DOCKER / "gateway" / "hosts.envsh", *(_DOCKER / "ssl" / name for name in ("start", "keep", "cert"))]
_SCRIPTS += [*sorted((_DOCKER / "ssl").glob("*.sh")), *sorted(_LIB.glob("*.sh"))]


def _sh(command: str, *parts: str, stdin: str = "", **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of the scripts' `parts` in the plain shell that the image has."""
    loaded = "".join(f". {_LIB / part}.sh\n" for part in parts)
    return subprocess.run(
        ["sh", "-euc", loaded + command], input=stdin, capture_output=True, text=True, check=False, timeout=20,
        env={"PATH": os.environ["PATH"], **settings},
    )  # fmt: skip


def _hosts(**settings: str) -> "subprocess.CompletedProcess[str]":
    command = f'. {_DOCKER / "gateway" / "hosts.envsh"}; printf %s "$GATEWAY_HOSTS"'
    return _sh(command, NGINX_ENVSUBST_OUTPUT_DIR=str(_DOCKER), **settings)


@pytest.mark.parametrize("script", _SCRIPTS, ids=lambda path: path.name)
def test_every_script_is_sound_shell(script: Path) -> None:
    done = subprocess.run(["sh", "-n", script], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_the_certificate_bears_every_name_that_was_set_in_one_spelling() -> None:
    done = _sh(
        "subject_alternative_names", "names",
        SSL_DOMAIN="API.Example.com.", SSL_N8N_DOMAIN="n8n.example.com", SSL_WEBUI_DOMAIN="",
    )  # fmt: skip

    assert done.stdout == "DNS:api.example.com,DNS:n8n.example.com\n"
    assert _sh("subject_alternative_names", "names", SSL_DOMAIN="192.0.2.7").stdout == "IP:192.0.2.7\n"
    assert _sh("subject_alternative_names", "names").stdout == "DNS:localhost\n"


@pytest.mark.parametrize(
    "name",
    [
        "https://api.example.com", "api.example.com/x", "api.example.com:443", "*.example.com", "-a.example.com",
        "a..example.com", ".", "a b", "a\nb", "a;b", "$(id)", "`id`", "'", "bücher.example", "a" * 64 + ".com",
        ".".join(["a" * 60] * 5), "under_score.example.com",
    ],
)  # fmt: skip
def test_what_is_no_host_name_is_refused_with_a_sentence(name: str) -> None:
    done = _sh("all_names", "names", SSL_DOMAIN=name)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"SSL_DOMAIN={name} is not a host name: write it like api.example.com")


def test_a_name_that_two_settings_share_is_found() -> None:
    shared = {"SSL_DOMAIN": "a.example.com", "SSL_N8N_DOMAIN": "b.example.com", "SSL_WEBUI_DOMAIN": "A.example.com"}

    assert _sh("repeated_name", "names", **shared).stdout == "a.example.com\n"
    assert _sh("repeated_name", "names", **shared | {"SSL_WEBUI_DOMAIN": ""}).stdout == ""


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"SSL_DOMAIN": "api.example.com", "SSL_EMAIL": "alice@example.com"}, ""),
        ({"SSL_DOMAIN": "api.example.com"}, "SSL_EMAIL is empty"),
        ({"SSL_EMAIL": "alice@example.com"}, "localhost is not a public name"),
        ({"SSL_DOMAIN": "obera.lan", "SSL_EMAIL": "alice@example.com"}, "obera.lan is not a public name"),
        ({"SSL_DOMAIN": "192.0.2.7", "SSL_EMAIL": "alice@example.com"}, "192.0.2.7 is an address"),
        (
            {"SSL_DOMAIN": "api.example.com", "SSL_N8N_DOMAIN": "n8n", "SSL_EMAIL": "alice@example.com"},
            "n8n is not a public name",
        ),
        # A company's own authority knows its own names.
        ({"SSL_DOMAIN": "obera.lan", "SSL_EMAIL": "alice@example.com", "ACME_SERVER": "https://ca.lan/acme"}, ""),
    ],
)
def test_an_authority_is_asked_only_for_names_that_it_can_know(settings: dict[str, str], reason: str) -> None:
    said = _sh("why_no_authority", "names", **settings).stdout

    assert said.startswith(reason) if reason else said == ""


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("Domain: a.b\n  Type:   dns\n  Detail: DNS problem: NXDOMAIN looking up A for a.b", "is not found in DNS"),
        ("Type:   connection\n  Detail: 192.0.2.1: Timeout during connect (likely firewall problem)", "port 80"),
        ("Type:   connection\n  Detail: 192.0.2.1: Fetching http://a.b/: Connection refused", "port 80"),
        ('Type:   unauthorized\n  Detail: Invalid response from http://a.b/: 404', "Something else answers"),
        ("Type:   caa\n  Detail: CAA record for a.b prevents issuance", "CAA record"),
        ("An unexpected error occurred:\ntoo many certificates (5) already issued", "rate limit"),
        ("urn:ietf:params:acme:error:rateLimited :: Service busy", "rate limit"),
        ('Cannot issue for "a.b": Domain name does not end with a valid public suffix', "does not give certificates"),
        ("The ACME server believes x@y is an invalid email address.", "SSL_EMAIL"),
        ("Requesting ca/directory: Max retries exceeded ... CERTIFICATE_VERIFY_FAILED", "ACME_CA_BUNDLE"),
        ("Requesting ca/directory: [Errno -2] Name or service not known", "cannot be reached"),
        ("Another instance of Certbot is already running.", "under way"),
        ("Something nobody has seen", "certbot gave up. It says: Something nobody has seen"),
        ("", "certbot gave up."),
    ],
)  # fmt: skip
def test_a_failure_is_explained_by_its_cause(output: str, sentence: str) -> None:
    chatter = "Saving debug log to /x/letsencrypt.log\nRequesting a certificate for a.b\n"
    ending = "\nAsk for help or search for solutions at https://community.example. See the logfile /x for more."

    said = _sh("explain https://ca/directory", "explain", stdin=chatter + output + ending).stdout

    assert sentence in said
    assert said.count("\n") == 1
    assert "logfile" not in said


def test_an_endless_failure_becomes_one_line_of_a_log() -> None:
    said = _sh("explain https://ca", "explain", stdin="Detail: " + "x" * 1_000_000).stdout

    assert len(said) < 600


def test_a_line_of_the_log_is_json_whatever_it_says() -> None:
    said = _sh('say error "$SENTENCE"', "say", SENTENCE='a "b" \\c\n\td \x1b[31m').stderr

    line = json.loads(said)
    assert (line["level"], line["service"], line["message"]) == ("error", "nginx-ssl", 'a "b" \\c  d [31m')


@pytest.mark.parametrize(
    ("settings", "hosts"),
    [
        ({}, "localhost 127.0.0.1 [::1] gateway"),
        ({"AUTH": "open", "GATEWAY_HOSTS": ""}, "localhost 127.0.0.1 [::1] gateway"),
        ({"AUTH": "required"}, "~."),
        ({"AUTH": "required", "GATEWAY_HOSTS": "ai.lan"}, "ai.lan gateway"),
        ({"AUTH": "required", "GATEWAY_HOSTS": "gateway ai.lan"}, "gateway ai.lan"),
        # In nginx-ssl, which is also reached by the name of its certificate.
        ({"AUTH": "required", "SSL_DOMAIN": "ai.example.com"}, "~."),
        (
            {"AUTH": "required", "GATEWAY_HOSTS": "ai.lan", "SSL_DOMAIN": "ai.example.com"},
            "ai.lan gateway ai.example.com",
        ),
    ],
)
def test_the_gateway_serves_the_names_that_fit_its_mode(settings: dict[str, str], hosts: str) -> None:
    assert _hosts(**settings).stdout == hosts


@pytest.mark.parametrize("hosts", ["a; return 200 x", "a {", "a }", 'a "b"', "a # b", "a\\"])
def test_a_list_of_hosts_cannot_end_the_line_it_becomes(hosts: str) -> None:
    done = _hosts(GATEWAY_HOSTS=hosts)

    assert done.returncode == 1
    assert "is not a list of host names" in done.stderr
