"""Where numbers of a 3CX lead, and destinations in the words of the XAPI."""

import re

from call_flow.importers.draft import END, Draft, Plain
from call_flow.importers.element import Element


class Places:
    """Numbers by what stands under them."""

    def __init__(self, draft: Draft) -> None:
        """Knows nothing yet."""
        self.draft = draft
        #: Extensions that forward every call to a number outside.
        self.outside: dict[str, str] = {}
        self.nodes: dict[str, str] = {}

    def number(self, dn: str) -> Plain | None:
        """What stands under a number."""
        if dn in self.nodes:
            return {"node": self.nodes[dn]}
        if dn in self.outside:
            return {"number": self.outside[dn]}
        if self.draft.find("extensions", dn):
            return {"extension": dn}
        return {"mailbox": dn} if self.draft.find("mailboxes", dn) else None

    def to(self, element: Element | None) -> Plain:
        """Where a `Destination` leads. One to nothing ends the call."""
        if element is None:
            return dict(END)
        kind, dn, outside = element.text("To"), element.text("Number"), element.text("External")
        element.get("Type")
        for key in ("Name", "Id", "Tags", "@odata.type"):
            element.get(key)
        return self.kind(element, kind, dn, outside)

    def kind(self, element: Element, kind: str, dn: str, outside: str = "") -> Plain:
        """Where a kind of destination with a number leads."""
        if kind in ("None", "", "EndCall", "EndCallWithMessage"):
            return dict(END)
        if kind == "External" or outside:
            number = self.draft.e164(outside or dn)
            if number is not None:
                return {"number": number}
        elif kind in ("VoiceMail", "VoiceMailOfDestination") and self.draft.find("mailboxes", dn):
            return {"mailbox": dn}
        elif kind == "VoiceMail" and re.fullmatch(r"\d{1,12}", dn) and self.draft.find("extensions", dn):
            self.draft.add("mailboxes", {"number": dn}, element.source)
            return {"mailbox": dn}
        elif (found := self.number(dn)) is not None:
            return found
        element.approximated("Where it leads is not among what came in; calls that come here end.")
        return dict(END)
