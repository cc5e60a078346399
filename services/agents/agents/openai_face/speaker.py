"""Who sits at Open WebUI, when it is Open WebUI that asks. It names people, and gives nobody a right. Pure."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

import jwt

from oberaconnect.auth import Principal
from oberaconnect.settings import API_KEY, Settings

_SIGNED = "x-openwebui-user-jwt"
_MAX_TOKEN = 4_096
_MAX_NAME = 200

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Speaker:
    """A person at Open WebUI. `is_proven`: it signed who they are."""

    id: str
    name: str
    email: str
    role: str
    is_proven: bool

    @property
    def label(self) -> str:
        """What an audit calls them."""
        return self.email or self.name or self.id


def find(headers: Mapping[str, str], caller: Principal, settings: Settings) -> Speaker | None:
    """The person whom Open WebUI's headers name; None for every other caller, whatever the headers say.

    The names of `headers` are in lower case.
    """
    key = API_KEY.match(settings.webui_gateway_key.get_secret_value())
    if key is None or caller.subject != f"key:{key[1]}":
        return None
    if token := headers.get(_SIGNED, ""):
        return _proven(token, settings.webui_secret_key.get_secret_value())
    identifier = _text(headers.get("x-openwebui-user-id", ""))
    if not identifier:
        return None
    name, email, role = (_text(headers.get(f"x-openwebui-user-{word}", "")) for word in ("name", "email", "role"))
    return Speaker(identifier, name, email, role, is_proven=False)


def _proven(token: str, secret: str) -> Speaker | None:
    """The person of a signed token. One that does not hold names nobody; plain headers beside it are not believed."""
    if not secret or len(token) > _MAX_TOKEN:
        return None
    try:
        claims = jwt.decode(
            token, secret, algorithms=["HS256"], issuer="open-webui", options={"require": ["exp", "sub"]}
        )
    except jwt.PyJWTError as error:
        _log.warning("Open WebUI's token does not hold", extra={"reason": type(error).__name__})
        return None
    name, email, role = (_text(str(claims.get(word, ""))) for word in ("name", "email", "role"))
    return Speaker(_text(str(claims["sub"])), name, email, role, is_proven=True)


def _text(value: str) -> str:
    """A header's value, which is percent-encoded where it is no ASCII, without what no name has."""
    return "".join(sign for sign in unquote(value) if sign.isprintable()).strip()[:_MAX_NAME]
