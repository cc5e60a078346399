"""Writing to drives: what people and applications do with files and folders, and with whom they share them.

Sources: learn.microsoft.com "Upload or replace the contents of a driveItem", "Create a new folder in a drive", "Update
driveItem properties", "Move a DriveItem to a new folder", "Delete a DriveItem", "Send a sharing invitation", "Delete a
sharing permission from a file or folder" (/graph/api/driveitem-put-content, driveitem-post-children, driveitem-update,
driveitem-move, driveitem-delete, driveitem-invite, permission-delete). An upload names a file in a folder; what is
there is replaced. Inheritance cannot be broken here: an invitation adds to what an item inherits, which is its default.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from tests.fakes.graph.call import Call, route
from tests.fakes.graph.drives import BEFORE, document
from tests.fakes.graph.errors import Refused, answer, denied, invalid, missing
from tests.fakes.graph.people import Person
from tests.fakes.graph.sharing import Permission
from tests.fakes.graph.state import Item
from tests.fakes.graph.wire import Response

_ALL = frozenset({"Files.ReadWrite.All", "Sites.ReadWrite.All", "Sites.Manage.All", "Sites.FullControl.All"})
#: The roles on a site that let an application with Sites.Selected write.
_SELECTED = ("write", "manage", "fullcontrol")
_ROLES = frozenset({"read", "write"})


def _upload(call: Call) -> Response:
    """Into a file named by its id, or by its name in a folder."""
    _needs_writing(call)
    name, content = call["path"], _said(call.request.body)
    if not name:
        item = call.item()
    else:
        folder = _folder(call, call["item"])
        there = folder.children.get(name.casefold())
        if there is None:
            with _as_sharepoint(name):
                return answer(document(call, call.graph.add_file(name, content, within=folder)), 201)
        item = there
    if item.content is None:
        raise _occupied()
    call.graph.write(item, content)
    return answer(document(call, item))


def _add_folder(call: Call) -> Response:
    _needs_writing(call)
    folder, body = call.item(), _body(call)
    name = str(body.get("name") or "")
    if "folder" not in body:
        raise invalid("Only folders are made like this. Files are uploaded.")
    _free(folder, name)
    with _as_sharepoint(name):
        return answer(document(call, call.graph.add_folder(name, within=folder)), 201)


def _update(call: Call) -> Response:
    """Another name, another folder, or both."""
    _needs_writing(call)
    item, body = call.item(), _body(call)
    if item.parent is None:
        raise invalid("The root cannot be changed.")
    reference = body.get("parentReference") or {}
    if reference.get("driveId") not in (None, item.drive.id):
        raise invalid("Items cannot be moved between drives by this request.")
    name = str(body.get("name") or item.name)
    folder = _folder(call, str(reference["id"])) if reference.get("id") else item.parent
    _free(folder, name, but=item)
    with _as_sharepoint(name):
        if folder is not item.parent:
            call.graph.move(item, folder)
        if name != item.name:
            call.graph.rename(item, name)
    return answer(document(call, item))


def _delete(call: Call) -> Response:
    _needs_writing(call)
    item = call.item()
    if item.parent is None:
        raise invalid("The root cannot be deleted.")
    call.graph.delete(item)
    return Response(204)


def _invite(call: Call) -> Response:
    """Share with people by address; an address that nobody in the directory has stays an invitation."""
    _needs_writing(call)
    item, body = call.item(), _body(call)
    roles = [str(role) for role in body.get("roles") or ()]
    addresses = [str(one.get("email") or "") for one in body.get("recipients") or ()]
    if not roles or not _ROLES.issuperset(roles) or not addresses or not all(addresses):
        raise invalid("Recipients with an email are needed, and a role: read or write.")
    given = [_permission(call, item, address, roles) for address in addresses]
    kept = [each for each in item.permissions if each.id not in {permission.id for permission in given}]
    call.graph.set_permissions(item, [*kept, *given], inherits=item.inherits)
    return answer({"value": [permission.document(None) for permission in given]})


def _permission(call: Call, item: Item, address: str, roles: Sequence[str]) -> Permission:
    """The one that they have already, with these roles, or a new one."""
    for each in item.permissions:
        if address.lower() in (each.invited.lower(), each.to.mail.lower() if isinstance(each.to, Person) else ""):
            return replace(each, roles=roles)
    for person in call.caller.tenant.people.values():
        if address.lower() in (person.mail.lower(), person.upn.lower()):
            return call.graph.permission(person, *roles)
    return Permission(call.graph.guid("permission"), invited=address, roles=roles)


def _withdraw(call: Call) -> Response:
    """Delete a permission of the item itself: an inherited one is deleted where it was given."""
    _needs_writing(call)
    item = call.item()
    kept = [each for each in item.permissions if each.id != call["permission"]]
    if len(kept) == len(item.permissions):
        raise missing()
    call.graph.set_permissions(item, kept, inherits=item.inherits)
    return Response(204)


def _needs_writing(call: Call) -> None:
    site = call.drive(call["drive"]).site
    application = call.caller.application
    is_selected = "Sites.Selected" in call.caller.roles and application.sites.get(site.id) in _SELECTED
    if not (is_selected or call.caller.roles & _ALL):
        raise denied()


def _body(call: Call) -> dict[str, Any]:
    try:
        found = json.loads(call.request.body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise invalid("The body is no JSON object.")
    return found


def _said(data: bytes) -> str | bytes:
    """The text that a file consists of, if it does."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _folder(call: Call, key: str) -> Item:
    folder = call.drive(call["drive"]).items.get(key)
    if folder is None or folder.is_deleted or not folder.is_folder:
        raise missing()
    return folder


def _free(folder: Item, name: str, but: Item | None = None) -> None:
    if folder.children.get(name.casefold()) not in (None, but):
        raise _occupied()


def _occupied() -> Refused:
    return Refused(409, "nameAlreadyExists", "An item with the same name exists already.")


@contextmanager
def _as_sharepoint(name: str) -> Iterator[None]:
    """What the library does not take is the caller's mistake."""
    if "/" in name:
        raise invalid("The name holds a slash.")
    try:
        yield
    except ValueError as error:
        raise invalid(str(error)) from None


ROUTES = (
    route("PUT", BEFORE + "/content", "write", _upload),
    route("POST", BEFORE + "/children", "write", _add_folder),
    route("PATCH", BEFORE, "write", _update),
    route("DELETE", BEFORE, "write", _delete),
    route("POST", BEFORE + "/invite", "write", _invite),
    route("DELETE", BEFORE + "/permissions/{permission}", "write", _withdraw),
)
