"""Microsoft Graph, Entra ID and a little of SharePoint, over real HTTP and as documented, to test a connector on.

with Graph() as graph:
    file = graph.add_file("Policies/leave.txt", "Thirty days.", by=graph.alice)
    graph.set_permissions(file, [graph.permission(graph.bob)])
    graph.write(file, "Thirty-one days.")
    graph.mischief.throttle = 0.02                     # what goes wrong
    graph.seen.kinds["delta"], graph.seen.concurrency  # what arrived
    graph.truth(graph.drive)                           # what should be indexed

GRAPH_URL is `graph.url`, AZURE_AUTHORITY `graph.authority`; the tenant is `graph.tenant.id`, the application
`graph.app.id` with `graph.app.secret`. As a process of its own: `python -m tests.fakes.graph --files 10000`.
"""

from tests.fakes.graph.change import LOCKED, ODD_NAMES, PROTECTED
from tests.fakes.graph.graph import Graph
from tests.fakes.graph.mischief import failing_times
from tests.fakes.graph.people import Everyone, Group, OwnersOf, Person, SiteGroup
from tests.fakes.graph.sharing import AppGrant, Link, Permission
from tests.fakes.graph.state import Drive, Item, Site
from tests.fakes.graph.world import ALL_PERMISSIONS

__all__ = [
    "ALL_PERMISSIONS",
    "LOCKED",
    "ODD_NAMES",
    "PROTECTED",
    "AppGrant",
    "Drive",
    "Everyone",
    "Graph",
    "Group",
    "Item",
    "Link",
    "OwnersOf",
    "Permission",
    "Person",
    "Site",
    "SiteGroup",
    "failing_times",
]
