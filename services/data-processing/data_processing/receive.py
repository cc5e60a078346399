"""Getting the bytes of a line of an ingestion: sent with the request, in the inbox, or on the web. Runs in threads."""

from data_processing import ledger, sources
from data_processing.blobs import Blobs
from data_processing.prepare import Received, Settled
from oberaconnect.db import Database
from oberaconnect.http import fetch_public
from oberaconnect.jobs import Claim
from oberaconnect.problems import InsufficientStorage, NotFound, Problem, TooLarge, Unavailable
from oberaconnect.settings import Settings

_FORBIDDEN = "The service may not read this file. Let others read it: chmod o+r"
#: What the ledger calls a file whose bytes could not be had, where it is not the fault of its source.
_OUTCOMES: dict[type[Problem], str] = {TooLarge: "too_large", InsufficientStorage: "no_space"}


class Receiver:
    """Shared by all jobs and threads of the worker."""

    def __init__(self, settings: Settings, database: Database, blobs: Blobs) -> None:
        """`blobs` keep what is received."""
        self._settings = settings
        self._database = database
        self._blobs = blobs

    def receive(self, claim: Claim, entry: ledger.Row) -> Received | Settled:
        """The line with its bytes on the disk, or why they could not be had."""
        try:
            return Received(entry, *self._bytes(claim, entry))
        except Unavailable:  # the database, not the file
            raise
        except (OSError, sources.NotARegularFile, sources.NoSuchFolder, sources.OutsideInbox) as error:
            reason = _FORBIDDEN if isinstance(error, PermissionError) else "The file cannot be read any more."
            return Settled(entry, "failed", outcome="unreachable", reason=reason)
        except Problem as problem:
            return refused(entry, problem)

    def _bytes(self, claim: Claim, entry: ledger.Row) -> tuple[str, int]:
        """Digest and size of the line's bytes. Stores what is not stored yet."""
        if entry["blob"] and self._blobs.holds(claim.tenant, entry["blob"]):
            return entry["blob"], entry["size"]
        if entry["content"] is not None:
            blob = self._blobs.put(claim.tenant, entry["content"].encode())
        elif entry["path"] is not None:
            with sources.open_inside(self._settings.inbox_dir, entry["path"]) as file:
                blob = self._blobs.put(claim.tenant, file)
        elif claim.payload["source"] != "url":
            raise NotFound("The bytes of this document are not kept any more. Send it again.")
        else:
            page = fetch_public(
                entry["url"],
                max_bytes=self._settings.max_upload_mb * 2**20,
                allowed_hosts=self._settings.allowed_hosts,
            )
            blob = self._blobs.put(claim.tenant, page.content)
        with self._database.transaction(claim.tenant) as connection:
            ledger.keep_blob(connection, claim.id, entry["number"], blob.sha256, blob.size)
        return blob.sha256, blob.size


def refused(entry: ledger.Row, problem: Problem) -> Settled:
    """A line whose bytes could not be had or kept."""
    return Settled(entry, "failed", outcome=_OUTCOMES.get(type(problem), "unreachable"), reason=problem.detail)
