"""The audit on the command line: verify what is in the database, or a copy of it. `make audit` calls this."""

import argparse
import logging
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from agents import chain
from agents.store import audit
from oberaconnect import settings
from oberaconnect.db import Database
from oberaconnect.problems import Unavailable


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 1 when something is wrong, or could not be looked at."""
    parser = argparse.ArgumentParser(prog="make audit", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    verify = commands.add_parser("verify", help="check that nothing was changed or taken out since it was written")
    verify.add_argument("--client", help="only the audit of this client; without: those of all clients")
    verify.add_argument(
        "--file", type=Path, help="a copy made by GET /api/agents/audit/export, instead of the database"
    )
    verify.add_argument("--expect", help="a head noted before, which has to be in the chain; needs --client or --file")
    options = parser.parse_args(arguments)
    if options.expect and not (options.client or options.file):
        parser.error("--expect needs --client or --file: each client has a chain of its own")
    try:
        found = list(_of_file(options.file, options.expect) if options.file else _of_database(options))
    except (settings.SettingsError, OSError, UnicodeDecodeError) as error:
        return _complain(str(error))
    except Unavailable as error:
        return _complain(f"{error.detail} Start the platform with 'make up' first.")
    broken = [line for line, is_valid in found if not is_valid]
    for line, is_valid in found:
        if is_valid:
            print(line)  # noqa: T201
    return _complain("\n".join(broken)) if broken else 0


def _of_file(path: Path, expected: str | None) -> Iterator[tuple[str, bool]]:
    with path.open(encoding="utf-8") as lines:
        yield _said(str(path), chain.check_export(lines, expected))


def _of_database(options: argparse.Namespace) -> Iterator[tuple[str, bool]]:
    database = Database(settings.load(), "agents")
    try:
        names = [options.client] if options.client else audit.tenants(database)
        for name in names:
            yield _said(name, audit.verify(database, name, options.expect))
        if not names:
            yield "There is no audit yet.", True
    finally:
        database.close()


def _said(name: str, verdict: chain.Verdict) -> tuple[str, bool]:
    if verdict.valid:
        return f"{name}: {verdict.entries} entries are as they were written. Head: {verdict.head}", True
    return f"{name}: {verdict.why} The {verdict.entries} entries before are sound.", False


def _complain(sentence: str) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # what the pool of connections says of each attempt is said by one sentence
    sys.exit(main())
