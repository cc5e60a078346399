"""Documents as HTML: one page that needs nothing else and does nothing."""

import base64
import datetime as dt
import hashlib
import re

from lxml import html as reader

from oberaconnect.typeset import (
    POLICY,
    Block,
    Callout,
    Cell,
    Column,
    Contents,
    Cover,
    Document,
    Heading,
    KeyValue,
    Page,
    Paragraph,
    Picture,
    Signatures,
    Table,
    html,
)  # fmt: skip

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 4"><script>alert(1)</script></svg>'
HOSTILE = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", "</td></table><h1>x",
    "&lt;b&gt;", "<!--", "]]>", "javascript:alert(1)", "</style><script>", "a < b & c > d",
)  # fmt: skip


def written(*blocks: Block, title: str = "A title") -> str:
    return html(Document(title, "An author", "en", dt.date(2026, 11, 25), "Header", "Footer", "a4", blocks))


def every(text: str) -> str:
    blocks = (
        Cover(text, text, text, text, "bad", ((text, text),), Picture(SVG, text, 9, 4)), Contents(), Heading(text),
        Heading(text, 2), Paragraph(text), Paragraph(text, soft=True), KeyValue(((text, text),)), Callout(text, text),
        Table(text, (Column(text),), ((text,), (Cell(text, "small", "bad", language="en"),), (Cell(text, "chip"),))),
        Page("a4", landscape=True), Picture(SVG, text, 9, 4), Signatures(((text, ((text, text),)),)),
    )  # fmt: skip
    return written(*blocks, title=text)


def test_no_text_of_any_block_becomes_markup() -> None:
    shape = [(one.tag, sorted(one.attrib)) for one in reader.document_fromstring(every("harmless")).iter()]
    for text in HOSTILE:
        page = reader.document_fromstring(every(text))
        assert [(one.tag, sorted(one.attrib)) for one in page.iter()] == shape, text
        cells = ["".join(cell.itertext()) for cell in page.iter("td")]
        assert cells == [text] * 3


def test_nothing_comes_from_elsewhere_and_nothing_acts() -> None:
    page = reader.document_fromstring(every("x"))
    sources = [value for one in page.iter() for key, value in one.attrib.items() if key in ("src", "href")]
    assert all(value.startswith(("data:image/svg+xml;base64,", "#")) for value in sources)
    assert not list(page.iter("script", "link", "iframe", "object", "form"))
    assert not [key for one in page.iter() for key in one.attrib if key.startswith("on") or key == "style"]


def test_its_policy_allows_its_own_style_and_no_other() -> None:
    text = every("x")
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in POLICY
    meta = reader.document_fromstring(text).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert meta == [POLICY]


def test_pictures_come_as_they_are_but_cannot_act_in_an_image() -> None:
    (source,) = reader.document_fromstring(written(Picture(SVG, "Alt", 9, 4))).xpath("//figure/img/@src")
    assert base64.b64decode(source.partition(",")[2]).decode() == SVG


def test_wide_pages_stand_together_and_contents_lead_to_headings() -> None:
    page = reader.document_fromstring(
        written(Contents(), Heading("One"), Page("a4", landscape=True), Heading("Two"), Page("a4"), Heading("Three"))
    )
    assert [one.get("class") for one in page.iter("section")] == [None, "landscape", "upright"]
    leads = [link.get("href") for link in page.xpath("//nav//a")]
    assert leads == [f"#{one.get('id')}" for one in page.iter("h2")]


def test_a_word_that_is_too_long_may_be_broken_and_is_still_the_same() -> None:
    word = "a-very_long.name" + "x" * 90 + "&" + "<" * 40
    page = reader.document_fromstring(written(Table("T", (Column("A"),), ((word,),))))
    (cell,) = page.iter("td")
    assert "".join(cell.itertext()) == word
    assert max(map(len, cell.itertext())) <= 26
