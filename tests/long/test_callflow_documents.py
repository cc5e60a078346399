"""The document of a large system."""

import datetime as dt
from typing import Any

import pypdfium2
from tests.callflow import acme

from call_flow.documents import Material, pdf
from call_flow.flow.identity import version


def test_two_thousand_extensions_are_all_in_it() -> None:
    def many(flow: dict[str, Any]) -> None:
        flow["extensions"] += [{"number": str(2000 + n), "first": "First", "last": f"Last{n}"} for n in range(1996)]

    flow = acme(many)
    content = pdf(Material(flow=flow, version=version(flow), made=dt.date(2026, 11, 25), prepared_by="x"))
    texts = ["".join(page.get_textpage().get_text_range().split()) for page in pypdfium2.PdfDocument(content)]
    whole = "".join(texts)
    assert all(f"FirstLast{n}Desk" in whole for n in range(1996))
    assert len(texts) < 200
