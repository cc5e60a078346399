"""What a source finds when it is tried out, in sentences."""

from data_processing.connectors.sharepoint.graph import READS_FILES, VERSION, Graph, error_of
from data_processing.connectors.sharepoint.places import Places
from data_processing.connectors.sharepoint.site import SharePoint
from oberaconnect.problems import Forbidden


def findings(graph: Graph, sharepoint: SharePoint, places: Places) -> list[str]:
    """Raises `Forbidden`, naming the permission, when not a single library can be read; and as `Graph.send`."""
    credentials = graph.tokens.credentials
    roles = graph.roles()
    found = [f"The application {credentials.application} signed in to the tenant {credentials.tenant}."]
    if places.site:
        found.append(f"The site is '{places.site.name}' ({places.site.web}).")
    refused = []
    for drive in places.drives:
        answer = graph.send("GET", f"{VERSION}/drives/{drive.id}/root?$select=id,folder")
        if answer.status == 200:
            found.append(f"The library '{drive.name}' can be read.")
        else:
            refused.append(f"The library '{drive.name}' cannot be read ({error_of(answer)}).")
    if places.drives and len(refused) == len(places.drives):
        raise Forbidden(f"{' '.join(refused)} {graph.remedy()}")
    found += [*refused, *(f"The list '{one.name}' is there." for one in places.lists)]
    if roles and not roles & {*READS_FILES, "Sites.Selected"}:
        found.append(graph.remedy())
    if not sharepoint.is_open:
        found.append(
            "Without a certificate, members of SharePoint groups, permissions of pages and lists, and attachments "
            "cannot be read. Sign in with one, name the groups in 'site_groups', or set 'access' of the source."
        )
    return found
