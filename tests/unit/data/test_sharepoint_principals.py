"""Whom the permissions of Microsoft 365 let read."""

from datetime import UTC, datetime
from typing import Any

import pytest

from data_processing.connectors.sharepoint.assignments import assigned
from data_processing.connectors.sharepoint.principals import Granted, SiteGroup, by_login, granted

NOW = datetime(2026, 1, 5, tzinfo=UTC)
ALICE = "8b1f6c2e-0f5e-4f0e-9a51-0a2a7c9a1b11"
TEAM = "0d6a5f3c-6b1e-4f0a-8f7e-6c1d2b3a4f55"


def _found(permission: dict[str, Any], *, with_links: bool = False) -> Granted:
    return granted([{"roles": ["read"], **permission}], with_links=with_links, now=NOW)


@pytest.mark.parametrize(
    ("login", "readers"),
    [
        ("i:0#.f|membership|Alice@Contoso.com", {"mail:alice@contoso.com"}),
        (f"c:0t.c|tenant|{TEAM}", {f"group:{TEAM}"}),
        (f"c:0o.c|federateddirectoryclaimprovider|{TEAM}", {f"group:{TEAM}"}),
        (f"c:0o.c|federateddirectoryclaimprovider|{TEAM}_o", set()),
        ("c:0-.f|rolemanager|spo-grid-all-users/9f4c", {"org"}),
        ("c:0(.s|true", {"anyone"}),
        ("SHAREPOINT\\system", set()),
        ("c:0t.c|tenant|not-an-id", set()),
    ],
    ids=["person", "security group", "team", "owners of a team", "organisation", "everyone", "system", "no id"],
)
def test_a_login_name_stands_for_its_readers(login: str, readers: set[str]) -> None:
    assert by_login(login).readers == readers


def test_owners_of_a_team_are_not_the_team() -> None:
    login = f"c:0o.c|federateddirectoryclaimprovider|{TEAM}_o"
    found = _found({"grantedToV2": {"group": {"id": TEAM}, "siteUser": {"loginName": login}}})
    assert (found.readers, found.owners) == (set(), {TEAM})


def test_a_person_counts_by_id_and_by_address() -> None:
    found = _found({"grantedToV2": {"user": {"id": ALICE.upper(), "email": "Alice@Contoso.com"}}})
    assert found.readers == {f"user:{ALICE}", "mail:alice@contoso.com"}


@pytest.mark.parametrize("roles", [[], ["sp.limited access"], ["upload"]], ids=["none", "limited", "upload"])
def test_roles_without_reading_let_nobody_read(roles: list[str]) -> None:
    assert _found({"roles": roles, "grantedToV2": {"user": {"id": ALICE}}}).readers == set()


def test_an_application_is_no_reader() -> None:
    assert _found({"grantedToV2": {"application": {"id": ALICE}}}) == Granted()


@pytest.mark.parametrize(
    ("expires", "counts"),
    [
        ("0001-01-01T00:00:00Z", True),
        ("2026-01-04T23:59:59Z", False),
        ("2026-01-06T00:00:00Z", True),
        ("", True),
    ],
    ids=["never", "over", "to come", "not told"],
)
def test_what_has_expired_counts_no_more(expires: str, counts: bool) -> None:
    found = _found({"expirationDateTime": expires, "grantedToV2": {"user": {"id": ALICE}}})
    assert bool(found.readers) is counts


@pytest.mark.parametrize(
    ("scope", "alone", "granting"),
    [("organization", set(), {"org"}), ("anonymous", set(), {"anyone"}), ("existingAccess", set(), set())],
)
def test_links_count_only_when_the_source_says_so(scope: str, alone: set[str], granting: set[str]) -> None:
    permission = {"link": {"scope": scope, "type": "view"}}
    assert _found(permission).readers == alone
    assert _found(permission, with_links=True).readers == granting


def test_people_named_by_a_link_always_count() -> None:
    named = {"link": {"scope": "users", "type": "view"}, "grantedToIdentitiesV2": [{"user": {"id": ALICE}}]}
    assert _found(named).readers == {f"user:{ALICE}"}


def test_an_invitation_that_is_open_is_for_its_address() -> None:
    assert _found({"invitation": {"email": "Dora@Fabrikam.com"}}).readers == {"mail:dora@fabrikam.com"}


def test_a_group_that_sharepoint_made_for_itself_is_left_out() -> None:
    own = {"siteGroup": {"id": "7", "displayName": "SharingLinks.4f0e.OrganizationView.9a51"}}
    assert _found({"grantedToV2": own}) == Granted()
    other = {"siteGroup": {"id": "5", "displayName": "HR Members"}}
    assert _found({"grantedToV2": other}).site_groups == {SiteGroup("5", "HR Members")}


def test_of_assigned_roles_those_that_see_items_count() -> None:
    reads, limited = {"BasePermissions": {"Low": "138612833"}}, {"BasePermissions": {"Low": "134287360"}}
    found = assigned(
        [
            {"Member": {"PrincipalType": 8, "Id": 5, "Title": "HR Members"}, "RoleDefinitionBindings": [reads]},
            {"Member": {"PrincipalType": 1, "LoginName": "i:0#.f|membership|a@b.c"}, "RoleDefinitionBindings": [reads]},
            {"Member": {"PrincipalType": 4, "LoginName": "c:0(.s|true"}, "RoleDefinitionBindings": [limited]},
        ]
    )
    assert found == Granted(readers={"mail:a@b.c"}, site_groups={SiteGroup("5", "HR Members")})
