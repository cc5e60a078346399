"""A source that came about because somebody ingested from it: no schedule, synced whenever it is asked for again."""

from typing import Any

from data_processing.sync import declared, opening, run_store, store
from data_processing.sync.models import NewSource
from oberaconnect.auth import Principal
from oberaconnect.db import Database
from oberaconnect.settings import Settings

Row = dict[str, Any]


def begin(settings: Settings, database: Database, caller: Principal, new: NewSource, principal: Principal) -> Row:
    """Begin a run of the source with this config and collection, which is made if there is none. Returns the job.

    `caller` is the `principal` for one client.

    Raises:
        Unprocessable: when it cannot be opened, for example for want of credentials.
        SourceBusy: when a run of it is in progress.
    """
    asked = new.model_dump(mode="json", exclude={"client", "secrets"})
    asked |= declared.maker(caller, principal)
    values = declared.complete(settings, asked, ())
    with opening.opened(settings, database, {**values, "sealed": None}, opening.no_pause):
        pass  # the refusal comes now, not from the job
    with database.transaction(caller.tenant) as connection:
        known = store.find_by_config(connection, values) or store.add(connection, values)
        return run_store.begin(
            connection,
            store.lock(connection, known["id"]),
            caller,
            reason="ingest",
            max_queued=settings.max_queued_jobs,
        )
