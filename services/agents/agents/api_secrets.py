"""Secrets of MCP servers: written, named by servers, never shown."""

from agents.api import api
from agents.models import ClientPaged, ClientQuery
from agents.models_servers import SecretChange, SecretRequest, SecretView
from agents.parts import Parts
from agents.store import audit
from agents.store import secrets as store
from oberaconnect.auth import Principal
from oberaconnect.db import Connection
from oberaconnect.endpoint import Reply
from oberaconnect.paging import Page, next_cursor
from oberaconnect.sealed import seal


@api.get("/secrets", scope="agents:admin", tag="MCP servers")
def list_secrets(parts: Parts, principal: Principal, query: ClientPaged) -> Page[SecretView]:
    """List the names of secrets, newest first."""
    with parts.database.transaction(principal.tenants) as connection:
        rows = store.page(connection, query.client, query)
    items = [_view(row) for row in rows[: query.limit]]
    return Page[SecretView](items=items, next_cursor=next_cursor(rows, query.limit))


@api.post("/secrets", scope="agents:admin", status=201, tag="MCP servers")
def add_secret(parts: Parts, principal: Principal, body: SecretRequest) -> SecretView:
    """Keep a secret, encrypted. MCP servers of the same client get it by its name; nobody is shown it again."""
    caller = principal.for_client(body.client)
    sealed = seal(parts.settings, {"value": body.value}, context=store.context(caller.tenant, body.name))
    with parts.database.transaction(caller.tenants) as connection:
        row = store.add(connection, caller.tenant, body.name, sealed, by=caller.subject)
        _record(connection, caller, "secret.created", body.name)
    return _view(row)


@api.patch("/secrets/<string:name>", scope="agents:admin", tag="MCP servers")
def change_secret(parts: Parts, principal: Principal, name: str, body: SecretChange, query: ClientQuery) -> SecretView:
    """Give a secret another value. Servers that use it are connected to anew."""
    caller = principal.for_client(query.client)
    sealed = seal(parts.settings, {"value": body.value}, context=store.context(caller.tenant, name))
    with parts.database.transaction(caller.tenants) as connection:
        row = store.change(connection, caller.tenant, name, sealed)
        _record(connection, caller, "secret.changed", name)
    return _view(row)


@api.delete("/secrets/<string:name>", scope="agents:admin", status=204, tag="MCP servers")
def delete_secret(parts: Parts, principal: Principal, name: str, query: ClientQuery) -> Reply:
    """Forget a secret. 409 while servers use it."""
    caller = principal.for_client(query.client)
    with parts.database.transaction(caller.tenants) as connection:
        store.delete(connection, caller.tenant, name)
        _record(connection, caller, "secret.deleted", name)
    return Reply(None)


def _record(connection: Connection, caller: Principal, action: str, name: str) -> None:
    audit.record(
        connection, caller.tenant, actor=caller.subject, action=action, object=f"secret:{name}", data={}
    )  # fmt: skip


def _view(row: store.Row) -> SecretView:
    own = SecretView.model_fields.keys() - {"client"}
    return SecretView(client=row["tenant"], **{name: row[name] for name in own})
