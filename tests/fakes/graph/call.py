"""A request on its way to whoever answers it, and what its caller may see.

Which permission lets what be read: the tables of learn.microsoft.com "Microsoft Graph permissions reference"; for
Sites.Selected "Overview of Selected permissions in OneDrive and SharePoint" (/graph/permissions-selected-overview).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.fakes.graph.errors import answer, denied, invalid, missing, unprivileged
from tests.fakes.graph.state import Drive, Item, Site
from tests.fakes.graph.tokens import Caller
from tests.fakes.graph.wire import Request, Response

if TYPE_CHECKING:
    from tests.fakes.graph.graph import Graph

#: Each of these lets an application read every site.
ALL_SITES = frozenset({"Sites.Read.All", "Sites.ReadWrite.All", "Sites.Manage.All", "Sites.FullControl.All"})
_ALL_FILES = frozenset({"Files.Read.All", "Files.ReadWrite.All"})
_PAGE = 200
#: What need not be encoded in the query of a link.
_PLAIN = ",*()$/"


@dataclass(frozen=True)
class Call:
    """One request. `groups` is what its path named; `caller` who asks."""

    graph: "Graph"
    request: Request
    caller: Caller
    groups: Mapping[str, str | None]

    def __getitem__(self, name: str) -> str:
        """A part of the path."""
        return self.groups[name] or ""

    @property
    def url(self) -> str:
        """The address that was asked for, without its query."""
        return f"{self.graph.url}{self.request.target.split('?', 1)[0]}"

    def needs(self, *roles: str) -> None:
        """Raises `Refused` unless the caller has one of these permissions of the directory."""
        if not self.caller.roles & set(roles):
            raise unprivileged()

    def may_read(self, site: Site) -> bool:
        """Whether the caller may read a site."""
        if self.caller.roles & ALL_SITES:
            return True
        return "Sites.Selected" in self.caller.roles and site.id in self.caller.application.sites

    def site(self, key: str) -> Site:
        """A site by its id. Raises `Refused`."""
        for site in self.graph.sites.values():
            if site.tenant is self.caller.tenant and key in (site.id, site.id.split(",")[1]):
                if not self.may_read(site):
                    raise denied()
                return site
        raise missing()

    def drive(self, key: str) -> Drive:
        """A drive by its id. Raises `Refused`."""
        drive = self.graph.drives.get(key)
        if drive is None or drive.site.tenant is not self.caller.tenant:
            raise missing()
        if drive.is_denied or not (self.caller.roles & _ALL_FILES or self.may_read(drive.site)):
            raise denied()
        return drive

    def item(self) -> Item:
        """The drive item that the path names: by id, by its path below the root, or below another item."""
        drive = self.drive(self["drive"])
        item = drive.items.get(self["item"]) if self.groups.get("item") else drive.root
        for name in filter(None, self["path"].split("/")):
            item = item.children.get(name.casefold()) if item else None
        if item is None or item.is_deleted:
            raise missing()
        return item

    def page(self, documents: Sequence[Mapping[str, Any]], context: str, default: int = _PAGE) -> Response:
        """A part of a collection, with the link to the next one."""
        query = self.request.query
        size = self.top(default)
        try:
            start = int(query.get("$skiptoken", "0"))
        except ValueError:
            raise invalid("The skip token is not valid.", "invalidParameterFormat") from None
        document: dict[str, Any] = {"@odata.context": f"{self.graph.url}/v1.0/$metadata#{context}"}
        if start + size < len(documents):
            others = {name: value for name, value in query.items() if name != "$skiptoken"}
            kept = "".join(f"{name}={quote(value, safe=_PLAIN)}&" for name, value in others.items())
            document["@odata.nextLink"] = f"{self.url}?{kept}$skiptoken={start + size}"
        document["value"] = documents[start : start + size]
        return answer(document)

    def top(self, default: int = _PAGE) -> int:
        """The size of a page that was asked for."""
        top = self.request.query.get("$top") or self.request.query.get("top") or str(default)
        if not top.isdecimal() or top == "0":
            raise invalid(f"Invalid value '{top}' for $top query option found.", "invalidQueryOption")
        return min(int(top), 1000)


Handler = Callable[[Call], Response]


@dataclass(frozen=True)
class Route:
    """Which requests somebody answers. `kind` is what they are counted as."""

    method: str
    pattern: re.Pattern[str]
    kind: str
    handler: Handler


def route(method: str, pattern: str, kind: str, handler: Handler) -> Route:
    """A route; `{name}` in the pattern stands for one part of the path."""
    return Route(method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)), kind, handler)
