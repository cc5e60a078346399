"""The little of SharePoint's own interface that Microsoft Graph has no counterpart for.

Sources: learn.microsoft.com "Users, groups, and roles REST API reference", "Working with lists and list items with
REST", "Working with folders and files with REST" (/sharepoint/dev/sp-add-ins/…), "SP.PermissionKind enumeration".
Answers are JSON without metadata, or {"d": …} when Accept says odata=verbose.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tests.fakes.graph.call import ALL_SITES
from tests.fakes.graph.errors import Refused
from tests.fakes.graph.people import Person, Principal, SiteGroup
from tests.fakes.graph.render import select
from tests.fakes.graph.sharing import number
from tests.fakes.graph.state import ListItem, Site, SiteList, SitePage
from tests.fakes.graph.tokens import UNSUPPORTED, Caller
from tests.fakes.graph.wire import Request, Response

if TYPE_CHECKING:
    from tests.fakes.graph.graph import Graph

_PATH = re.compile(r"(?P<site>.*?)/_api/web(?P<rest>/.*)?", re.IGNORECASE)
#: The rights of a role as two halves of 64 bits. The lowest bit is to view list items; Limited Access lacks it.
_READ = {"Name": "Read", "RoleTypeKind": 2, "BasePermissions": {"High": "176", "Low": "138612833"}}
_LIMITED = {"Name": "Limited Access", "RoleTypeKind": 1, "BasePermissions": {"High": "48", "Low": "134287360"}}
#: A document, a list of them, or bytes.
Answered = Any


def rest(graph: "Graph", request: Request) -> Response:
    """Answer a request to /_api/web of a site. Raises nothing: its errors have a form of their own."""
    try:
        caller = graph.tokens.caller(request, "sharepoint")
        match = _PATH.fullmatch(request.path)
        if match is None:
            raise _absent("Cannot find resource for the request.")
        with graph.lock:
            site = _site(graph, caller, match["site"])
            for pattern, handler in _ROUTES:
                if found := pattern.fullmatch(match["rest"] or ""):
                    answered = handler(site, found.groupdict(""))
                    return _shown(request, answered)
        raise _absent(f"Cannot find resource for the request {(match['rest'] or '').lstrip('/')}.")
    except Refused as refused:
        if refused.status == 401:
            graph.seen.unauthorised.append(request.target)
        return _refusal(refused)


def _site(graph: "Graph", caller: Caller, path: str) -> Site:
    for site in graph.sites.values():
        if site.tenant is caller.tenant and site.path.casefold() == path.casefold():
            if caller.roles & ALL_SITES or ("Sites.Selected" in caller.roles and site.id in caller.application.sites):
                return site
            code = "-2147024891, System.UnauthorizedAccessException"
            raise Refused(403, code, "Attempted to perform an unauthorized operation.")
    raise _absent("File Not Found.")


def _web(site: Site, named: Mapping[str, str]) -> Answered:
    return {"Id": site.id.split(",")[2], "Title": site.title, "Url": site.url}


def _groups(site: Site, named: Mapping[str, str]) -> Answered:
    return [_member(group) for group in site.groups.values()]


def _group(site: Site, named: Mapping[str, str]) -> Answered:
    return _member(_group_of(site, named))


def _users(site: Site, named: Mapping[str, str]) -> Answered:
    return [_member(member) for member in _group_of(site, named).members]


def _attachments(site: Site, named: Mapping[str, str]) -> Answered:
    of, row = _row_of(site, named)
    return [{"FileName": name, "ServerRelativeUrl": f"{_folder(of, row)}/{name}"} for name in row.attachments]


def _attachment(site: Site, named: Mapping[str, str]) -> Answered:
    _, row = _row_of(site, named)
    name = named["name"].replace("''", "'")
    if name not in row.attachments:
        raise _absent("The attachment does not exist.")
    return row.attachments[name]


def _file(site: Site, named: Mapping[str, str]) -> Answered:
    wanted = named["file"].replace("''", "'")
    for of in site.lists.values():
        for row in of.items.values():
            for name, content in row.attachments.items():
                if wanted == f"{_folder(of, row)}/{name}":
                    return content
    raise _absent("File Not Found.")


def _roles_of_row(site: Site, named: Mapping[str, str]) -> Answered:
    return _roles(site, _row_of(site, named)[1])


def _roles_of_page(site: Site, named: Mapping[str, str]) -> Answered:
    page = site.pages.get(named["page"])
    if page is None:
        raise _absent("File Not Found.")
    return _roles(site, page)


def _roles(site: Site, what: SitePage | ListItem) -> Answered:
    granted = list(site.groups.values()) if what.granted is None else what.granted
    assigned = [(member, _READ) for member in granted] + [(member, _LIMITED) for member in what.limited]
    return [
        {"Member": _member(member), "PrincipalId": _member(member)["Id"], "RoleDefinitionBindings": [role]}
        for member, role in assigned
    ]


def _row_of(site: Site, named: Mapping[str, str]) -> tuple[SiteList, ListItem]:
    for of in site.lists.values():
        if of.id == named["list"] or of.title == named["title"]:
            row = of.items.get(int(named["row"]))
            if row is None:
                raise _absent("Item does not exist. It may have been deleted by another user.")
            return of, row
    raise _absent("List does not exist.")


def _folder(of: SiteList, row: ListItem) -> str:
    return f"{of.site.path}/Lists/{of.title}/Attachments/{row.number}"


def _group_of(site: Site, named: Mapping[str, str]) -> SiteGroup:
    for group in site.groups.values():
        if named["id"] == str(group.id) or named["name"] == group.title:
            return group
    raise Refused(404, "-2146232832, Microsoft.SharePoint.SPException", "Group cannot be found.")


def _member(member: Principal | SiteGroup) -> dict[str, Any]:
    if isinstance(member, SiteGroup):
        return {"Id": member.id, "LoginName": member.title, "PrincipalType": 8, "Title": member.title}
    return {
        "Id": int(number(member)),
        "IsHiddenInUI": False,
        "LoginName": member.login,
        "Title": member.name,
        "PrincipalType": member.principal_type,
        "Email": member.mail,
        "IsEmailAuthenticationGuestUser": False,
        "IsShareByEmailGuestUser": isinstance(member, Person) and member.is_guest,
        "IsSiteAdmin": False,
        "UserPrincipalName": member.upn if isinstance(member, Person) else None,
    }


def _absent(message: str) -> Refused:
    return Refused(404, "-2130575338, Microsoft.SharePoint.SPException", message)


def _shown(request: Request, answered: Answered) -> Response:
    if isinstance(answered, bytes):
        return Response(200, answered, {"Content-Type": "application/octet-stream"})
    verbose = "odata=verbose" in request.headers.get("accept", "")
    if isinstance(answered, list):
        documents = [select(document, request.query) for document in answered]
        return _json({"d": {"results": documents}} if verbose else {"value": documents})
    return _json({"d": answered} if verbose else answered)


def _refusal(refused: Refused) -> Response:
    if refused.message == UNSUPPORTED:
        headers = {
            "x-ms-diagnostics": f'3001000;reason="{UNSUPPORTED}";category="invalid_client"',
            "WWW-Authenticate": 'Bearer client_id="00000003-0000-0ff1-ce00-000000000000"',
            "Content-Type": "text/plain; charset=utf-8",
        }
        return Response(401, refused.message.encode(), headers)
    message = {"lang": "en-US", "value": refused.message}
    return _json({"odata.error": {"code": refused.code, "message": message}}, refused.status)


def _json(document: dict[str, Any], status: int = 200) -> Response:
    body = json.dumps(document, ensure_ascii=False).encode()
    return Response(status, body, {"Content-Type": "application/json;odata=nometadata;streaming=true;charset=utf-8"})


_GROUP = r"/sitegroups(?:/getbyid)?(?:\((?P<id>\d+)\)|/getbyname\('(?P<name>[^']+)'\))"
_ROW = r"/lists(?:\(guid'(?P<list>[\w-]+)'\)|/getbytitle\('(?P<title>[^']+)'\))/items\((?P<row>\d+)\)"
_ROUTES: tuple[tuple[re.Pattern[str], Callable[[Site, Mapping[str, str]], Answered]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), handler)
    for pattern, handler in (
        ("", _web),
        ("/sitegroups", _groups),
        (_GROUP, _group),
        (_GROUP + "/users", _users),
        (_ROW + "/attachmentfiles", _attachments),
        (_ROW + r"/attachmentfiles(?:/getbyfilename)?\('(?P<name>.+)'\)/\$value", _attachment),
        (_ROW + "/roleassignments", _roles_of_row),
        (r"/getfilebyid\('(?P<page>[\w-]+)'\)/listitemallfields/roleassignments", _roles_of_page),
        (r"/getfilebyserverrelative(?:path\(decodedurl=|url\()'(?P<file>.+)'\)/\$value", _file),
    )
)
