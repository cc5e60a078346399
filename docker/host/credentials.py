"""Fresh secrets, one for each name that has one: of letters, digits, - and _ only, which need no quotes anywhere."""

import secrets
import string

_HEX = (
    "SECRET_KEY",
    "POSTGRES_PASSWORD",
    "QDRANT_API_KEY",
    "N8N_ENCRYPTION_KEY",
    "N8N_DB_PASSWORD",
    "N8N_WEBHOOK_KEY",
    "WEBUI_SECRET_KEY",
    "SCAN_TOKEN",
)
#: Typed by people.
PASSWORDS = ("N8N_BASIC_AUTH_PASSWORD", "WEBUI_ADMIN_PASSWORD")
#: Keys of the platform itself, which it takes over into its database when it starts.
GATEWAY_KEYS = ("N8N_GATEWAY_KEY", "WEBUI_GATEWAY_KEY")
_PASSWORD_CHARACTERS = 24


def fresh() -> dict[str, str]:
    """A new value for every secret that can be made here."""
    return (
        {name: secrets.token_hex(32) for name in _HEX}
        | {name: _password() for name in PASSWORDS}
        | {name: f"msp_{secrets.token_hex(6)}_{secrets.token_urlsafe(32)}" for name in GATEWAY_KEYS}
    )


def is_n8n_password(text: str) -> bool:
    """Whether n8n takes it: 8 to 64 characters, with a digit and a capital letter."""
    return 8 <= len(text) <= 64 and any(c in string.digits for c in text) and any(c.isupper() for c in text)


def _password() -> str:
    characters = string.ascii_letters + string.digits
    while True:
        text = "".join(secrets.choice(characters) for _ in range(_PASSWORD_CHARACTERS))
        if is_n8n_password(text) and any(c.islower() for c in text):
            return text
