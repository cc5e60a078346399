"""Where a source's documents lie: from names, addresses and paths to the ids of sites, libraries, folders and lists.

Reference: learn.microsoft.com/graph/api/site-get, site-getbypath, site-search, drive-list, drive-get, driveitem-get,
list-list, team-list, channel-list, channel-get-filesfolder.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from data_processing.connectors.sharepoint.config import SharePointConfig
from data_processing.connectors.sharepoint.graph import VERSION, Graph
from data_processing.connectors.sharepoint.items import folder_key
from oberaconnect.problems import NotFound, Problem, Unprocessable

_SITE_ID = re.compile(r"[\w.-]+(?::\d+)?,[0-9a-fA-F-]{36},[0-9a-fA-F-]{36}")
_BY_PATH = re.compile(r"(?P<host>[\w.-]+(?::\d+)?):/(?P<path>[^:]*):?")
_SITE_FIELDS = "id,name,displayName,webUrl"
_DRIVE_FIELDS = "id,name,webUrl,driveType"
#: How many names an error counts up.
_MAX_NAMES = 20


@dataclass(frozen=True)
class Site:
    """A site. `web` is its address."""

    id: str
    name: str
    web: str


@dataclass(frozen=True)
class Drive:
    """A library. `web` is the address of the site it belongs to, `site` that site's name; `url` its own address."""

    id: str
    name: str
    web: str
    site: str
    url: str


@dataclass(frozen=True)
class SiteList:
    """A list of a site."""

    id: str
    name: str
    url: str


@dataclass(frozen=True)
class Places:
    """All that a source consists of. `scope`: keys of the folders whose content is wanted; None: everything."""

    site: Site | None
    drives: Sequence[Drive]
    lists: Sequence[SiteList]
    scope: Sequence[str] | None


def find(graph: Graph, config: SharePointConfig, default_site: str, default_drive: str) -> Places:
    """Look everything up. The defaults are those of the platform.

    Raises:
        NotFound: naming what is not there, and what is.
        Problem: as `Graph.get`.
    """
    if config.user:
        drive = _of_user(graph, config.user)
        return Places(None, [drive], [], _scope(graph, drive, config, config.folders, None))
    if config.team:
        drive, start = _of_channel(graph, config)
        scope = _scope(graph, drive, config, config.folders, start)
        return Places(None, [drive], [], scope or [folder_key(drive.id, start)])
    wanted = config.site or default_site
    if not wanted:
        raise Unprocessable("Name the 'site' of the source, or set SHAREPOINT_SITE.")
    site = find_site(graph, wanted)
    lists = _lists(graph, site, config.lists)
    if not config.files:
        return Places(site, [], lists, None)
    # The platform's library belongs to the platform's site.
    drives, below = _libraries(graph, site, config, config.drive or ("" if config.site else default_drive))
    scope = _scope(graph, drives[0], config, below, None) if len(drives) == 1 else _roots(graph, drives, config)
    return Places(site, drives, lists, scope)


def find_site(graph: Graph, wanted: str) -> Site:
    """A site by id, `host:/path`, address, or name."""
    what = f"the site '{wanted}'"
    wanted = wanted.strip()
    if wanted == "root" or _SITE_ID.fullmatch(wanted):
        path = f"{VERSION}/sites/{wanted}"
    elif wanted.startswith(("https://", "http://")):
        parts = urlsplit(wanted)
        path = _by_path(parts.netloc, _site_path(unquote(parts.path)))
    elif found := _BY_PATH.fullmatch(wanted):
        path = _by_path(found["host"], found["path"])
    else:
        return _by_name(graph, wanted)
    return _site(graph.get(f"{path}?$select={_SITE_FIELDS}", what))


def _site_path(path: str) -> str:
    """The path of the site within the path of a page or a file of it."""
    parts = [part for part in path.split("/") if part]
    known = parts[:1] and parts[0].lower() in ("sites", "teams", "personal")
    return "/".join(parts[:2]) if known else ""


def _by_path(host: str, path: str) -> str:
    path = path.strip("/")
    return f"{VERSION}/sites/{quote(host, safe=':')}" + (f":/{quote(path)}" if path else "")


def _by_name(graph: Graph, name: str) -> Site:
    query = f"{VERSION}/sites?search={quote(name, safe='')}&$select={_SITE_FIELDS}"
    found = list(graph.values(query, f"sites named '{name}'"))
    same = [raw for raw in found if name.casefold() in (_folded(raw, "displayName"), _folded(raw, "name"))]
    if len(same) == 1:
        return _site(same[0])
    nearby = _listed(str(raw.get("webUrl", "")) for raw in (same or found))
    if same:
        raise Unprocessable(f"{len(same)} sites are named '{name}': {nearby}. Give the address of the one you mean.")
    hint = f" Similar ones: {nearby}." if found else ""
    raise NotFound(f"There is no site named '{name}' that the application may see.{hint} Give its address.")


def _site(raw: dict[str, Any]) -> Site:
    return Site(str(raw["id"]), str(raw.get("displayName") or raw.get("name") or ""), str(raw.get("webUrl", "")))


def _drive(raw: dict[str, Any], site: Site | None) -> Drive:
    url = str(raw.get("webUrl", ""))
    # A library's address is that of its site, and the name of its root folder.
    web = site.web if site else url.rstrip("/").rsplit("/", 1)[0]
    return Drive(str(raw["id"]), str(raw.get("name") or "Documents"), web, site.name if site else "", url)


def _of_user(graph: Graph, user: str) -> Drive:
    path = f"{VERSION}/users/{quote(user, safe='@')}/drive?$select={_DRIVE_FIELDS}"
    return _drive(graph.get(path, f"the OneDrive of '{user}'"), None)


def _of_channel(graph: Graph, config: SharePointConfig) -> tuple[Drive, str]:
    """The library that a channel keeps its files in, and the id of the channel's folder."""
    team = config.team
    if not re.fullmatch(r"[0-9a-fA-F-]{36}", team):
        escaped = quote(team.replace("'", "''"), safe="")
        teams = list(
            graph.values(f"{VERSION}/teams?$filter=displayName eq '{escaped}'&$select=id,displayName", "teams by name")
        )
        if len(teams) != 1:
            raise NotFound(f"{len(teams)} teams are named '{team}'. Give the id of the one you mean.")
        team = str(teams[0]["id"])
    channels = list(
        graph.values(f"{VERSION}/teams/{team}/channels?$select=id,displayName", f"the channels of team '{config.team}'")
    )
    wanted = config.channel.casefold()
    found = [raw for raw in channels if wanted in (_folded(raw, "displayName"), _folded(raw, "id"))]
    if not found:
        names = _listed(str(raw.get("displayName", "")) for raw in channels)
        raise NotFound(f"Team '{config.team}' has no channel '{config.channel}'. Its channels: {names}.")
    path = f"{VERSION}/teams/{team}/channels/{quote(str(found[0]['id']), safe='')}/filesFolder"
    folder = graph.get(path, f"the files of channel '{config.channel}'")
    drive_id = str((folder.get("parentReference") or {}).get("driveId", ""))
    drive = graph.get(f"{VERSION}/drives/{drive_id}?$select={_DRIVE_FIELDS}", f"the library of '{config.channel}'")
    return _drive(drive, None), str(folder["id"])


def _libraries(graph: Graph, site: Site, config: SharePointConfig, wanted: str) -> tuple[list[Drive], list[str]]:
    """The libraries meant, and what of the path lies below their roots."""
    folders = config.folders
    path = f"{VERSION}/sites/{site.id}/drives?$select={_DRIVE_FIELDS}"
    every = [_drive(raw, site) for raw in graph.values(path, f"the libraries of site '{site.name}'")]
    if not wanted or wanted == "*":
        if folders and (named := _named(every, folders[0])):
            return [named], folders[1:]
        if wanted and folders:
            raise NotFound(f"There is no library '{folders[0]}' in site '{site.name}'. {_those(every)}")
        if wanted:
            return every, []
        default = graph.get(
            f"{VERSION}/sites/{site.id}/drive?$select={_DRIVE_FIELDS}", f"the default library of site '{site.name}'"
        )
        return [_drive(default, site)], folders
    library = _named(every, wanted)
    if library is None:
        raise NotFound(f"There is no library '{wanted}' in site '{site.name}'. {_those(every)}")
    return [library], folders[1:] if folders and _named([library], folders[0]) else folders


def _named(drives: Sequence[Drive], name: str) -> Drive | None:
    """A library by id, by name, or by the name of its folder in addresses (`Shared Documents`)."""
    for drive in drives:
        folder = unquote(drive.url.rstrip("/").rsplit("/", 1)[-1])
        if name == drive.id or name.casefold() in (drive.name.casefold(), folder.casefold()):
            return drive
    return None


def _those(drives: Sequence[Drive]) -> str:
    return f"Its libraries: {_listed(drive.name for drive in drives)}."


def _scope(
    graph: Graph, drive: Drive, config: SharePointConfig, folders: Sequence[str], start: str | None
) -> list[str] | None:
    """The key of the folder at a path below the root, or below the folder `start`."""
    if not folders:
        return None if config.recursive or start else _roots(graph, [drive], config)
    base = f"{VERSION}/drives/{drive.id}/" + (f"items/{start}" if start else "root")
    path = "/".join(folders)
    answer = graph.send("GET", f"{base}:/{quote(path, safe='/')}?$select=id,name,folder,package")
    if answer.status == 404:
        there = _listed(
            str(raw.get("name", ""))
            for raw in graph.values(f"{base}/children?$select=name,folder&$top=200", f"the folders of '{drive.name}'")
            if "folder" in raw
        )
        raise NotFound(
            f"There is no folder '{path}' in library '{drive.name}'. At its top are: {there or 'no folders'}."
        )
    found = answer.json() if answer.status == 200 else None
    if not isinstance(found, dict):
        raise graph.refusal(answer, f"the folder '{path}' of library '{drive.name}'")
    if "folder" not in found:
        raise Unprocessable(f"'{path}' in library '{drive.name}' is not a folder. Name the folder it lies in.")
    return [folder_key(drive.id, str(found["id"]))]


def _roots(graph: Graph, drives: Sequence[Drive], config: SharePointConfig) -> list[str] | None:
    """The roots of the libraries, when their subfolders are not wanted. A library that cannot be read has none."""
    if config.recursive:
        return None
    keys = []
    for drive in drives:
        try:
            root = graph.get(f"{VERSION}/drives/{drive.id}/root?$select=id", f"the library '{drive.name}'")
        except Problem as problem:
            if problem.status not in (403, 404):
                raise
        else:
            keys.append(folder_key(drive.id, str(root["id"])))
    return keys


def _lists(graph: Graph, site: Site, wanted: Sequence[str]) -> list[SiteList]:
    if not wanted:
        return []
    path = f"{VERSION}/sites/{site.id}/lists?$select=id,name,displayName,webUrl"
    every = list(graph.values(path, f"the lists of site '{site.name}'"))
    found = []
    for name in wanted:
        same = [
            r
            for r in every
            if name == r.get("id") or name.casefold() in (_folded(r, "displayName"), _folded(r, "name"))
        ]
        if not same:
            names = _listed(str(raw.get("displayName", "")) for raw in every)
            raise NotFound(f"There is no list '{name}' in site '{site.name}'. Its lists: {names}.")
        raw = same[0]
        found.append(SiteList(str(raw["id"]), str(raw.get("displayName") or name), str(raw.get("webUrl", ""))))
    return found


def _folded(raw: dict[str, Any], name: str) -> str:
    return str(raw.get(name) or "").casefold()


def _listed(names: Any) -> str:
    found = [f"'{name}'" for name in names]
    more = f" and {len(found) - _MAX_NAMES} more" if len(found) > _MAX_NAMES else ""
    return ", ".join(found[:_MAX_NAMES]) + more
