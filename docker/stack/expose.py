"""Opening the platform to the network: never without keys. And closing it again."""

import re
import socket
from contextlib import closing

from host import dotenv, show
from host.alone import alone
from host.obstacle import Obstacle
from host.place import Place
from stack import engine, installation, lifecycle
from stack.installation import Installation

_OPEN = {"AUTH": "required", "GATEWAY_BIND": "0.0.0.0"}
_CLOSED = {"AUTH": "open", "GATEWAY_BIND": "127.0.0.1"}
_KEY = re.compile(r"msp_[0-9a-f]{12}_[A-Za-z0-9_-]{43}")


def expose(place: Place) -> int:
    """Let other machines in, with keys: sets AUTH and GATEWAY_BIND, restarts what reads them, makes the first key."""
    here = _apply(place, _OPEN)
    made = here.compose.run(
        "exec",
        "--no-TTY",
        "data-processing",
        "python",
        "-m",
        "oberaconnect.keys",
        "create",
        "--name",
        "first",
        timeout=60,
    )
    found = _KEY.search(made.stdout)
    if not found:
        raise Obstacle(
            "The platform is open to the network and demands keys. Make one: make key ARGS='create --name first'"
        )
    address = _own_address()
    print(
        f"\nThe gateway, n8n and (with the profile chat) Open WebUI listen on every address of this machine, "
        f"for example {address}.\nThe key is shown this once:\n  {found[0]}\n"
    )
    print(show.first_steps({**here.values, "GATEWAY_BIND": address}, key=found[0]))
    print(
        "Passwords and keys go over the network in clear until HTTPS is on: make up PROFILE=ssl. "
        "The way back: make expose OFF=1"
    )
    return 0


def hide(place: Place) -> int:
    """Close it again: this machine only, without keys."""
    _apply(place, _CLOSED)
    print("The platform is reachable from this machine only, and asks for no key. The keys that were made stay valid.")
    return 0


def _apply(place: Place, wanted: dict[str, str]) -> Installation:
    docker = engine.look()
    here = installation.find(place)
    above = sorted(name for name in wanted if name in (here.compose.environ or {}))
    if above:
        raise Obstacle(f"Leave {' and '.join(above)} away from the command line: this command decides that itself.")
    with alone(place):
        before = {name: here.setting(name, _CLOSED[name]) for name in wanted}
        dotenv.change(place.env_file, wanted)
        here = installation.find(place)
        print(
            f"{', '.join(f'{name}={value}' for name, value in wanted.items())} stand in {place.env_file}.", flush=True
        )
        try:
            lifecycle.start(here, docker, "")
        except Obstacle as obstacle:
            dotenv.change(place.env_file, before)
            raise Obstacle(f"{obstacle}\nThe settings are as they were before.") from None
    return here


def _own_address() -> str:
    """The address by which others reach this machine: the one it would use towards the world. Nothing is sent."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()
