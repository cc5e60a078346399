"""A flow as the document that its customer signs."""

from call_flow.documents.document import document
from call_flow.documents.material import Approval, Material, Row
from oberaconnect import typeset

__all__ = ["Approval", "Material", "Row", "document", "docx", "pdf"]


def pdf(material: Material) -> bytes:
    """The document as PDF. Raises `oberaconnect.typeset.NotTypeset` and `Busy`."""
    return typeset.pdf(document(material))


def docx(material: Material) -> bytes:
    """The document as DOCX, with the same blocks and the same words."""
    return typeset.docx(document(material))
