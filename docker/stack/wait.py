"""Waiting until every container works, and giving up on one that never will."""

import time
from collections.abc import Mapping
from typing import Any

from host.obstacle import Obstacle
from host.place import SEGMENTS
from host.reach import get
from stack import failure
from stack.compose import Compose

#: The first start makes n8n's tables, which takes minutes on a slow machine.
_HEALTHY_SECONDS = 420.0
#: One that was unhealthy before may recover now that what it needs is there.
_RECOVERY_SECONDS = 60.0
#: One that ended this often is not going to work by itself.
_RESTARTS = 3
_PAUSE_SECONDS = 0.5
#: The gateway asks every few seconds where its services are; one that was made anew has another address.
_FOUND_SECONDS = 20.0


def until_healthy(compose: Compose, *services: str) -> None:
    """Return when all containers of these services work; says which do as they begin to.

    Raises:
        Obstacle: naming one that does not, with the end of its log.
    """
    begun = time.monotonic()
    waiting: set[str] = set()
    while True:
        containers = [one for one in compose.ps() if one["Service"] in services]
        sick = {str(one["Name"]): one for one in containers if failure.reason(one)}
        seconds = time.monotonic() - begun
        for one in containers:
            if one["Name"] in waiting - sick.keys():
                print(f"  {one['Service']} works ({seconds:.1f} s)", flush=True)
        if not sick:
            return
        if hopeless := [one for one in sick.values() if _is_hopeless(one, seconds)]:
            raise Obstacle(failure.explain(compose, hopeless[0]))
        waiting = set(sick)
        time.sleep(_PAUSE_SECONDS)


def until_found(url: str) -> None:
    """Return when the gateway at `url` has found all five services, or when it takes too long: `make health` tells."""
    deadline = time.monotonic() + _FOUND_SECONDS
    while time.monotonic() < deadline:
        answers = {name: get(f"{url}/api/{prefix}/health")[1] for name, prefix in SEGMENTS.items()}
        if all(found.get("service") == name for name, found in answers.items()):
            return
        time.sleep(_PAUSE_SECONDS)


def _is_hopeless(container: Mapping[str, Any], seconds: float) -> bool:
    if seconds > _HEALTHY_SECONDS or container["State"] in {"exited", "dead"}:
        return True
    if container["State"] == "restarting":
        return int(failure.inspect(str(container["ID"]), "{{.RestartCount}}") or 0) >= _RESTARTS
    return container.get("Health") == "unhealthy" and seconds > _RECOVERY_SECONDS
