"""What a source of documents has to be able to do, and what the platform does for it.

A connector lists what there is, or what has changed since a cursor; fetches one file; and says who may read which. All
else is done once for all of them: schedules, checkpoints, comparing, indexing, moving, deleting, retrying, reporting.
`docs/connectors.md` shows how to add one.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, ClassVar, Generic, TypeVar

from oberaconnect.endpoint import Model
from oberaconnect.settings import Settings

#: Where a listing goes on, as JSON. Kept by the platform, understood only by its connector.
Cursor = Mapping[str, Any]
ConfigT = TypeVar("ConfigT", bound=Model)


class Unfetchable(Exception):
    """This one file cannot be had, for the reason given. It is told in the ledger, and the run goes on.

    For whatever is wrong with the whole source, raise a `Problem`: `Unavailable`, `Timeout` or `TooMany` let the run
    wait and go on later; any other one ends it.
    """


@dataclass(frozen=True)
class Item:
    """A file of a source, or a folder that others lie in.

    `key` names it for good, also after it was renamed or moved (at most 512 characters), and becomes the document's
    `external_id`. `tag` stands for its content: the same tag, the same bytes; without one it is fetched in every run.
    Where an item lies is told by `path` or, when only its folder is known, by `parent`: the key of a folder, whose path
    the platform knows. `url` is what a citation links to. `metadata` is kept with the document, at most 24 fields:
    `author`, `modified` (ISO 8601) and `version` where the source knows them. `reference` is whatever else `fetch` and
    `readers` need, as JSON.

    `content`: the bytes, when listing had to fetch them anyway. `problem`: why it cannot be taken, if that is known
    already. `has_new_readers`: who may read it, and all that lies in it, was changed. `partition` is the part of the
    source it belongs to, where parts are listed each by itself (the drives of a site).
    """

    key: str
    name: str
    tag: str = ""
    path: str = ""
    parent: str | None = None
    is_folder: bool = False
    title: str = ""
    url: str | None = None
    size: int = 0
    metadata: Mapping[str, Any] = field(default_factory=dict)
    reference: Mapping[str, Any] = field(default_factory=dict)
    content: bytes | None = None
    problem: str = ""
    has_new_readers: bool = False
    partition: str = ""


@dataclass(frozen=True)
class Page:
    """A part of a listing: at most about 1,000 items.

    `cursor` is where the listing goes on if there is `more`, or else where the next run begins. `gone` are the keys of
    items that are no more (a folder: with all that lies in it). `complete` names partitions of which this listing, from
    its first page to its last, names everything: what it does not name is gone. `anew` names partitions of which the
    listing had to begin again: what the pages before said of them counts no more. `scope`: keys of the folders whose
    content is wanted, when not all is; `is_deep` whether their subfolders are, too.
    """

    items: Sequence[Item]
    cursor: Cursor
    more: bool
    gone: Sequence[str] = ()
    complete: Collection[str] = ()
    anew: Collection[str] = ()
    scope: Sequence[str] | None = None
    is_deep: bool = True


@dataclass(frozen=True)
class Wanted:
    """An item that the platform asks for again: what its connector said of it."""

    key: str
    name: str
    url: str | None
    size: int
    tag: str
    reference: Mapping[str, Any]


@dataclass(frozen=True)
class Fetched:
    """What came of fetching. `name` when the bytes have another format than the item's name says."""

    name: str | None = None


@dataclass(frozen=True)
class Unreadable:
    """Why it cannot be told who may read an item. It is not indexed then, and the ledger says so."""

    reason: str


@dataclass(frozen=True)
class Context:
    """What the platform lends to a connector.

    `pause(seconds)` sleeps, and ends the work when the run is cancelled or the process stops: use it for every wait.
    `client` is the MSP's customer whose source it is; `may_read_all` whether who made the source may act for all.
    """

    settings: Settings
    client: str
    pause: Callable[[float], None]
    may_read_all: bool = False

    @property
    def max_bytes(self) -> int:
        """The largest file that is taken."""
        return self.settings.max_upload_mb * 2**20

    @property
    def inbox(self) -> Path:
        """The folder that a folder source lies in."""
        return self.settings.inbox_dir


class Connector(ABC, Generic[ConfigT]):
    """One source, for the time of a run. `fetch` is called from several threads at once, all else from one."""

    #: What the API calls it.
    kind: ClassVar[str]
    #: The fields of `config`.
    Config: ClassVar[type[Model]]
    #: The fields of `secrets`.
    secret_names: ClassVar[frozenset[str]] = frozenset()
    #: Whether it can tell who may read what. Otherwise `access` of the source decides for all its documents.
    reads_permissions: ClassVar[bool] = False
    #: Whether its source belongs to somebody, so that `access` must be stated.
    is_personal: ClassVar[bool] = False
    #: Whether what it fetches are web pages, of which only the main content is wanted.
    is_web: ClassVar[bool] = False
    #: Whether the platform's settings, and not its config, say where its secrets are sent. Only then can a client have
    #: secrets for all its sources of the kind: otherwise whoever makes a source could have them sent to himself.
    is_at_fixed_place: ClassVar[bool] = False

    def __init__(self, config: ConfigT, secrets: Mapping[str, str], context: Context) -> None:
        """Nothing is opened before it is used."""
        self.config = config
        self.secrets = secrets
        self.context = context

    @classmethod
    def widens_rights(cls, config: Any) -> bool:
        """Whether a config lets people read more than the source itself does. That is not for people to declare."""
        return False

    @abstractmethod
    def changes(self, cursor: Cursor | None) -> Page:
        """The next page of a listing. None: list everything, from the beginning.

        Raises:
            Problem: when the source as a whole cannot be listed, in words that say what to do.
        """

    @abstractmethod
    def fetch(self, item: Wanted, into: IO[bytes]) -> Fetched:
        """Write the bytes of a file into `into`, which is empty and may be truncated and written anew.

        Raises:
            Unfetchable: when this file cannot be had.
            Problem: when the source as a whole cannot be reached.
        """

    def readers(self, items: Sequence[Wanted]) -> Mapping[str, Sequence[str] | Unreadable]:
        """Who may read each item, by key: `user:<id>`, `group:<id>`, `mail:<address in lower case>`, `org`, `anyone`.

        Asked for at most 200 items at a time, of connectors that read permissions. `org` is everybody of the
        organisation, `anyone` everybody of the client. Items that are gone meanwhile are left out.
        """
        raise NotImplementedError

    def check(self) -> Sequence[str]:
        """Try the connection and the rights; say in sentences what was found.

        Raises:
            Problem: that says what to do.
        """
        self.changes(None)
        return ["The source can be listed."]

    def close(self) -> None:
        """Give connections back."""
