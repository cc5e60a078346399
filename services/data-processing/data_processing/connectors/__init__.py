"""Where documents come from and stay in step with: one module a kind of source."""

from importlib import import_module
from typing import Any

from data_processing.connectors.contract import Connector
from oberaconnect.problems import Unprocessable

#: Every kind of source: where its connector is. Loaded when it is asked for, so that none costs memory for nothing.
KINDS = {
    "sharepoint": "sharepoint:SharePointConnector",
    "folder": "folder:FolderConnector",
    "url": "url:UrlConnector",
    "sitemap": "sitemap:SitemapConnector",
    "git": "git:GitConnector",
    "imap": "imap:ImapConnector",
    "s3": "s3:S3Connector",
    "push": "push:PushConnector",
}


def find(kind: str) -> type[Connector[Any]]:
    """The connector of a kind of source. Raises `Unprocessable` that names those there are."""
    place = KINDS.get(kind)
    if place is None:
        raise Unprocessable(f"There is no kind of source '{kind}'. Known: {', '.join(KINDS)}.")
    module, name = place.split(":")
    # A module of another package is named in full.
    found: type[Connector[Any]] = getattr(import_module(module if "." in module else f"{__name__}.{module}"), name)
    return found
