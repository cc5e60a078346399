"""Who may read a page or an item of a list: the roles that SharePoint assigns, its own or inherited.

Graph v1.0 does not tell them. Reference: learn.microsoft.com/sharepoint/dev/sp-add-ins/
users-groups-and-roles-rest-api-reference (roleassignments); SP.PermissionKind: the lowest bit is "view list items".
"""

from collections.abc import Iterable, Mapping
from typing import Any

from data_processing.connectors.contract import Wanted
from data_processing.connectors.sharepoint.principals import Granted, SiteGroup, by_login
from data_processing.connectors.sharepoint.site import SharePoint
from oberaconnect.problems import Unprocessable

_VIEW_LIST_ITEMS = 1
_SITE_GROUP = 8
_ROLES = "roleassignments?$expand=Member,RoleDefinitionBindings"


def assigned_to(sharepoint: SharePoint, item: Wanted) -> Granted:
    """Who may read it; nobody when it is gone.

    Raises:
        Unprocessable: without a certificate nobody is told, with what to do.
        Problem: as `SharePoint.values`.
    """
    if not sharepoint.is_open:
        raise Unprocessable(
            "Who may read pages and items of lists is told only to applications with a certificate. Either sign in "
            "with one (AZURE_CLIENT_CERTIFICATE, or the secret 'certificate') and grant Sites.FullControl.All of "
            "SharePoint, or set 'access' of the source."
        )
    reference = item.reference
    if "page" in reference:
        path = f"GetFileById('{reference['page']}')/ListItemAllFields/{_ROLES}"
    else:
        path = f"lists(guid'{reference['list']}')/items({int(reference['number'])})/{_ROLES}"
    return assigned(sharepoint.values(str(reference["web"]), path, f"the permissions of '{item.name}'"))


def assigned(assignments: Iterable[Mapping[str, Any]]) -> Granted:
    """Pure: whom these assignments let read."""
    found = Granted()
    for assignment in assignments:
        member = assignment.get("Member") or {}
        if not any(_reads(role) for role in assignment.get("RoleDefinitionBindings") or ()):
            continue
        if member.get("PrincipalType") == _SITE_GROUP:
            found.site_groups.add(SiteGroup(str(member["Id"]), str(member.get("Title") or member.get("LoginName"))))
        else:
            found.add(by_login(str(member.get("LoginName") or "")))
    return found


def _reads(role: Mapping[str, Any]) -> bool:
    return bool(int((role.get("BasePermissions") or {}).get("Low") or 0) & _VIEW_LIST_ITEMS)
