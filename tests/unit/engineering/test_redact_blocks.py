"""Secrets over many lines go line by line, and the configuration after them is as it was."""

import hashlib
import json
import os
import subprocess
import sys

import pytest

from engineering_api.redact import redact


def fingerprint(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()[:6]


def redacted(text: str) -> list[str]:
    texts = text.split("\n")
    found = list(redact(texts, fingerprint).texts)
    assert len(found) == len(texts)
    return found


BODY = "\n".join(f"MIIEinvented{number:02d}{'Ab3dEf9h' * 5}" for number in range(12)) + "\nshortInv3nted=="


@pytest.mark.parametrize("title", ["RSA PRIVATE KEY", "CERTIFICATE", "ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY"])
@pytest.mark.parametrize(("before", "after"), [("", ""), ('        set private-key "', '"'), ("    ", "")])
def test_the_body_of_a_pem_block_goes(title: str, before: str, after: str) -> None:
    text = f"first\n{before}-----BEGIN {title}-----\n{BODY}\n-----END {title}-----{after}\nhostname last"
    found = redacted(text)
    kind = "certificate" if title == "CERTIFICATE" else "key"
    assert found[0] == "first"
    assert found[1] == f"{before}-----BEGIN {title}-----"
    assert all(line.startswith(f"REDACTED-{kind}-") for line in found[2:-2])
    assert found[-2:] == [f"-----END {title}-----{after}", "hostname last"]


def test_a_pem_block_that_is_cut_off_does_not_take_what_follows() -> None:
    found = redacted(f"-----BEGIN CERTIFICATE-----\n{BODY}\nnext\ninterface Vlan1\n ip address 10.1.1.1 255.0.0.0")
    assert found[-3:] == ["next", "interface Vlan1", " ip address 10.1.1.1 255.0.0.0"]
    assert not any("invented" in line for line in found)


def test_the_headers_of_an_encrypted_key_stay() -> None:
    found = redacted(
        f"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n{BODY}\n-----END RSA PRIVATE KEY-----"
    )
    assert found[1:3] == ["Proc-Type: 4,ENCRYPTED", ""]


def test_a_certificate_in_hexadecimal_goes_to_its_quit() -> None:
    text = (
        "crypto pki certificate chain TP\n certificate self-signed 01\n"
        "  30820330 30820218 A0030201 02020101 300D0609 2A864886 F70D0101 05050030\n"
        "  31312F30 2D060355 04031326 494F532D 53656C66 2D536967 6E65642D 43657274\n"
        "  4E1A93F2 77\n  \tquit\nline con 0"
    )
    found = redacted(text)
    assert found[:2] == text.split("\n")[:2]
    assert all(line.strip().startswith("REDACTED-certificate-") for line in found[2:5])
    assert found[5:] == text.split("\n")[5:]


def test_a_key_string_on_lines_of_its_own_goes() -> None:
    text = (
        "ip ssh pubkey-chain\n username joe\n  key-string\n   AAAAinv3ntedKey\n   moreInvent3d\n   exit\n exit\nip cef"
    )
    found = redacted(text)
    assert found[3].strip().startswith("REDACTED-key-")
    assert found[4].strip().startswith("REDACTED-key-")
    assert found[5:] == ["   exit", " exit", "ip cef"]


def test_a_quoted_secret_over_lines_goes_whole() -> None:
    text = '    set passphrase "firstInv3nted\nmiddle inv3nted\nlastInv3nted"\n    set ssid "corp"\n'
    found = redacted(text)
    assert not any("nv3nted" in line for line in found)
    assert found[3] == '    set ssid "corp"'


def test_a_secret_that_begins_with_a_quote_takes_no_other_line() -> None:
    text = 'enable password "odd1\nhostname a\ninterface Vlan1\n description "core"'
    assert redacted(text)[1:] == text.split("\n")[1:]


@pytest.mark.parametrize("cut", range(1, 18))
def test_a_value_that_routeros_breaks_in_two_goes_with_both_halves(cut: int) -> None:
    secret = "Tik+Inv3nted=Long1"
    text = (
        f'/ppp secret\nadd name=u password="{secret[:cut]}\\\n    {secret[cut:]}" profile=\\\n    default service=l2tp'
    )
    found = redacted(text)
    assert found[1].startswith('add name=u password="REDACTED-password-')
    assert found[1].endswith("\\")
    assert found[2] == '    " profile=\\'
    assert found[3] == "    default service=l2tp"


def test_a_name_of_a_community_goes_in_routeros_and_other_names_stay() -> None:
    text = "/snmp community\nadd addresses=10.0.0.0/8 \\\n    name=Inv3nted\n/ip pool\nadd name=pool1 ranges=10.0.0.2"
    found = redacted(text)
    assert found[2].startswith("    name=REDACTED-community-")
    assert found[3:] == text.split("\n")[3:]


def test_a_certificate_within_a_json_string_goes() -> None:
    text = '{"crt": "-----BEGIN CERTIFICATE-----\\nMIIinvented\\nMore\\n-----END CERTIFICATE-----\\n", "a": 1}'
    (found,) = redacted(text)
    assert "invented" not in found
    assert found.endswith('-----END CERTIFICATE-----\\n", "a": 1}')


def test_elements_whose_text_is_on_the_next_line_go_and_their_neighbours_stay() -> None:
    text = "<user>\n <password>\n  Inv3nted\n </password>\n <name>joe</name>\n</user>"
    found = redacted(text)
    assert found[2].startswith("  REDACTED-password-")
    assert found[3:] == text.split("\n")[3:]


HOSTILE = [
    "password ", "password", 'password "', "<password>", "<password><![CDATA[", "<", "key 7 ",
    "pre-shared-key address 1.1.1.1 ",
    "authentication-key 1 md5 ", "://a:", "$1$", "0123ABCD ", "A" * 63 + " ", "-----BEGIN X-----", "<a ", '"x_":"',
    '\\"password\\":', "\\\\", "session-key inbound esp ", "snmp-server host a ", "description pw ",
    "password" + " " * 500,
]  # fmt: skip

CHILD = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
from engineering_api.redact import redact
for piece in json.load(sys.stdin):
    text = piece * (150_000 // len(piece))
    (found,) = redact([text], lambda secret: "0").texts
print("done")
"""


def test_the_work_grows_with_the_line_and_not_with_its_square() -> None:
    """Each line takes a tenth of a second, and with steps by its square it would take the whole time of the process."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD],
        input=json.dumps(HOSTILE),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "done\n", done.stderr


def test_many_lines_of_blocks_that_never_end_are_read_once() -> None:
    texts = ['set passphrase "', "<password>", '"x_ssh_keys": [', "-----BEGIN X-----", "key-string", "a\\"] * 2_000
    assert len(redact(texts, fingerprint).texts) == len(texts)
