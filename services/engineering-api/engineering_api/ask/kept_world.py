"""The world of a question over HTTP: what the database has, within the caller's rights."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from engineering_api import store
from engineering_api.ask.found import Source, Used
from engineering_api.ask.models import AskScope
from engineering_api.ask.world import Version, Worked
from engineering_api.calculations import Kept, calculate, record
from engineering_api.chosen import Subject, choose
from engineering_api.models import MOST_CHOSEN, Scope
from engineering_api.parts import Parts
from oberaconnect.auth import Principal
from oberaconnect.paging import Paged, next_cursor
from oberaconnect.problems import Unprocessable

_MOST_VERSIONS = 12
_MOST_QUOTED = 1_500
#: The tool by whose name searches of facts are kept.
FACTS = "facts"


class KeptWorld:
    """What is kept, read when it is first asked for. `used` are the tools since it was last emptied."""

    def __init__(self, parts: Parts, principal: Principal, scope: AskScope) -> None:
        """Raises `NotFound`, `Forbidden`, `Unprocessable` for a scope that cannot be asked."""
        self._parts = parts
        self._principal = principal
        self._scope = scope
        self.used: list[Used] = []
        if scope.config_ids is None:
            self.caller = principal.for_client(scope.client)
            return
        chosen = choose(parts, principal, Scope(config_ids=scope.config_ids))
        if scope.client is not None and scope.client != chosen.caller.tenant:
            raise Unprocessable("These configurations belong to another client. Leave out 'client', or name that one.")
        self.caller = chosen.caller
        self.__dict__["subjects"] = chosen.subjects

    @cached_property
    def devices(self) -> tuple[tuple[str, str], ...]:
        """See `World.devices`."""
        if "subjects" in self.__dict__:
            return tuple((one.name, one.platform) for one in self.subjects)
        found: list[tuple[str, str]] = []
        cursor: str | None = None
        with self._parts.database.transaction(self.caller.tenants) as connection:
            while len(found) <= MOST_CHOSEN:
                page = Paged(limit=100, cursor=cursor)
                rows = store.devices_page(connection, page, client=self.caller.tenant, site=self._scope.site)
                found.extend((row["name"], row["platform"]) for row in rows[:100])
                cursor = next_cursor(rows, 100)
                if cursor is None:
                    break
        return tuple(found)

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        """See `World.subjects`. Raises `Unprocessable` when there are too many."""
        if not self.devices:
            return ()
        scope = Scope(client=self.caller.tenant, site=self._scope.site)
        return choose(self._parts, self._principal, scope).subjects

    def calculate(self, tool: str, arguments: Mapping[str, Any]) -> Worked:
        """See `World.calculate`."""
        known = {one.config_id: one for one in self.subjects if one.config_id} if "config_id" in arguments else {}
        done = calculate(self._parts, self.caller, tool, arguments, Kept(self._parts, self.caller, known))
        self.used.append(Used(done.tool.name, dict(arguments), done.id))
        quote = " ".join(done.answer.steps)[:_MOST_QUOTED]
        locator = (("calc_id", done.id), ("tool", done.tool.name))
        return Worked(done.answer, Source("calc", done.tool.title, locator, quote))

    def looked(self, what: str, arguments: Mapping[str, Any], found: int) -> Source:
        """See `World.looked`."""
        names = [one.name for one in self.subjects]
        kept = {"what": what, **arguments}
        shown = ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")
        quote = f"Searched for {what} in {len(names)} configurations ({shown}): {found} found."
        configs = [str(one.config_id) for one in self.subjects]
        calc_id = record(
            self._parts, self.caller, FACTS, kept, {"found": found, "config_ids": configs, "steps": [quote]}
        )
        self.used.append(Used(FACTS, kept, calc_id))
        return Source("calc", FACTS, (("calc_id", calc_id), ("tool", FACTS)), quote)

    def versions(self, subject: Subject, since: datetime) -> list[Version]:
        """See `World.versions`; at most twelve."""
        with self._parts.database.transaction(self.caller.tenants) as connection:
            rows = store.configs_page(
                connection,
                Paged(limit=_MOST_VERSIONS),
                client=self.caller.tenant,
                site=None,
                device_id=subject.device_id,
            )
        wanted = [row for row in rows if row["created_at"] >= since]
        wanted += rows[len(wanted) : len(wanted) + 1]
        if len(wanted) < 2:
            return []
        ids: list[UUID] = [row["id"] for row in reversed(wanted)]
        found = choose(self._parts, self._principal, Scope(config_ids=ids)).subjects
        rows_by_id = {row["id"]: row for row in wanted}
        return [
            Version(one.config_id, rows_by_id[one.config_id]["created_at"], rows_by_id[one.config_id]["author"], one)
            for one in found
        ]
