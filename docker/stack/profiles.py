"""The profiles: which optional services start."""

import re

from host.obstacle import Obstacle
from stack import model
from stack.compose import Compose


def words(text: str) -> list[str]:
    """The names in `PROFILE="local-llm chat"` or `PROFILE=local-llm,chat`, each once."""
    return list(dict.fromkeys(filter(None, re.split(r"[\s,]+", text))))


def choose(compose: Compose, asked: str, standing: str) -> Compose:
    """The project with the profiles asked for; when none are, with those of the setting COMPOSE_PROFILES.

    Raises:
        Obstacle: when there is no such profile (Compose itself would start without it and say nothing), and when
            Compose does not understand the settings.
    """
    names = words(asked) or words(standing)
    told = compose.run("config", "--profiles", check=False, timeout=60)
    if told.returncode:
        raise Obstacle(f"Compose does not understand the settings of {compose.env_file}:\n  {told.stderr.strip()}")
    known = told.stdout.split()
    for name in names:
        if name not in known:
            where = "" if asked else " (COMPOSE_PROFILES in the settings)"
            raise Obstacle(f"There is no profile '{name}'{where}. There are: {', '.join(sorted(known))}")
    return compose.with_profiles(*names)


def with_running(compose: Compose) -> Compose:
    """The same project, and the profiles of all containers that it has: what runs stays, and follows the settings."""
    everything = compose.with_profiles("*")
    services = model.read(everything).services
    running = {profile for one in everything.ps() for profile in services.get(one["Service"], {}).get("profiles", [])}
    return compose.with_profiles(*dict.fromkeys([*(compose.profiles or ()), *sorted(running)]))
