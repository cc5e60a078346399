"""The commands behind `make backup`, `restore` and `verify`. What can be foreseen is one sentence and exit status 1."""

import argparse
import os
import sys
import time
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from backup import create, restore, seal, shelf, verify
from backup.installation import Installation
from host import command, place
from host.obstacle import Obstacle
from host.place import Place

_SETTINGS = (
    "BACKUP_PASSPHRASE",
    "BACKUP_PASSPHRASE_FILE",
    "BACKUP_AGE_RECIPIENT",
    "BACKUP_AGE_IDENTITY",
    "BACKUP_KEEP",
)
#: What makes a platform more than an empty one.
_CONTENT = {
    "data_processing.document": "documents",
    "rag_engine.session": "conversations",
    "platform.api_key": "API keys",
}
_GATEWAY_KEYS = ("N8N_GATEWAY_KEY", "WEBUI_GATEWAY_KEY")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Exit status: 0 done, 1 not done or not the same, 2 wrong command line."""
    options = _parser().parse_args(arguments)
    hint = " The restore is not complete: type it again." if options.command == "restore" else ""
    return command.status(lambda: _run(options), interrupted=f"Interrupted.{hint}")


def _run(options: argparse.Namespace) -> int:
    os.umask(0o022)
    here = place.find()
    installation = _installation(here, options.run)
    values = dict(installation.values) | {name: os.environ[name] for name in _SETTINGS if os.environ.get(name)}
    folder = Path(values.get("BACKUP_DIR") or here.state / "backups").absolute()
    with shelf.alone(folder):
        if options.command == "create":
            return _create(installation, folder, options.file, values)
        file = Path(options.file).absolute()
        keys = seal.keys(values)
        print(f"Checking {file} …", flush=True)
        backup = restore.check(file, keys, _release(here))
        about = backup.about
        print(f"  made {about.created_at} by release {about.platform} ({about.run} run); it is whole", flush=True)
        # Dumps are compressed, what becomes of them is not.
        shelf.require_room(here.state, 3 * sum(part.bytes for part in about.parts))
        if options.command == "verify":
            return int(not verify.verify(installation, backup, _say))
        installation.require_database()
        _confirm(installation, is_agreed=options.yes)
        differences = restore.restore(installation, backup, _say)
    for sentence in differences:
        print(f"Different: {sentence}", file=sys.stderr)
    print("Restored, but not all of it. See above." if differences else "Restored: all counts are those of the backup.")
    return int(bool(differences))


def _create(installation: Installation, folder: Path, file: str, values: Mapping[str, str]) -> int:
    keys, keep = seal.keys(values), shelf.number_to_keep(values)
    target = Path(file).absolute() if file else folder / shelf.name(keys.ending, time.time())
    print(f"Backing up into {target} …", flush=True)
    create.create(installation, target, keys, _release(installation.place), _say)
    if not file:
        for name in shelf.thin_out(folder, keep):
            print(f"  {name} went: BACKUP_KEEP={keep}")
    return 0


def _confirm(installation: Installation, *, is_agreed: bool) -> None:
    """Nobody's documents are replaced by accident. Raises `Obstacle` unless it is agreed."""
    present = restore.present(installation)
    # The platform's own keys are made by its start.
    present["platform.api_key"] = present.get("platform.api_key", 0) - sum(
        bool(installation.values.get(name)) for name in _GATEWAY_KEYS
    )
    if not any(present.get(name, 0) > 0 for name in _CONTENT):
        return
    counts = ", ".join(f"{max(0, present.get(name, 0))} {words}" for name, words in _CONTENT.items())
    print(f"The platform holds {counts}. The restore replaces all of it.", flush=True)
    if is_agreed:
        return
    if not sys.stdin.isatty():
        raise Obstacle("Nothing was changed. To replace it: make restore FILE=… YES=1")
    if input("Type yes to replace it: ").strip().lower() != "yes":
        raise Obstacle("Nothing was changed.")


def _installation(here: Place, run: str) -> Installation:
    # Each run needs modules that the other one may lack.
    if run == "docker":
        from backup.docker_run import Docker  # noqa: PLC0415

        return Docker(here)
    from backup.embedded_run import Embedded  # noqa: PLC0415

    return Embedded(here)


def _release(here: Place) -> str:
    with (here.root / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def _say(sentence: str) -> None:
    print(sentence, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m backup", description=__doc__)
    parser.add_argument("--run", choices=("embedded", "docker"), required=True, help="how the platform runs")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("create", help="write everything into one file")
    one.add_argument("file", nargs="?", default="", help="default: a new name in the state folder's backups")
    one = commands.add_parser("restore", help="replace what the platform holds")
    one.add_argument("file")
    one.add_argument("--yes", action="store_true", help="do not ask")
    one = commands.add_parser("verify", help="restore into a platform beside this one and compare")
    one.add_argument("file")
    return parser


if __name__ == "__main__":
    sys.exit(main())
