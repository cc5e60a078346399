"""Bringing the platform up, waiting until it works, and taking it down."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence

from embedded import account, debian, launch, logs, postgres, preflight, programs, supervisor, wheels
from embedded.healthy import is_healthy
from embedded.programs import GATEWAY, POSTGRES, Program
from embedded.supervisor import Supervisor
from host import dotenv, show
from host.alone import alone
from host.logs import readable
from host.obstacle import Obstacle
from host.place import SERVICES, Place

_HEALTHY_SECONDS = 180.0
#: A program that was started this often within one wait is not going to work by itself.
_STARTS = 4
_WRONG_PASSWORD = 'password authentication failed for user "{}"'


def setup(place: Place) -> int:
    """Make everything a start needs: folders, environment, system packages, settings. Does nothing twice."""
    for sentence in preflight.check_room(place):
        print(sentence)
    place.prepare()
    example = place.root / ".env.example"
    for sentence in dotenv.write(place.env_file, example) or dotenv.complete(place.env_file, example):
        print(sentence)
    return _install(place, wheels.PRODUCTION)


def develop(place: Place) -> int:
    """Make what the tests need; they bring settings and folders of their own."""
    return _install(place, wheels.DEVELOPMENT)


def add_second_engine(place: Place) -> int:
    """Add the second parser to the environment. Returns the exit status."""
    return _install(place, wheels.SECOND_ENGINE)


def fetch_asterisk(place: Place) -> int:
    """Fetch the Asterisk on which call flows are proven. Returns the exit status of the script, which says why."""
    folder = programs.environment(place, read(place))["ASTERISK_DIR"]
    print(f"Fetching Asterisk into {folder} (about 20 MB) …", flush=True)
    done = subprocess.run([str(place.root / "docker" / "asterisk" / "fetch.sh"), folder], check=False)
    if not done.returncode:
        print("It is there. POST /api/callflow/prove uses it.")
    return done.returncode


def _install(place: Place, wanted: wheels.Requirements) -> int:
    wheels.ensure(place, wanted)
    for sentence in debian.ensure(place):
        print(sentence)
    return 0


def read(place: Place) -> dict[str, str]:
    """The settings of this installation."""
    return dotenv.read(place.env_file, place.root / ".env.example", os.environ)


def in_force(place: Place) -> dict[str, str]:
    """The settings that the running services were started with; before the first start those that would be."""
    started = programs.saved(place.run)
    return started[SERVICES[0]].environment if started else programs.environment(place, read(place))


def up(place: Place, profile: str = "") -> int:
    """Start what is not running, restart what has changed, and wait until all of it works.

    Raises:
        Obstacle: when a profile is asked for: what it brings runs with Docker only.
    """
    if profile:
        raise Obstacle(
            f"PROFILE={profile} comes with Docker, and no Docker engine with Compose answers here. See: make doctor. "
            "Without it: make up"
        )
    begun = time.monotonic()
    setup(place)
    with alone(place):
        values = read(place)
        _check_settings(place, values)
        account.ensure_reachable(place)
        if not Supervisor(place).pid:
            _end_leftovers(
                place
            )  # of a manager that was killed: they may be about to end, and hold the ports till then
        _check_ports(place, values)
        if not values.get("DATABASE_URL") and not (cluster := postgres.find(place, values)).exists:
            print("Making the database …", flush=True)
            postgres.create(cluster)
        wanted = programs.build(place, values)
        changed = _start(place, wanted)
        _wait(place, wanted, values, tell=changed)
    print(f"Ready after {time.monotonic() - begun:.1f} s." if changed else "Everything runs. Nothing was changed.")
    print(f"\n{show.services(values)}\n\n{show.first_steps(values)}")
    return 0


def down(place: Place) -> int:
    """End everything that was started here. Returns when no process is left."""
    if not place.run.exists():
        print("Nothing runs.")
        return 0
    with alone(place):
        stopped = Supervisor(place).stop()
        left = _end_leftovers(place)
    print("Everything is stopped." if stopped or left else "Nothing runs.")
    return 0


def _check_settings(place: Place, values: Mapping[str, str]) -> None:
    for name in programs.PREFIXES:
        number = values.get(preflight.variable(name), "1")
        if not number.isdigit() or not 1 <= int(number) <= 65535:
            raise Obstacle(f"{preflight.variable(name)}={number} is not a port. Correct it in {place.env_file}")
    inherited = {name: value for name, value in os.environ.items() if name not in values}
    given = {name: values[name] for name in values}
    preflight.check_settings(place, inherited | given | {"PYTHONPATH": place.path})


def _check_ports(place: Place, values: Mapping[str, str]) -> None:
    preflight.check_ports(place, programs.ports(values), values.get("GATEWAY_BIND", "127.0.0.1"))


def _start(place: Place, wanted: Mapping[str, Program]) -> bool:
    """Bring what runs in line with what is wanted. Returns whether anything had to be done."""
    manager = Supervisor(place)
    text = supervisor.configuration(place, wanted.values())
    if not manager.has(text):
        if manager.stop():
            _end_leftovers(place)
        programs.save(place, wanted)
        known = dotenv.known(place.root / ".env.example")
        print(f"Starting {', '.join(wanted)} …", flush=True)
        # Settings reach the programs by their own way; of this command's environment they must not get a second one.
        manager.start(text, {name: value for name, value in os.environ.items() if name not in known})
        return True
    programs.save(place, wanted)
    states = manager.states()
    stale = [name for name, program in wanted.items() if _is_stale(place, states[name], program)]
    if stale:
        print(
            f"{'Restarting' if any(states[name].pid for name in stale) else 'Starting'} {', '.join(stale)} …",
            flush=True,
        )
        manager.restart(stale)
    return bool(stale)


def _is_stale(place: Place, state: supervisor.State, program: Program) -> bool:
    if state.state not in {"RUNNING", "STARTING"}:
        return True
    return launch.digest(place.run, program.name) != program.digest


def _end_leftovers(place: Place) -> bool:
    """What outlived its process manager: asked to end, then killed. The database goes last."""
    last = programs.saved(place.run)
    found = [launch.end_leftovers(last[name]) for name in reversed(last)]
    return any(found)


def _wait(place: Place, wanted: Mapping[str, Program], values: Mapping[str, str], *, tell: bool) -> None:
    """Return when every service works.

    Raises:
        Obstacle: naming the one that does not, with the end of its log.
    """
    manager = Supervisor(place)
    begun = time.monotonic()
    waiting = [name for name in wanted if name in {*SERVICES, GATEWAY}]
    starts: dict[str, set[int]] = {name: set() for name in wanted}
    database_log = place.log / f"{POSTGRES}.log"
    said_before = logs.size(database_log)
    while waiting:
        for name in list(waiting):
            if is_healthy(name, values):
                waiting.remove(name)
                if tell:
                    print(f"  {name} works ({time.monotonic() - begun:.1f} s)", flush=True)
        states = manager.states()
        if not states:
            raise Obstacle(f"The process manager ended: {logs.tail(place.log / 'supervisord.log', 3)}\nType: make up")
        for name, one in states.items():
            starts[name].add(one.started)
        if _WRONG_PASSWORD.format(values.get("POSTGRES_USER", "obera")) in logs.since(database_log, said_before):
            raise Obstacle(_wrong_password(place))
        late = time.monotonic() - begun > _HEALTHY_SECONDS
        broken = [name for name in starts if len(starts[name]) >= _STARTS or states[name].state == "FATAL"]
        if waiting and (late or broken):
            raise Obstacle(_failure(place, (broken or waiting)[0]))
        if waiting:
            time.sleep(0.2)


def _wrong_password(place: Place) -> str:
    return (
        f"The database refuses POSTGRES_PASSWORD of {place.env_file}: {place.cluster} was made with another one. "
        "Put the old value back; or begin with an empty database: "
        f"make down && mv {place.cluster} {place.cluster}.old && make up"
    )


def _failure(place: Place, name: str) -> str:
    words = readable(logs.tail(place.log / f"{name}.log", 12))
    return f"{name} does not work. The end of its log:\n{words}\nSee more: make logs S={name}. Try again: make up"


def test(place: Place, words: Sequence[str]) -> int:
    """Turn this process into pytest, which finds what was installed for the platform; `words` are its arguments."""
    develop(place)
    os.execve(place.python, [str(place.python), "-m", "pytest", *words], {**os.environ, **debian.environment(place)})


def become(place: Place, words: Sequence[str]) -> int:
    """Turn this process into `python -m WORDS` with the services' settings; comes back only when it cannot."""
    if not words:
        raise Obstacle("Name a module: python -m embedded run oberaconnect.keys list")
    os.execve(place.python, [str(place.python), "-m", *words], {**os.environ, **in_force(place)})
