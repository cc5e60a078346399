"""The commands behind `make`. Every failure that can be foreseen is one sentence and exit status 1."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from embedded import lifecycle, logs, show
from host import command, place
from host.obstacle import Obstacle


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    options = _parser().parse_args(arguments)
    return command.status(
        lambda: _run(options),
        interrupted="Interrupted. What was started goes on: make ps shows it, make down ends it.",
    )


def _run(options: argparse.Namespace) -> int:
    if sys.version_info[:2] != (3, 11):
        raise Obstacle(
            f"Python 3.11 is needed, this is {sys.version_info.major}.{sys.version_info.minor}. "
            "Install it (Debian 12: apt-get install python3.11), or name it: make up PYTHON=/path/to/python3.11"
        )
    here = place.find()
    commands: dict[str, Callable[[], int]] = {
        "setup": lambda: lifecycle.setup(here),
        "develop": lambda: lifecycle.develop(here),
        "second-engine": lambda: lifecycle.add_second_engine(here),
        "asterisk": lambda: lifecycle.fetch_asterisk(here),
        "up": lambda: lifecycle.up(here, options.profile),
        "down": lambda: lifecycle.down(here),
        "ps": lambda: show.processes(here),
        "health": lambda: show.health(lifecycle.in_force(here)),
        "logs": lambda: logs.show(here, options.service, follow=options.follow),
        "run": lambda: lifecycle.become(here, options.words),
        "test": lambda: lifecycle.test(here, options.words),
    }
    return commands[options.command]()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m embedded", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("setup", help="make the environment, the settings and the folders")
    commands.add_parser("develop", help="make the environment with the tools for tests")
    commands.add_parser("second-engine", help="add the second parser of data-processing to the environment")
    commands.add_parser("asterisk", help="fetch the Asterisk on which call flows are proven")
    up = commands.add_parser("up", help="start what is not running and wait until it works")
    up.add_argument("--profile", default="", help="refused here: the optional services come with Docker")
    commands.add_parser("down", help="end everything")
    commands.add_parser("ps", help="what runs, since when, with how much memory")
    commands.add_parser("health", help="ask every service; exit status 1 when one does not work")
    log = commands.add_parser("logs", help="the end of the logs")
    log.add_argument("service", nargs="*")
    log.add_argument("--follow", action="store_true")
    run = commands.add_parser(
        "run", help="run a Python module with the platform's settings: run oberaconnect.keys list"
    )
    run.add_argument("words", nargs=argparse.REMAINDER)
    test = commands.add_parser("test", help="run pytest: test tests/unit -q")
    test.add_argument("words", nargs=argparse.REMAINDER)
    return parser


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
