"""More containers of a service."""

from host.alone import alone
from host.obstacle import Obstacle
from host.place import SERVICES, Place
from stack import engine, installation, lifecycle, wait

_MOST = 32
_WHY_NOT = {
    "postgres": "its data belongs to one process",
    "qdrant": "its data belongs to one process; a cluster is another set-up (docs/docker.md)",
    "gateway": "it holds the port that everybody knows; another machine can have one of its own",
    "n8n": "two of them would each run every schedule",
    "ollama": "it holds a port and the GPUs; put another one elsewhere and name it: OLLAMA_URL",
    "open-webui": "it holds a port, and its data belongs to one process",
    "nginx-ssl": "it holds the ports 80 and 443",
    "kali-nmap": "a network is scanned by one at a time",
}


def scale(place: Place, service: str, number: str) -> int:
    """Run so many containers of one of the five services. The gateway finds them by itself; `make up` keeps them."""
    if reason := _WHY_NOT.get(service):
        raise Obstacle(f"{service} cannot be scaled: {reason}. What can: {', '.join(SERVICES)}")
    if service not in SERVICES:
        raise Obstacle(f"There is no service '{service}'. What can be scaled: {', '.join(SERVICES)}")
    if not number.isdecimal() or not 1 <= int(number) <= _MOST:
        raise Obstacle(f"'{number}' is not a number from 1 to {_MOST}. Type: make scale S={service} N=3")
    docker = engine.look()
    here = installation.find(place)
    compose = lifecycle.for_containers(here, docker)
    with alone(place):
        if not any(one["Service"] == service and one["State"] == "running" for one in compose.ps()):
            raise Obstacle(f"{service} does not run. Type: make up")
        words = ("up", "--detach", "--no-deps", "--no-recreate", "--scale")
        if compose.stream(*words, f"{service}={int(number)}", service):
            raise Obstacle("The containers could not be made; the lines above say why.")
        wait.until_healthy(compose, service)
    print(f"{service} has {int(number)} {'container' if int(number) == 1 else 'containers'}, until make down.")
    return 0
