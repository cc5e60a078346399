"""What a source is declared to be, checked as far as that needs nobody else, and completed."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from data_processing import connectors
from data_processing.connectors.contract import Connector
from data_processing.sync.opening import WEBHOOK_SECRET, read_config
from data_processing.sync.reading import AS_CLIENT, AS_SOURCE
from data_processing.sync.scheduler import next_run
from data_processing.webhook import allowed_hosts
from oberaconnect.auth import Principal
from oberaconnect.http import check_address
from oberaconnect.problems import Forbidden, Unprocessable
from oberaconnect.schedule import Schedule
from oberaconnect.settings import Settings

Row = dict[str, Any]


def maker(caller: Principal, principal: Principal) -> Row:
    """What is kept of who makes a source: `caller` is the `principal` for one client."""
    return {
        "tenant": caller.tenant,
        "subject": caller.subject,
        "may_read_all": principal.clients is None,
        "by_person": principal.readers is not None,
    }


def complete(settings: Settings, values: Row, secret_names: Iterable[str]) -> Row:
    """The columns of a source from what was asked for.

    Raises:
        Unprocessable: with what is wrong, and what would be right.
    """
    kind = connectors.find(values["kind"])
    config = read_config(values["kind"], values["config"]).model_dump(mode="json")
    check_secrets(kind, secret_names)
    if values["webhook"]:
        check_address(values["webhook"], allowed_hosts(settings, values["webhook"]))
    return {**values, "config": config, "access": _access(kind, values["access"]), **_times(values)}


def require_right(values: Row, known: Row | None, principal: Principal) -> None:
    """Raise `Forbidden` when a person declares that others may read more than they did, or than the source lets them.

    `known`: the source as it is, when it is changed.
    """
    kind = connectors.find(values["kind"])
    if principal.readers is None:
        return
    is_declared = values["access"] != AS_SOURCE or kind.widens_rights(read_config(values["kind"], values["config"]))
    if (kind.reads_permissions and is_declared) or (known and known["access"] != values["access"]):
        raise Forbidden(
            "Who may read the documents of this source is not for a person to declare. Ask somebody with an API key."
        )


def check_secrets(kind: type[Connector[Any]], names: Iterable[str]) -> None:
    """Raise `Unprocessable` for secrets that sources of this kind have no use for."""
    known = kind.secret_names | {WEBHOOK_SECRET}
    if unknown := sorted(set(names) - known):
        raise Unprocessable(
            f"secrets: unknown: {', '.join(unknown)}. A {kind.kind} source knows {', '.join(sorted(known))}."
        )


def _access(kind: type[Connector[Any]], asked: Any) -> Any:
    if asked is None:
        if kind.is_personal:
            raise Unprocessable(
                f'access: a {kind.kind} source belongs to somebody. State who may read its documents: "client" for'
                ' everybody of this client, or a list such as ["mail:alice@contoso.com"].'
            )
        return AS_SOURCE if kind.reads_permissions else AS_CLIENT
    if asked == AS_SOURCE and not kind.reads_permissions:
        raise Unprocessable(
            f'access: a {kind.kind} source does not tell who may read what. Say "client", or give a list of readers.'
        )
    return asked


def _times(values: Row) -> Row:
    """A new schedule begins with a run at once; a changed one waits for its time."""
    try:
        if values["schedule"]:
            Schedule.parse(values["schedule"], values["timezone"])
        elif values["timezone"] != "UTC":
            Schedule.parse("every:1d", values["timezone"])
    except ValueError as error:
        raise Unprocessable(f"schedule: {error}") from None
    if "id" in values:
        due, begins = next_run(values, last=values["due_at"])
        return {"due_at": due, "next_run_at": begins}
    now = datetime.now(UTC) if values["schedule"] else None
    return {"due_at": now, "next_run_at": now}
