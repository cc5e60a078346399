"""What the user gets to see of this run: containers, health, logs, and the configuration without its secrets."""

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from host import credentials
from host.obstacle import Obstacle
from host.place import SEGMENTS, Place
from host.reach import address, get
from host.show import MARKS, state, table, why
from stack import engine, failure, installation, model, profiles
from stack.installation import Installation
from stack.swarm import stack_file

_SECRET = re.compile(
    r"^(\s+[\w-]*(?:KEY|PASSWORD|SECRET|TOKEN|PASSPHRASE|DATABASE_URL)[\w-]*:) +(?!\"\"$|null$).+$", re.MULTILINE
)
_HIDDEN = "•••"
_MOST_REPLICAS = 32


def processes(place: Place) -> int:
    """Every container with its state, age and memory. Exit status 1 when one does not run."""
    engine.look()
    containers = installation.find(place).compose.with_profiles("*").ps()
    if not containers:
        print("Nothing runs. Start it: make up")
        return 1
    memory = _memory([one["ID"] for one in containers if one["State"] == "running"])
    rows = [("SERVICE", "CONTAINER", "STATE", "SINCE", "MEMORY")]
    for one in sorted(containers, key=lambda one: str(one["Name"])):
        word = one["Health"] or one["State"]
        rows.append((one["Service"], one["Name"], word, one["RunningFor"], memory.get(str(one["ID"])[:12], "")))
    print(table(rows))
    return int(any(failure.reason(one) for one in containers))


def health(place: Place, asked: str) -> int:
    """Every service that should run: by its containers, and the five by what they say. Status 1 when one fails."""
    engine.look()
    here = installation.find(place)
    compose = here.compose.with_profiles("*")
    containers = compose.ps()
    chosen = profiles.choose(here.compose, asked, here.setting("COMPOSE_PROFILES"))
    expected = {*model.read(chosen).services, *(one["Service"] for one in containers)}
    rows = [("SERVICE", "STATE", "")]
    for name in model.read(compose).services:
        if name in expected:
            rows.append(_health(here, name, [one for one in containers if one["Service"] == name]))
    print(table(rows))
    failed = any(shown == MARKS["fail"] for _, shown, _ in rows)
    if failed:
        print("See why: make ps, make logs S=<service>. Start what is down: make up")
    return int(failed)


def _health(here: Installation, name: str, containers: Sequence[Mapping[str, Any]]) -> tuple[str, str, str]:
    if not containers:
        return state(name, "fail", "it does not run")
    sick = [reason for reason in map(failure.reason, containers) if reason]
    if sick:
        some = f"{len(sick)} of {len(containers)}: " if len(containers) > 1 else ""
        return state(name, "fail", some + sick[0])
    if prefix := SEGMENTS.get(name):
        status, found = get(f"{address(here.values)}/api/{prefix}/health")
        is_its_own = status in {200, 503} and found.get("service") == name
        return state(name, str(found.get("status")) if is_its_own else "fail", why(found, status))
    if name == "gateway" and get(f"{address(here.values)}/health")[0] != 200:
        return state(name, "fail", f"{address(here.values)} does not answer")
    return state(name, "pass")


def logs(place: Place, names: Sequence[str], *, follow: bool) -> int:
    """Print the end of the logs, and go on with `follow` until interrupted."""
    engine.look()
    compose = installation.find(place).compose.with_profiles("*")
    known = sorted({str(one["Service"]) for one in compose.ps()})
    if not known:
        raise Obstacle("There are no logs yet. Start the platform: make up")
    if unknown := [name for name in names if name not in known]:
        raise Obstacle(f"There is no log of {unknown[0]}. There are: {', '.join(known)}")
    lines = "200" if names else "20"
    try:
        return compose.stream("logs", "--tail", lines, *(["--follow"] if follow else []), *names)
    except KeyboardInterrupt:
        return 0


def config(place: Place, asked: str) -> int:
    """Print the project as Compose understands it, with every secret hidden."""
    engine.look()
    here = installation.find(place)
    text = profiles.choose(here.compose, asked, here.setting("COMPOSE_PROFILES")).run("config", timeout=60).stdout
    print(masked(text, here.values))
    return 0


def swarm(place: Place, number: str) -> int:
    """Print the project as a stack for Docker Swarm, with its secrets, unlike `config`: Swarm has no other source."""
    if not number.isdecimal() or not 1 <= int(number) <= _MOST_REPLICAS:
        raise Obstacle(f"'{number}' is not a number from 1 to {_MOST_REPLICAS}. Type: make -s swarm N=2 > stack.json")
    engine.look()
    here = installation.find(place)
    compose = profiles.choose(here.compose, "", here.setting("COMPOSE_PROFILES"))
    found = json.loads(compose.run("config", "--format", "json", timeout=60).stdout)
    print(json.dumps(stack_file(found, replicas=int(number)), indent=2))
    return 0


def masked(text: str, values: Mapping[str, str]) -> str:
    """A configuration without secrets: neither under a name of one, nor in the middle of a line."""
    text = _SECRET.sub(rf"\1 {_HIDDEN}", text)
    made = credentials.fresh()
    for value in sorted((value for name, value in values.items() if name in made), key=len, reverse=True):
        text = text.replace(value, _HIDDEN)
    return text


def _memory(identities: Sequence[str]) -> dict[str, str]:
    if not identities:
        return {}
    words = ["docker", "stats", "--no-stream", "--format", "{{json .}}", *identities]
    told = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False).stdout
    found = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    return {one["ID"][:12]: str(one["MemUsage"]).replace("MiB", " MiB").replace("GiB", " GiB") for one in found}
