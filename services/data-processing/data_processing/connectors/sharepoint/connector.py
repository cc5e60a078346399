"""Microsoft 365 as a source: libraries, pages and lists of a site, a OneDrive, the files of a Teams channel."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import IO, Any, ClassVar

from data_processing.connectors.contract import Connector, Context, Cursor, Fetched, Page, Unreadable, Wanted
from data_processing.connectors.sharepoint import assignments, attachments, drives, lists, pages
from data_processing.connectors.sharepoint.check import findings
from data_processing.connectors.sharepoint.config import SharePointConfig
from data_processing.connectors.sharepoint.content import Downloads, is_converted
from data_processing.connectors.sharepoint.credentials import SECRET_NAMES, credentials
from data_processing.connectors.sharepoint.graph import Graph
from data_processing.connectors.sharepoint.groups import Groups
from data_processing.connectors.sharepoint.patience import Patience
from data_processing.connectors.sharepoint.permissions import file_readers
from data_processing.connectors.sharepoint.places import Places, find
from data_processing.connectors.sharepoint.site import SharePoint
from data_processing.connectors.sharepoint.step import Step
from data_processing.connectors.sharepoint.token import Tokens
from oberaconnect.problems import NotFound

#: So many batches of permissions are under way at once.
_BATCHES = 4


class SharePointConnector(Connector[SharePointConfig]):
    """See `Connector`. A listing goes through the parts of the source one after another: libraries, pages, lists.

    The cursor: `of` tells the source it is for; `parts` is where each part goes on; `done` are those that this listing
    is through with.
    """

    kind: ClassVar[str] = "sharepoint"
    Config = SharePointConfig
    secret_names: ClassVar[frozenset[str]] = SECRET_NAMES
    reads_permissions: ClassVar[bool] = True
    is_at_fixed_place: ClassVar[bool] = True

    def __init__(self, config: SharePointConfig, secrets: Mapping[str, str], context: Context) -> None:
        """Raises `Unprocessable` when there is nothing to sign in with."""
        super().__init__(config, secrets, context)
        settings = context.settings
        self._patience = Patience(context.pause)
        own = credentials(settings, secrets)
        self.graph = Graph(settings.graph_url, Tokens(settings.azure_authority, own, self._patience), self._patience)
        self._sharepoint = SharePoint(self.graph)
        self._downloads = Downloads(self.graph, settings.azure_authority, context.max_bytes)
        self._groups = Groups(self.graph, self._sharepoint, config.site_groups)
        self._pool = ThreadPoolExecutor(_BATCHES, thread_name_prefix="permissions")
        told = [settings.graph_url, own.tenant, settings.sharepoint_site, settings.sharepoint_drive]
        listed = config.model_dump(mode="json", exclude={"links", "site_groups", "permissions_hours", "convert"})
        self._source = hashlib.sha256(json.dumps([told, listed], sort_keys=True).encode()).hexdigest()[:16]

    @classmethod
    def widens_rights(cls, config: SharePointConfig) -> bool:
        """Sharing links, and groups whose members are stated here."""
        return config.links == "grant" or bool(config.site_groups)

    @cached_property
    def places(self) -> Places:
        """What the source consists of. Raises a `Problem` that says what is not there."""
        settings = self.context.settings
        return find(self.graph, self.config, settings.sharepoint_site, settings.sharepoint_drive)

    def changes(self, cursor: Cursor | None) -> Page:
        """The next page of the part that is being listed."""
        known = self._parts()
        kept, done = self._read(cursor)
        lost = [name for name in kept if name not in known]
        part = next((name for name in known if name not in done), None)
        if part is None:  # the cursor is one of another set of parts
            part, done = known[0], []
        found = self._step(part, kept.get(part, {}), is_only=len(known) == 1)
        done = [*done, part] if found.is_last else done
        more = any(name not in done for name in known)
        parts = {name: saved for name, saved in kept.items() if name in known} | {part: dict(found.saved)}
        return Page(
            items=found.items,
            cursor={"of": self._source, "parts": parts, "done": done if more else []},
            more=more,
            gone=found.gone,
            complete=[*lost, part] if found.is_complete else lost,
            anew=[part] if found.is_anew else [],
            scope=self._scope(),
            is_deep=self.config.recursive,
        )

    def fetch(self, item: Wanted, into: IO[bytes]) -> Fetched:
        """A file of a library, a page as HTML, or an attachment of a list's item."""
        if "page" in item.reference:
            into.write(pages.html(self.graph, item))
        elif "file" in item.reference:
            attachments.fetch(self._sharepoint, self._patience, item, into, self.context.max_bytes)
        else:
            as_pdf = self.config.convert and is_converted(item.name)
            self._downloads.fetch(item, into, as_pdf=as_pdf)
            return Fetched(name=f"{item.name}.pdf" if as_pdf else None)
        return Fetched()

    def readers(self, items: Sequence[Wanted]) -> Mapping[str, Sequence[str] | Unreadable]:
        """By Graph for files of libraries, by SharePoint itself for pages and items of lists."""
        files = [item for item in items if "drive" in item.reference]
        links = self.config.links == "grant"
        found = file_readers(self.graph, self._groups, files, self._pool, with_links=links)
        others = [item for item in items if "drive" not in item.reference]
        assigned = self._pool.map(lambda item: assignments.assigned_to(self._sharepoint, item), others)
        for item, granted in zip(others, assigned, strict=True):
            found[item.key] = self._groups.readers(granted, str(item.reference["web"]))
        return found

    def check(self) -> Sequence[str]:
        """Sign in, look everything up, and try each library."""
        return findings(self.graph, self._sharepoint, self.places)

    def close(self) -> None:
        """Give connections back."""
        self._pool.shutdown()
        self._downloads.close()
        self._sharepoint.close()
        self.graph.close()

    def _parts(self) -> list[str]:
        places = self.places
        names = [drive.id for drive in places.drives]
        if places.site and self.config.pages:
            names.append(pages.PARTITION)
        names += [lists.partition(one) for one in places.lists]
        if not names:
            raise NotFound("The site has no library. Name 'lists', or set 'pages'.")
        return names

    def _read(self, cursor: Cursor | None) -> tuple[dict[str, Mapping[str, Any]], list[str]]:
        """Where the parts go on. Of a cursor for other settings only the names of the parts count."""
        if not cursor:
            return {}, []
        kept = {str(name): saved for name, saved in (cursor.get("parts") or {}).items()}
        if cursor.get("of") != self._source:
            return {name: {} for name in kept}, []
        return kept, list(cursor.get("done") or ())

    def _step(self, part: str, saved: Mapping[str, Any], *, is_only: bool) -> Step:
        places = self.places
        for drive in places.drives:
            if drive.id == part:
                return drives.step(self.graph, drive, saved, self.config.permissions_hours, is_only=is_only)
        site = places.site
        if site is None:
            raise NotFound("The source has no such part any more.")
        if part == pages.PARTITION:
            return pages.step(self.graph, site, saved)
        one = next(found for found in places.lists if lists.partition(found) == part)
        return lists.step(self.graph, self._sharepoint, site, one, saved)

    def _scope(self) -> list[str] | None:
        places = self.places
        if places.scope is None:
            return None
        scope = list(places.scope)
        if places.site and self.config.pages:
            scope.append(pages.folder_key(places.site))
        return scope + [lists.partition(one) for one in places.lists]
