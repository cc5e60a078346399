"""Asking what runs: the gateway and the services, over HTTP."""

import json
from collections.abc import Mapping
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

#: A proxy of this machine is for the world outside, never for its own addresses.
_OPENER = build_opener(ProxyHandler({}))


def get(url: str, timeout_seconds: float = 3.0) -> tuple[int, dict[str, object]]:
    """GET a JSON document; (0, {}) when nobody answers, and {} for an answer that is none."""
    try:
        with _OPENER.open(Request(url, headers={"Accept": "application/json"}), timeout=timeout_seconds) as answer:
            status, body = answer.status, answer.read()
    except HTTPError as error:
        status, body = error.code, error.read()
    except (URLError, OSError, HTTPException):
        return 0, {}
    try:
        document = json.loads(body)
    except ValueError:
        document = {}
    return status, document if isinstance(document, dict) else {}


def address(values: Mapping[str, str]) -> str:
    """The gateway's address for programs on this machine: in numbers, since not every machine knows `localhost`."""
    bind = values.get("GATEWAY_BIND", "127.0.0.1").strip("[]")
    host = {"localhost": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind, bind)
    return f"http://{f'[{host}]' if ':' in host else host}:{values.get('GATEWAY_PORT', '8080')}"


def shown_address(values: Mapping[str, str]) -> str:
    """The same address as people write it."""
    return address(values).replace("//127.0.0.1:", "//localhost:")
