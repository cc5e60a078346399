"""Sites, and their libraries.

Sources: learn.microsoft.com "Get a site resource", "Get a site by path", "Search for sites", "List available drives",
"Enumerate subsites" (/graph/api/site-get, site-getbypath, site-search, drive-list, site-list-subsites).
"""

import re
from urllib.parse import quote

from tests.fakes.graph import render
from tests.fakes.graph.call import Call, route
from tests.fakes.graph.errors import answer, missing
from tests.fakes.graph.state import Drive, Site, Tenant
from tests.fakes.graph.wire import Response
from tests.fakes.graph.world import World

#: /sites/contoso.sharepoint.com:/sites/hr, and what may follow after another colon.
_BY_PATH = re.compile(r"/sites/(?P<host>[^/]+?):/(?P<path>[^:]*)(?::(?P<rest>/.*)?)?")
_BY_HOST = re.compile(r"/sites/(?P<host>root|[^/,]+\.[^/,]+)(?P<rest>/.*)?")
_OWNED = re.compile(r"/(?P<kind>sites|users|groups)/(?P<key>[^/]+)/drive(?P<rest>/.*)?")


def canonical(world: World, tenant: Tenant, path: str) -> str:
    """The path with ids only: a site by its path, and the drive that a site, user or group has. Raises `Refused`."""
    if match := _BY_PATH.fullmatch(path) or _BY_HOST.fullmatch(path):
        wanted = f"/{match['path']}".rstrip("/") if "path" in match.groupdict() else ""
        for site in world.sites.values():
            of_host = match["host"] in ("root", site.host)
            if site.tenant is tenant and of_host and site.path.casefold() == wanted.casefold():
                path = f"/sites/{site.id}{match['rest'] or ''}"
                break
        else:
            raise missing()
    if match := _OWNED.fullmatch(path):
        drive = _default_drive(world, tenant, match["kind"], match["key"])
        return f"/drives/{drive.id}{match['rest'] or ''}"
    return path


def _default_drive(world: World, tenant: Tenant, kind: str, key: str) -> Drive:
    if kind == "sites":
        for site in world.sites.values():
            if site.tenant is tenant and key in (site.id, site.id.split(",")[1]) and site.drives:
                return site.drives[0]
    for drive in world.drives.values():
        owner = drive.owner
        if owner and drive.site.tenant is tenant and key.lower() in (owner.id, getattr(owner, "upn", "").lower()):
            return drive
    raise missing()


def _document(call: Call, site: Site) -> dict[str, object]:
    return render.select(render.site(site, call.graph.now), call.request.query)


def _site(call: Call) -> Response:
    return answer(_document(call, call.site(call["site"])))


def _search(call: Call) -> Response:
    """What Sites.Selected does not name is left out."""
    wanted = call.request.query.get("search", "").casefold().strip("*")
    found = [
        _document(call, site)
        for site in call.graph.sites.values()
        if site.tenant is call.caller.tenant
        and call.may_read(site)
        and wanted in f"{site.title} {site.path}".casefold()
        and not (wanted and site.is_personal)
    ]
    return call.page(found, "sites")


def _drives(call: Call) -> Response:
    site = call.site(call["site"])
    documents = [render.drive(drive, call.graph.now) for drive in site.drives]
    return call.page([render.select(document, call.request.query) for document in documents], "drives")


def _subsites(call: Call) -> Response:
    parent = call.site(call["site"])
    found = [
        _document(call, site)
        for site in call.graph.sites.values()
        if site is not parent and site.host == parent.host and site.path.rpartition("/")[0] == parent.path
    ]
    return call.page(found, f"sites('{quote(parent.id)}')/sites")


ROUTES = (
    route("GET", "/sites", "site", _search),
    route("GET", "/sites/getAllSites(?:\\(\\))?", "site", _search),
    route("GET", "/sites/{site}", "site", _site),
    route("GET", "/sites/{site}/drives", "drives", _drives),
    route("GET", "/sites/{site}/sites", "site", _subsites),
)
