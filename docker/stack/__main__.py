"""The commands behind `make` where Docker is. Every failure that can be foreseen is one sentence and exit status 1."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from host import command, place
from stack import database, doctor, expose, inside, installation, lifecycle, models, outside, scale, show, upgrade


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    options = _parser().parse_args(arguments)
    return command.status(
        lambda: _run(options),
        interrupted="Interrupted. What was started goes on: make ps shows it, make down ends it.",
    )


def _run(options: argparse.Namespace) -> int:
    here = place.find()
    asked = " ".join(getattr(options, "profile", []))
    commands: dict[str, Callable[[], int]] = {
        "setup": lambda: lifecycle.setup(here),
        "up": lambda: lifecycle.up(here, asked),
        "down": lambda: lifecycle.down(here),
        "ps": lambda: show.processes(here),
        "health": lambda: show.health(here, asked),
        "logs": lambda: show.logs(here, options.service, follow=options.follow),
        "scale": lambda: scale.scale(here, options.service, options.number),
        "models": lambda: models.models(here),
        "pull": lambda: upgrade.pull(here, asked),
        "upgrade": lambda: upgrade.upgrade(here, asked),
        "config": lambda: show.config(here, asked),
        "cert": lambda: inside.certificate(here, options.words),
        "key": lambda: inside.keys(here, options.words),
        "audit": lambda: inside.audit(here, options.words),
        "expose": lambda: expose.hide(here) if options.off else expose.expose(here),
        "doctor": lambda: doctor.doctor(here, asked),
        "run": lambda: outside.become(here, options.words),
        "swarm": lambda: show.swarm(here, options.number),
        "password": lambda: database.adopt_password(installation.find(here)),
    }
    return commands[options.command]()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="docker/stack.sh", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, what in {
        "up": "start what is not running and wait until it works",
        "health": "ask every service; exit status 1 when one does not work",
        "pull": "fetch the images that are not made here",
        "upgrade": "fetch and build newer images, and start them",
        "config": "the project as Compose understands it, without secrets",
        "doctor": "what stands in the way of a start, and what mends it",
    }.items():
        commands.add_parser(name, help=what).add_argument("profile", nargs="*", help="local-llm, chat, ssl, scan")
    for name, what in {
        "setup": "make the settings and the folders",
        "down": "end everything; the data stays",
        "ps": "what runs, since when, with how much memory",
        "models": "pull the models of the setting MODELS into Ollama",
        "password": "give the running database the password of the settings",
    }.items():
        commands.add_parser(name, help=what)
    log = commands.add_parser("logs", help="the end of the logs")
    log.add_argument("service", nargs="*")
    log.add_argument("--follow", action="store_true")
    more = commands.add_parser("scale", help="more containers of a service: scale rag-engine 3")
    more.add_argument("service")
    more.add_argument("number")
    commands.add_parser("expose", help="let other machines in, with keys").add_argument("--off", action="store_true")
    swarm = commands.add_parser("swarm", help="the platform as a stack for Docker Swarm: swarm 2 > stack.json")
    swarm.add_argument("number", nargs="?", default="1", help="how many containers of each service that keeps nothing")
    for name, what in {
        "key": "make, list or revoke API keys",
        "audit": "verify the audit of agents",
        "cert": "get a certificate for the TLS proxy",
        "run": "run a Python module of this checkout: run demo",
    }.items():
        commands.add_parser(name, help=what, add_help=False).add_argument("words", nargs=argparse.REMAINDER)
    return parser


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
