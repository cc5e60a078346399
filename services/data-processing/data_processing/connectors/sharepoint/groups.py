"""Who is in a group of a SharePoint site, and who owns a Microsoft 365 group."""

import logging
import threading
from collections.abc import Mapping, Sequence

from data_processing.connectors.sharepoint.graph import VERSION, Graph
from data_processing.connectors.sharepoint.principals import Granted, SiteGroup, by_login
from data_processing.connectors.sharepoint.site import SharePoint
from oberaconnect.problems import Forbidden, Unprocessable

_log = logging.getLogger(__name__)


class Groups:
    """Asks once a run. Safe under threads. `told`: members by the name of a group, where the source states them."""

    def __init__(self, graph: Graph, sharepoint: SharePoint, told: Mapping[str, Sequence[str]]) -> None:
        """Nothing is asked before it is needed."""
        self._graph = graph
        self._sharepoint = sharepoint
        self._told = {name.casefold(): frozenset(readers) for name, readers in told.items()}
        self._lock = threading.Lock()
        self._members: dict[tuple[str, str], frozenset[str]] = {}
        self._owners: dict[str, frozenset[str]] = {}

    def readers(self, found: Granted, web: str) -> list[str]:
        """All readers, with groups of the site at `web` replaced by their members.

        Raises:
            Unprocessable: a group's members can be neither read nor were they stated.
            Problem: as `SharePoint.values`.
        """
        readers = set(found.readers)
        for group in found.site_groups:
            readers |= self._of_site(group, web)
        for group_id in found.owners:
            readers |= self._of_owners(group_id)
        return sorted(readers)

    def _of_site(self, group: SiteGroup, web: str) -> frozenset[str]:
        if (told := self._told.get(group.name.casefold())) is not None:
            return told
        if not self._sharepoint.is_open:
            raise Unprocessable(
                f"Who is in the SharePoint group '{group.name}' cannot be read with a client secret, so nobody can "
                "tell who may read these documents. Either sign in with a certificate (AZURE_CLIENT_CERTIFICATE, or "
                "the secret 'certificate') and grant Sites.FullControl.All of SharePoint; or name the group and its "
                "members in 'site_groups' of the source; or set 'access' of the source."
            )
        with self._lock:  # one thread asks, the others find the answer
            key = (web, group.number)
            if key not in self._members:
                self._members[key] = self._asked(group, web)
            return self._members[key]

    def _asked(self, group: SiteGroup, web: str) -> frozenset[str]:
        path = f"sitegroups/getbyid({int(group.number)})/users?$select=LoginName"
        found = Granted()
        for user in self._sharepoint.values(web, path, f"the members of the SharePoint group '{group.name}'"):
            found.add(by_login(str(user.get("LoginName") or "")))
        readers = set(found.readers)
        for group_id in found.owners:
            readers |= self._of_owners(group_id)
        return frozenset(readers)

    def _of_owners(self, group_id: str) -> frozenset[str]:
        """Without the right to read them, nobody: the owners are members as a rule, and granted to as such."""
        if group_id not in self._owners:
            path = f"{VERSION}/groups/{group_id}/owners?$select=id,userPrincipalName"
            try:
                people = list(self._graph.values(path, "the owners of a group"))
            except Forbidden:
                _log.warning(
                    "the owners of a group cannot be read: grant GroupMember.Read.All", extra={"group": group_id}
                )
                people = []
            self._owners[group_id] = frozenset(f"user:{str(one['id']).lower()}" for one in people if one.get("id"))
        return self._owners[group_id]
