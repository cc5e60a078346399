"""Which tenant to ask, and as whom: what SHAREPOINT_TEST_… say.

TENANT_ID, CLIENT_ID, CLIENT_SECRET   an application that may write to the site, with Sites.FullControl.All of Graph
SITE                                  the address of a site, or host:/path
USERS                                 two addresses to share with; without them nothing is said of readers
AUTHORITY, GRAPH_URL                  of a national cloud
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

_PREFIX = "SHAREPOINT_TEST_"
_REQUIRED = ("TENANT_ID", "CLIENT_ID", "CLIENT_SECRET", "SITE")


class Missing(Exception):
    """Nothing says which tenant to ask; the message names what must be set."""


@dataclass(frozen=True)
class Access:
    """A tenant, an application, and a site that it may write to. `users`: two addresses to share with, or nobody."""

    tenant: str
    application: str
    secret: SecretStr
    site: str
    users: Sequence[str] = ()
    authority: str = "https://login.microsoftonline.com"
    graph_url: str = "https://graph.microsoft.com"

    @property
    def settings(self) -> dict[str, Any]:
        """The settings with which a platform reads from it."""
        return {
            "azure_authority": self.authority,
            "azure_tenant_id": self.tenant,
            "azure_client_id": self.application,
            "azure_client_secret": self.secret,
            "graph_url": self.graph_url,
        }


def access(environ: Mapping[str, str]) -> Access:
    """What SHAREPOINT_TEST_… say. Raises `Missing`."""
    given = {
        name.removeprefix(_PREFIX): value.strip()
        for name, value in environ.items()
        if name.startswith(_PREFIX) and value.strip()
    }
    if missing := [_PREFIX + name for name in _REQUIRED if name not in given]:
        raise Missing(f"To run on a real tenant, set {', '.join(missing)}.")
    users = [user.lower() for user in given.get("USERS", "").replace(",", " ").split()]
    if len(users) not in (0, 2):
        raise Missing(f"{_PREFIX}USERS must name two addresses.")
    tenant, application, secret, site = (given[name] for name in _REQUIRED)
    elsewhere = {name.lower(): given[name] for name in ("AUTHORITY", "GRAPH_URL") if name in given}
    return Access(tenant, application, SecretStr(secret), site, users, **elsewhere)
