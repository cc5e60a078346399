"""Opening the connector of a source: its config, its secrets, and what the platform lends to it."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pydantic import ValidationError

from data_processing import connectors
from data_processing.connectors.contract import Connector, Context
from data_processing.sync import store
from oberaconnect.db import Connection, Database
from oberaconnect.endpoint import Model
from oberaconnect.problems import FieldError, TooMany, Unprocessable
from oberaconnect.sealed import unseal
from oberaconnect.settings import Settings

Row = dict[str, Any]

#: A secret that every source may have: what its webhook signs with.
WEBHOOK_SECRET = "webhook_secret"  # noqa: S105 - the name of one


def read_config(kind: str, config: Mapping[str, Any]) -> Model:
    """The config of a source as its connector understands it.

    Raises:
        Unprocessable: for an unknown kind, and with all that is wrong with the config.
    """
    try:
        return connectors.find(kind).Config.model_validate_json(json.dumps(config))
    except ValidationError as error:
        errors = [
            FieldError(pointer="#/config/" + "/".join(map(str, item["loc"])), detail=item["msg"])
            for item in error.errors(include_url=False)
        ]
        first = errors[0]
        raise Unprocessable(f"config: {first['pointer'][9:]}: {first['detail']}.", errors=errors) from None


@contextmanager
def opened(
    settings: Settings, database: Database, source: Row, pause: Callable[[float], None]
) -> Iterator[Connector[Any]]:
    """The connector of a source, until it is closed.

    Raises:
        Unprocessable: when its config or its secrets cannot be read (any more).
    """
    kind = connectors.find(source["kind"])
    config = read_config(source["kind"], source["config"])
    context = Context(settings, source["tenant"], pause, may_read_all=source["may_read_all"])
    with database.transaction(source["tenant"]) as connection:
        known = secrets(settings, connection, source)
    connector = kind(config, known, context)
    try:
        yield connector
    finally:
        connector.close()


def secrets(settings: Settings, connection: Connection, source: Row) -> dict[str, str]:
    """The secrets of a source: its own, else those of its client for sources of its kind. None at all: empty.

    The two are never mixed, but for the secret of the webhook, which signs in nowhere.
    """
    own = {} if source["sealed"] is None else unseal(settings, source["sealed"], context=source_context(source))
    if own.keys() - {WEBHOOK_SECRET}:
        return own
    sealed = store.credential(connection, source["tenant"], source["kind"])
    if sealed is None:
        return own
    return unseal(settings, sealed, context=client_context(source["tenant"], source["kind"])) | own


def source_context(source: Row) -> str:
    """What the secrets of a source are bound to."""
    return f"source {source['tenant']} {source['id']}"


def client_context(tenant: str, kind: str) -> str:
    """What the secrets of a client for a kind are bound to."""
    return f"credential {tenant} {kind}"


def no_pause(seconds: float) -> None:
    """How a request waits: not at all, for somebody waits for it. A source that asks for time is told of as it is."""
    raise TooMany("The source asks for a pause. Try again in a moment.", retry_after_seconds=int(seconds) + 1)
