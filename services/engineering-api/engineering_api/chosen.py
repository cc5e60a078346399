"""Configurations that a request is about: kept ones by their ids or their place, or one that is sent along."""

from dataclasses import dataclass
from uuid import UUID

from engineering_api import intake, store
from engineering_api.facts.device import Device
from engineering_api.intake import Handed
from engineering_api.models import MOST_CHOSEN, MOST_LINES_TOGETHER, Scope
from engineering_api.parts import Parts
from oberaconnect.auth import Principal
from oberaconnect.problems import Unprocessable


@dataclass(frozen=True)
class Subject:
    """A device as one of its configurations tells of it. `config_id` is None for one that is not kept."""

    config_id: UUID | None
    device_id: UUID | None
    #: Its host name, or the file's name.
    name: str
    site: str
    platform: str
    device: Device
    #: Its lines without secrets; line 1 is the first.
    texts: tuple[str, ...]

    def quote(self, first: int, last: int, most: int = 20) -> str:
        """Some of its lines, as they stand there."""
        return "\n".join(self.texts[first - 1 : min(last, first - 1 + most)])


@dataclass(frozen=True)
class Chosen:
    """What a request is about, and the caller acting for the client that it belongs to."""

    caller: Principal
    subjects: tuple[Subject, ...]


def choose(parts: Parts, principal: Principal, scope: Scope) -> Chosen:
    """The configurations of a scope, by device names.

    Raises:
        NotFound: for an id that there is not.
        Forbidden: for a client for which the caller may not act.
        Unprocessable: when they belong to several clients, there are none, or more than are looked at at once.
    """
    with parts.database.transaction(principal.tenants) as connection:
        if scope.config_ids:
            _few_enough(store.lines_of(connection, scope.config_ids))
            rows = store.chosen(connection, scope.config_ids)
            if len({row["client"] for row in rows}) > 1:
                raise Unprocessable("These configurations belong to several clients. Ask for one client at a time.")
            caller = principal.for_client(rows[0]["client"])
        else:
            caller = principal.for_client(scope.client)
            _few_enough(store.lines_of_latest(connection, caller.tenant, site=scope.site))
            rows = store.latest(connection, caller.tenant, site=scope.site, most=MOST_CHOSEN + 1)
        if not rows:
            raise Unprocessable("There is no configuration there yet. POST /configs keeps one.")
        if len(rows) > MOST_CHOSEN:
            raise Unprocessable(f"More than {MOST_CHOSEN} devices are there. Name a site or the configurations.")
        return Chosen(caller, tuple(_kept(row, intake.device_of(connection, parts, row)) for row in rows))


def given(parts: Parts, caller: Principal, handed: Handed) -> Subject:
    """A configuration that is sent along, of which nothing is kept. Raises `Unprocessable` for what is no text."""
    parsed = intake.understand(parts, caller, handed)
    name = parsed.device.identity.hostname or handed.name
    return Subject(None, None, name, "", parsed.platform.name, parsed.device, parsed.texts)


def kept(parts: Parts, principal: Principal, config_id: UUID) -> Subject:
    """A configuration that is kept. Raises `NotFound`."""
    with parts.database.transaction(principal.tenants) as connection:
        row = store.config(connection, config_id)
        return _kept(row, intake.device_of(connection, parts, row))


def _few_enough(lines: int) -> None:
    if lines > MOST_LINES_TOGETHER:
        raise Unprocessable(
            f"These configurations have {lines:,} lines together, and at most {MOST_LINES_TOGETHER:,} are looked at at"
            " once. Name a site or the configurations."
        )


def _kept(row: store.Row, device: Device) -> Subject:
    return Subject(
        config_id=row["id"],
        device_id=row["device_id"],
        name=row["device"],
        site=row["site"],
        platform=row["platform"],
        device=device,
        texts=tuple(row["text"].split("\n")),
    )
