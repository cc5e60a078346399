"""The server as tests use it."""

from collections.abc import Iterable
from types import TracebackType
from typing import Self

from tests.fakes.graph import truth
from tests.fakes.graph.change import Changes
from tests.fakes.graph.content import Downloads
from tests.fakes.graph.delta import Deltas
from tests.fakes.graph.front import Front
from tests.fakes.graph.mischief import Mischief
from tests.fakes.graph.seen import Seen
from tests.fakes.graph.state import Drive, Item
from tests.fakes.graph.subscriptions import notify
from tests.fakes.graph.tokens import Tokens
from tests.fakes.graph.wire import Request, Response, Server


class Graph(Changes):
    """Microsoft Graph, Entra ID and SharePoint of a small world, on one port of the loopback interface.

    There is a tenant (`tenant`) with an application that may do everything (`app`), Alice, Bob and Charlie, a site
    (`site`) with a library (`drive`). More is added and changed by methods; see `World` and `Changes`.
    `mischief`, `deltas`, `tokens` and `downloads` hold the switches; `seen` what arrived.
    """

    def __init__(self, host: str = "contoso.sharepoint.com", port: int = 0) -> None:
        """Listens at once. An empty `host`: sites are at this server's own address, as their webUrl then says."""
        self.seen = Seen()
        self._server = Server(self._answer, self.seen.sent, port)
        #: What stands for https://graph.microsoft.com.
        self.url = f"http://127.0.0.1:{self._server.port}"
        super().__init__(host or self.url.removeprefix("http://"), f"https://{host}" if host else self.url)
        self.mischief = Mischief()
        self.deltas = Deltas()
        self.tokens = Tokens(self)
        self.downloads = Downloads(self)
        self.tokens.url = self.downloads.server = self.url
        self.permissions_a_page = 200
        #: The reference says both that inheritedFrom tells inherited permissions apart, and that SharePoint omits it.
        self.shows_inherited_from = True
        #: Without Sites.FullControl.All only what the caller itself was granted is listed: "a non-owner caller".
        self.permissions_need_full_control = False
        self._front = Front(self)

    @property
    def authority(self) -> str:
        """What stands for https://login.microsoftonline.com."""
        return self.url

    @property
    def sharepoint(self) -> str:
        """What stands for https://contoso.sharepoint.com: /sites/hr/_api/web/… is served there."""
        return self.url

    def __enter__(self) -> Self:
        """The server itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self._server.close()

    def truth(self, *within: Drive | Item) -> dict[tuple[str, str], truth.File]:
        """Every file that lives, by drive and item: of the drives or folders named, or of all drives."""
        with self.lock:
            folders = [each.root if isinstance(each, Drive) else each for each in within or self.drives.values()]
            return {
                (found.drive.id, found.id): truth.file(found, self.quick_xor(found)) for found in truth.files(folders)
            }

    def named(self, readers: Iterable[str]) -> frozenset[str]:
        """Readers as `truth` names them: who is known by address (SharePoint's groups tell no more) is named by id."""
        with self.lock:
            people = self.tenant.people.values()
            ids = {f"mail:{name.lower()}": f"user:{each.id}" for each in people for name in (each.mail, each.upn)}
            return frozenset(ids.get(reader, reader) for reader in readers)

    def failing(self, drive: Drive | None = None) -> frozenset[str]:
        """The ids of the files that can never be read, as `mischief.failing` has it."""
        with self.lock:
            found = truth.files([(drive or self.drive).root])
            return frozenset(item.id for item in found if self.mischief.fails(item))

    def notify(self, drive: Drive | None = None) -> list[int]:
        """Send change notifications to all who follow a drive; the statuses that came back."""
        return notify(self, drive or self.drive)

    def _answer(self, request: Request) -> Response:
        return self._front.answer(request)
