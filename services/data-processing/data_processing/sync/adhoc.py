"""A source that came about because somebody ingested from it: no schedule, synced whenever it is asked for again."""

from typing import Any

from data_processing import connectors
from data_processing.sync import declared, opening, store
from data_processing.sync.models import NewSource
from oberaconnect.auth import Principal
from oberaconnect.db import Database
from oberaconnect.settings import Settings

Row = dict[str, Any]


def begin(settings: Settings, database: Database, caller: Principal, new: NewSource, *, may_read_all: bool) -> Row:
    """Begin a run of the source that `new` describes, which is made if it is not there yet. Returns the job.

    Raises:
        Unprocessable: when it cannot be opened, for example for want of credentials.
        SourceBusy: when a run of it is in progress.
    """
    asked = new.model_dump(mode="json", exclude={"client", "secrets"})
    asked |= {"tenant": caller.tenant, "subject": caller.subject, "may_read_all": may_read_all}
    values = declared.complete(settings, asked, ())
    with opening.opened(settings, database, {**values, "sealed": None}, opening.no_pause):
        pass  # the refusal comes now, not from the job
    with database.transaction(caller.tenant) as connection:
        known = store.find_by_name(connection, caller.tenant, new.name) or store.add(connection, values)
        return store.begin_run(
            connection,
            store.lock(connection, known["id"]),
            caller,
            reason="ingest",
            max_queued=settings.max_queued_jobs,
            is_web=connectors.find(new.kind).is_web,
        )
