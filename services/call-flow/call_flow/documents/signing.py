"""The last page: what is signed, and where."""

from collections.abc import Iterator

from call_flow.documents.material import Material, date
from oberaconnect.typeset import Block, Callout, Heading, KeyValue, Page, Paragraph, Signatures


def signatures(material: Material) -> Iterator[Block]:
    """The hash that is signed, and lines for both parties."""
    customer, approval = material.flow.customer.name, material.approval
    yield Page(material.paper)
    yield Heading("Sign-off")
    yield Paragraph(
        f"With this signature {customer} confirms that the telephone system may be set up as this document describes "
        "it, with the corrections noted under “Please confirm”. Any later change makes another version."
    )
    yield KeyValue(
        (
            ("Customer", customer),
            ("Date of this document", date(material.made)),
        )
    )
    yield Callout("Content hash (SHA-256) of the version that is signed", material.version)
    yield _standing(material)
    approved = approval if material.is_approved else None
    signed = (
        ("Name", approved.name if approved else ""),
        ("Role", approved.role if approved else ""),
        ("Date", date(approved.at.date()) if approved else ""),
        ("Signature", ""),
    )
    ours = (("Name", ""), ("Role", ""), ("Date", ""), ("Signature", ""))
    yield Signatures(((f"For {customer}", signed), (f"For {material.prepared_by}", ours)))


def _standing(material: Material) -> Callout:
    approval = material.approval
    if approval is None:
        return Callout("Not approved yet", "A signature approves the version with the hash above and no other.")
    when = f"{approval.name}{f' ({approval.role})' if approval.role else ''} on {date(approval.at.date())}"
    if material.is_approved:
        return Callout("Approved", f"By {when}, by this hash.", "good")
    other = f"By {when}, but another version: {approval.hash}. That approval does not cover this document."
    return Callout("Another version was approved", other, "warning")
