"""Whether the settings are sound, and mean in Compose what they seem to mean."""

import ipaddress
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from host import dotenv
from stack import check_secrets
from stack.finding import Finding, hint
from stack.installation import Installation


def check(here: Installation, profiles: Sequence[str]) -> Iterator[Finding]:
    """One finding for each setting that stops a start or surprises later."""
    yield from check_secrets.check(here)
    yield from _file(here)
    yield from _access(here, profiles)
    yield from _inbox(here)
    if "scan" in profiles and not here.setting("SCAN_ALLOWED_CIDRS"):
        yield hint(
            "SCAN_ALLOWED_CIDRS is empty, so every scan is refused. Name your networks in .env: "
            "SCAN_ALLOWED_CIDRS=192.0.2.0/24"
        )
    if "ssl" in profiles and not here.setting("SSL_EMAIL"):
        yield hint(
            "SSL_EMAIL is empty, so the TLS proxy has a certificate of its own making. "
            "Set SSL_EMAIL and SSL_DOMAIN in .env for one of Let's Encrypt."
        )


def _file(here: Installation) -> Iterator[Finding]:
    file = here.place.env_file
    if file.stat().st_mode & 0o077:
        yield hint(f"{file} may be read by others on this machine. Type: chmod 600 {file}")
    for name, raw in dotenv.raw(file).items():
        if "$" in raw and not (len(raw) > 1 and raw[0] == raw[-1] == "'"):
            yield Finding(
                f"{name} in {file} holds a $, and Compose would put a variable in its place. "
                f"Write it in single quotes: {name}='…'"
            )
    for name in sorted(name for name in dotenv.known(here.example) if name.endswith("_PORT")):
        number = here.setting(name, "1")
        if not number.isdecimal() or not 1 <= int(number) <= 65535:
            yield Finding(f"{name}={number} is not a port. Correct it in {file}.")
    set_here = sorted(
        name
        for name in dotenv.known(here.example)
        if os.environ.get(name) and (here.compose.environ or {}).get(name) is None
    )
    if set_here:
        yield hint(
            f"{', '.join(set_here)}: set in this shell, which counts for nothing here. "
            f"Put it into {file}, or behind the command: make up {set_here[0]}=…"
        )


def _access(here: Installation, profiles: Sequence[str]) -> Iterator[Finding]:
    file, auth, bind = here.place.env_file, here.setting("AUTH", "open"), here.setting("GATEWAY_BIND", "127.0.0.1")
    if auth not in {"open", "required"}:
        yield Finding(f"AUTH={auth} is neither open nor required. Correct it in {file}.")
    address = _address(bind)
    if address is None or (address.version == 6 and not bind.startswith("[")):
        meant = f"[{address}]" if address else "127.0.0.1 or 0.0.0.0"
        yield Finding(f"GATEWAY_BIND={bind} is not an address that Docker takes. Write {meant} in {file}.")
    elif auth == "open" and not address.is_loopback:
        yield Finding(
            f"GATEWAY_BIND={bind} with AUTH=open would give everybody on the network full access. Type: make expose "
            f"(demands keys, and makes the first), or set GATEWAY_BIND=127.0.0.1 in {file}."
        )
    if auth == "open" and "ssl" in profiles:
        yield Finding(
            f"The profile ssl with AUTH=open would give everybody on the network full access. Set AUTH=required in "
            f"{file}, then: make up, and make key ARGS='create --name first'"
        )
    for name, what in (
        ("QDRANT_BIND", "Qdrant's key goes over the network in clear"),
        ("OLLAMA_BIND", "Ollama asks nobody for a key"),
    ):
        listens = _address(here.setting(name, "127.0.0.1"))
        if listens is None or not listens.is_loopback:
            yield hint(f"{name}={here.setting(name)}: {what}. Unless that is meant, delete the line in {file}.")


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None


def _inbox(here: Installation) -> Iterator[Finding]:
    text = here.setting("INBOX_DIR", "./var/inbox")
    if not text.startswith(("/", "./", "../", "~/")):
        yield Finding(
            f"INBOX_DIR={text}: Compose takes that for the name of a volume. Write ./{text} in {here.place.env_file}."
        )
        return
    folder = here.place.root / Path(text).expanduser()
    if not folder.is_dir():
        yield Finding(f"The folder of INBOX_DIR is missing. Type: mkdir -p {folder}")
