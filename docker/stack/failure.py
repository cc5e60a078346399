"""Why a container does not work, and its last words."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from host.logs import readable
from stack.compose import Compose

_LINES = 12
_HAS_PROBE = "{{if .Config.Healthcheck}}yes{{end}}"


def explain(compose: Compose, container: Mapping[str, Any]) -> str:
    """A sentence about a container that does not work, with the end of its log."""
    name = str(container["Service"])
    said = compose.run("logs", "--no-log-prefix", "--no-color", "--tail", str(_LINES), name, check=False, timeout=60)
    # One that ends again and again says the same again and again.
    lines = dict.fromkeys((said.stdout + said.stderr).strip().splitlines())
    words = readable("\n".join(lines)) or "  (its log is empty)"
    return (
        f"{name} does not work: {reason(container)}. The end of its log:\n{words}\n"
        f"See more: make logs S={name}. Try again: make up"
    )


def reason(container: Mapping[str, Any]) -> str:
    """What is wrong with a container as `Compose.ps` tells it; empty when nothing is."""
    state, health = str(container.get("State", "")), str(container.get("Health", ""))
    if state == "running":
        # Right after a restart the engine has no word about health yet, as for a container that is never asked.
        if health == "healthy" or (not health and not inspect(str(container["ID"]), _HAS_PROBE)):
            return ""
        if not health:
            health = "starting"
        return "it is still starting" if health == "starting" else _last_probe(str(container["ID"]))
    if state == "exited":
        return _exit(int(container.get("ExitCode", 0)), str(container["ID"]))
    waits = "it was not started, since what it needs does not work"
    return {"created": waits, "restarting": "it ends as soon as it starts"}.get(state, f"it is {state}")


def _exit(code: int, identity: str) -> str:
    killed = "" if code != 137 else inspect(identity, "{{json .State.OOMKilled}}")
    if killed == "true":
        return "it took more memory than it may have (see its …_MEMORY in .env.example)"
    return f"it ended with status {code}"


def _last_probe(identity: str) -> str:
    try:
        probes: Sequence[Mapping[str, Any]] = json.loads(inspect(identity, "{{json .State.Health.Log}}")) or []
    except ValueError:
        probes = []
    said = str(probes[-1].get("Output", "")).strip().splitlines() if probes else []
    return f"its health check says: {said[-1][:200]}" if said else "its health check fails"


def inspect(identity: str, form: str) -> str:
    """One property of a container, in the words of `docker inspect`."""
    words = ["docker", "inspect", "--format", form, identity]
    return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False).stdout.strip()
