"""Whether the secrets are there, and strong enough to be some."""

import re
from collections.abc import Iterator

from host import credentials
from stack.finding import Finding
from stack.installation import Installation

_SHORTEST = 12
_GATEWAY_KEY = re.compile(r"msp_[0-9a-f]{12}_[A-Za-z0-9_-]{43}")
#: Parts of values that stand in examples everywhere.
_EXAMPLES = ("changeme", "change-me", "change_me", "password", "example", "secret", "your-", "your_", "admin")


def check(here: Installation) -> Iterator[Finding]:
    """One finding for each secret that is missing, weak, or of the wrong form."""
    file = here.place.env_file
    for name in credentials.fresh():
        value = here.setting(name)
        anew = f"Delete its line in {file}, then: make setup"
        if not value:
            yield Finding(f"{name} is missing in {file}. Type: make setup")
        elif name in credentials.GATEWAY_KEYS:
            if not _GATEWAY_KEY.fullmatch(value):
                yield Finding(f"{name} is not a key of the platform (msp_…). {anew}")
        elif any(part in value.lower() for part in _EXAMPLES):
            yield Finding(f"{name} looks like an example, which everybody knows. {_warned(name, anew)}")
        elif name == "N8N_BASIC_AUTH_PASSWORD" and not credentials.is_n8n_password(value):
            yield Finding(
                f"{name} is not one that n8n takes: 8 to 64 characters, with a digit and a capital letter. {anew}"
            )
        elif name not in credentials.PASSWORDS and len(value) < _SHORTEST:
            yield Finding(f"{name} is weak: {len(value)} characters found, {_SHORTEST} needed. {_warned(name, anew)}")


def _warned(name: str, anew: str) -> str:
    """How to get another one, with what hangs on the old one."""
    lost = {
        "SECRET_KEY": "All API keys become invalid with it. ",
        "N8N_ENCRYPTION_KEY": "The credentials stored in n8n become unreadable with it. ",
        "POSTGRES_PASSWORD": "A database that is there learns the new one by: docker/stack.sh password. ",
    }
    return f"{lost.get(name, '')}{anew}"
