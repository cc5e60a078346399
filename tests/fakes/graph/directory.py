"""Users, groups and teams.

Sources: learn.microsoft.com "Get a user", "List members", "List group owners", "List teams", "List channels", "Get
filesFolder" (/graph/api/user-get, group-list-members, group-list-owners, teams-list, channel-list,
channel-get-filesfolder).
"""

import re
from collections.abc import Sequence
from typing import Any

from tests.fakes.graph import render
from tests.fakes.graph.call import Call, route
from tests.fakes.graph.errors import Refused, answer
from tests.fakes.graph.people import Group, Person
from tests.fakes.graph.state import Channel
from tests.fakes.graph.wire import Response

_USERS = ("User.Read.All", "User.ReadBasic.All", "User.ReadWrite.All", "Directory.Read.All")
_GROUPS = ("GroupMember.Read.All", "Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All")
_CHANNELS = ("Channel.ReadBasic.All", "ChannelSettings.Read.All", "Group.Read.All", "Directory.Read.All")
_TEAMS = ("Team.ReadBasic.All", "TeamSettings.Read.All", "Group.Read.All", "Directory.Read.All")
_FILTER = re.compile(r"displayName eq '(.*)'")
_FOLDERS = ("Files.Read.All", "Files.ReadWrite.All", "Sites.Read.All", "Group.Read.All")


def _absent(key: str) -> Refused:
    message = f"Resource '{key}' does not exist or one of its queried reference-property objects are not present."
    return Refused(404, "Request_ResourceNotFound", message)


def _document(found: Person | Group) -> dict[str, Any]:
    if isinstance(found, Person):
        return {
            "@odata.type": "#microsoft.graph.user",
            "id": found.id,
            "displayName": found.name,
            "mail": found.mail,
            "userPrincipalName": found.upn,
            "userType": "Guest" if found.is_guest else "Member",
        }
    return {
        "@odata.type": "#microsoft.graph.group",
        "id": found.id,
        "displayName": found.name,
        "mail": found.mail,
        "groupTypes": ["Unified"] if found.is_unified else [],
        "securityEnabled": not found.is_unified,
        "mailEnabled": found.is_unified,
    }


def _users(call: Call) -> Response:
    call.needs(*_USERS)
    people = call.caller.tenant.people.values()
    return call.page([render.select(_document(person), call.request.query) for person in people], "users", 100)


def _user(call: Call) -> Response:
    call.needs(*_USERS)
    for person in call.caller.tenant.people.values():
        if call["user"].lower() in (person.id, person.upn.lower()):
            return answer(render.select(_document(person), call.request.query))
    raise _absent(call["user"])


def _group_of(call: Call) -> Group:
    call.needs(*_GROUPS)
    group = call.caller.tenant.groups.get(call["group"])
    if group is None:
        raise _absent(call["group"])
    return group


def _group(call: Call) -> Response:
    return answer(render.select(_document(_group_of(call)), call.request.query))


def _members(call: Call) -> Response:
    group = _group_of(call)
    wanted: Sequence[Person | Group] = group.members
    if call["of"] != "members":
        wanted = group.owners if call["of"] == "owners" else _all_members(group)
    return call.page([render.select(_document(found), call.request.query) for found in wanted], "directoryObjects", 100)


def _all_members(group: Group) -> list[Person | Group]:
    found: dict[str, Person | Group] = {}
    left = list(group.members)
    while left:
        member = left.pop(0)
        if member.id not in found:
            found[member.id] = member
            left += member.members if isinstance(member, Group) else []
    return list(found.values())


def _channels_of(call: Call) -> list[Channel]:
    channels = call.caller.tenant.channels.get(call["team"])
    if channels is None:
        raise Refused(404, "NotFound", "No team found with Group Id " + call["team"])
    return channels


def _teams(call: Call) -> Response:
    """All teams, or those with the name that $filter has."""
    call.needs(*_TEAMS)
    tenant = call.caller.tenant
    wanted = _FILTER.fullmatch(call.request.query.get("$filter", ""))
    found = [
        {"id": group.id, "displayName": group.name, "description": None, "visibility": "private"}
        for group in (tenant.groups[key] for key in tenant.channels)
        if wanted is None or wanted[1].replace("''", "'").casefold() == group.name.casefold()
    ]
    return call.page([render.select(document, call.request.query) for document in found], "teams")


def _channel_document(channel: Channel) -> dict[str, Any]:
    return {"id": channel.id, "displayName": channel.name, "description": None, "membershipType": channel.kind}


def _channels(call: Call) -> Response:
    call.needs(*_CHANNELS)
    documents = [render.select(_channel_document(channel), call.request.query) for channel in _channels_of(call)]
    return call.page(documents, "teams/channels")


def _files_folder(call: Call) -> Response:
    call.needs(*_FOLDERS)
    for channel in _channels_of(call):
        if channel.id == call["channel"]:
            # Other than everywhere else, parentReference has neither path nor parent here.
            document = render.item(call.graph, channel.folder, with_path=False)
            del document["parentReference"]["id"]
            return answer(document)
    raise Refused(404, "NotFound", "Channel not found")


ROUTES = (
    route("GET", "/users", "user", _users),
    route("GET", "/users/{user}", "user", _user),
    route("GET", "/groups/{group}", "group", _group),
    route("GET", "/groups/{group}/(?P<of>members|owners|transitiveMembers)", "group", _members),
    route("GET", "/teams", "team", _teams),
    route("GET", "/teams/{team}/channels", "team", _channels),
    route("GET", "/teams/{team}/channels/{channel}/filesFolder", "team", _files_folder),
)
