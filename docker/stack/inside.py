"""Commands that run inside a container of the platform."""

import sys
from collections.abc import Sequence

from host.obstacle import Obstacle
from host.place import Place
from stack import engine, installation


def keys(place: Place, words: Sequence[str]) -> int:
    """Make, list or revoke API keys."""
    return _inside(place, "data-processing", "make up", "python", "-m", "oberaconnect.keys", *(words or ["--help"]))


def audit(place: Place, words: Sequence[str]) -> int:
    """Verify the audit of agents."""
    return _inside(place, "agents", "make up", "python", "-m", "agents.audit_command", *(words or ["--help"]))


def certificate(place: Place, words: Sequence[str]) -> int:
    """Get a certificate for the TLS proxy."""
    return _inside(place, "nginx-ssl", "make up PROFILE=ssl", "cert", *words)


def _inside(place: Place, service: str, start: str, *words: str) -> int:
    engine.look()
    compose = installation.find(place).compose.with_profiles("*")
    if not any(one["Service"] == service and one["State"] == "running" for one in compose.ps()):
        raise Obstacle(f"{service} does not run. Type: {start}")
    return compose.stream(
        "exec", *([] if sys.stdin.isatty() and sys.stdout.isatty() else ["--no-TTY"]), service, *words
    )
