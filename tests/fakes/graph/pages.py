"""Modern pages.

Sources: learn.microsoft.com "List sitePage", "Get SitePage", "textWebPart resource type" (/graph/api/sitepage-list,
sitepage-get; /graph/api/resources/textwebpart).
"""

from typing import Any

from tests.fakes.graph import render
from tests.fakes.graph.call import Call, route
from tests.fakes.graph.errors import answer, missing
from tests.fakes.graph.state import SitePage
from tests.fakes.graph.wire import Response


def _document(call: Call, page: SitePage) -> dict[str, Any]:
    site_id = page.site.id.split(",")[1]
    document = {
        "@odata.type": "#microsoft.graph.sitePage",
        "@odata.etag": f'"{{{page.id.upper()}}},{page.number}"',
        "createdDateTime": render.stamp(page.modified),
        "eTag": f'"{{{page.id.upper()}}},{page.number}"',
        "id": page.id,
        "lastModifiedDateTime": render.stamp(page.modified),
        "name": page.name,
        "webUrl": f"{page.site.url}/SitePages/{page.name}",
        "title": page.title,
        "pageLayout": "article",
        "promotionKind": "page",
        "showComments": True,
        "showRecommendedPages": True,
        "createdBy": render.user(page.author),
        "lastModifiedBy": render.user(page.author),
        "parentReference": {"siteId": site_id},
        "publishingState": {
            "level": "draft" if page.is_draft else "published",
            "versionId": f"0.{page.number}" if page.is_draft else f"{page.number}.0",
        },
        "reactions": {},
        "titleArea": {
            "enableGradientEffect": True,
            "layout": "plain",
            "showAuthor": True,
            "showPublishedDate": False,
            "showTextBlockAboveTitle": False,
            "textAboveTitle": "",
            "textAlignment": "left",
            "title": page.title,
        },
    }
    document = render.select(document, call.request.query)
    expanded = call.request.query.get("$expand") or call.request.query.get("expand", "")
    if "canvasLayout" in expanded.split(","):
        column = {"id": "1", "width": 12, "webparts": page.parts}
        section = {"layout": "oneColumn", "id": "1", "emphasis": "none", "columns": [column]}
        document["canvasLayout"] = {"horizontalSections": [section]}
    return document


def _pages(call: Call) -> Response:
    site = call.site(call["site"])
    found = sorted(site.pages.values(), key=lambda page: page.name)
    return call.page([_document(call, page) for page in found], "sites/pages")


def _page(call: Call) -> Response:
    page = call.site(call["site"]).pages.get(call["page"])
    if page is None:
        raise missing()
    return answer(_document(call, page))


ROUTES = (
    route("GET", r"/sites/{site}/pages/microsoft\.graph\.sitePage", "pages", _pages),
    route("GET", r"/sites/{site}/pages/{page}/microsoft\.graph\.sitePage", "page", _page),
)
