"""The Microsoft 365 connector: SharePoint, OneDrive and Teams files over Microsoft Graph v1.0.

`connector` is the face; `places` finds what is meant; `drives`, `pages` and `lists` list it; `content` and
`attachments` fetch; `permissions` and `assignments` tell who may read; `graph`, `site` and `token` speak to Microsoft.
"""

from data_processing.connectors.sharepoint.connector import SharePointConnector

__all__ = ["SharePointConnector"]
