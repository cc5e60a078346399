"""API keys on the command line: make, list, revoke. `make key` calls this."""

import argparse
import sys
from collections.abc import Sequence
from datetime import timedelta

from oberaconnect import db, settings
from oberaconnect.auth import HOME_TENANT, create_key
from oberaconnect.problems import Unavailable


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; a new key is printed once and stored nowhere."""
    parser = argparse.ArgumentParser(prog="make key", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    create = commands.add_parser("create", help="make a key and print it")
    create.add_argument("--name", required=True, help="who or what will use it")
    create.add_argument("--scopes", default="data:read,data:write,rag:read,rag:write", help="comma-separated, or *")
    create.add_argument("--client", default=HOME_TENANT, help="the client its requests belong to")
    create.add_argument("--clients", default="", help="further clients it may act for, comma-separated, or *")
    create.add_argument("--days", type=float, default=365, help="days until it expires; 0: never")
    commands.add_parser("list", help="show the keys without their secrets")
    revoke = commands.add_parser("revoke", help="make a key useless within a minute")
    revoke.add_argument("id", help="the key's id, the part between the underscores")
    options = parser.parse_args(arguments)
    try:
        return {"create": _create, "list": _list, "revoke": _revoke}[options.command](settings.load(), options)
    except (settings.SettingsError, ValueError) as error:
        return _complain(str(error))
    except Unavailable as error:
        return _complain(f"{error.detail} Start the platform with 'make up' first.")


def _create(loaded: settings.Settings, options: argparse.Namespace) -> int:
    with db.as_owner(loaded) as connection:
        key = create_key(
            connection,
            loaded,
            name=options.name,
            tenant=options.client,
            clients=None if options.clients == "*" else filter(None, options.clients.split(",")),
            scopes=options.scopes.split(","),
            expires_in=timedelta(days=options.days) if options.days else None,
        )
    print(key.text)  # noqa: T201
    return 0


def _list(loaded: settings.Settings, _options: argparse.Namespace) -> int:
    with db.as_owner(loaded) as connection:
        rows = connection.execute("SELECT * FROM platform.api_key ORDER BY created_at").fetchall()
    for row in rows:
        state = "revoked" if row["revoked_at"] else "active"
        until = row["expires_at"].date().isoformat() if row["expires_at"] else "never expires"
        clients = "all clients" if row["clients"] is None else ", ".join(row["clients"])
        print(f"{row['id']}  {state:8} {until:13} {row['name']}: {', '.join(row['scopes'])} for {clients}")  # noqa: T201
    return 0


def _revoke(loaded: settings.Settings, options: argparse.Namespace) -> int:
    with db.as_owner(loaded) as connection:
        row = connection.execute(
            "UPDATE platform.api_key SET revoked_at = coalesce(revoked_at, now()) WHERE id = %s RETURNING id",
            [options.id],
        ).fetchone()
    return 0 if row else _complain(f"There is no key '{options.id}'. 'python -m oberaconnect.keys list' shows them.")


def _complain(sentence: str) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main())
