"""Documents as Markdown: tables that can be read back, and no text that becomes markup."""

import datetime as dt

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from oberaconnect.typeset import (
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
    markdown,
)  # fmt: skip

HOSTILE = (
    "a | b", "`code` | ``x``", "**bold** __bold__ *it* _it_", "<script>alert(1)</script>", "[x](javascript:alert(1))",
    "![x](http://evil.example/p.png)", "&lt; &amp; &#60;", r"back\slash \| \`", "# no heading", "1. no list",
    "- no list", "+ no", "> no quote", "~~gone~~", "| --- |", "<!-- gone -->", "a_b_c snake_case", "https://evil.example/?a=b",
    "someone@evil.example", "${jndi:ldap://x}", "$x^2$", "{{ 7*7 }}", "---", "===", "***",
)  # fmt: skip


def written(*blocks: Block, title: str = "A title") -> str:
    return markdown(Document(title, "An author", "en", dt.date(2026, 11, 25), "Header", "Footer", "a4", blocks))


def tokens(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(text)


def plain(token: Token) -> str:
    """The text of a token as a reader sees it."""
    return "".join(
        "\n" if child.type in ("hardbreak", "softbreak") or child.content == "<br>" else child.content
        for child in token.children or ()
        if child.type in ("text", "hardbreak", "softbreak", "html_inline", "code_inline", "text_special")
    )


def rows(text: str) -> list[list[str]]:
    """The cells of all tables."""
    found: list[list[str]] = []
    inside = False
    for token in tokens(text):
        if token.type == "tr_open":
            found.append([])
        inside = inside or token.type in ("th_open", "td_open")
        if inside and token.type == "inline":
            found[-1].append(plain(token))
            inside = False
    return found


def test_a_table_can_be_read_back_whatever_stands_in_it() -> None:
    table = Table("T", (Column("A"), Column("B")), tuple((text, Cell(text, "strong")) for text in HOSTILE))
    assert rows(written(table))[1:] == [[text, text] for text in HOSTILE]


def test_several_lines_are_one_cell_and_marks_stay() -> None:
    table = Table(
        "T", (Column("A"), Column("B", numeric=True)), (("one\ntwo", Cell("ok", "tick")), (Cell("", "box"), "3"))
    )
    text = written(table)
    assert rows(text) == [["A", "B"], ["one\ntwo", "✔ ok"], ["☐", "3"]]
    assert "| --- | ---: |" in text


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_any_block_becomes_markup(text: str) -> None:
    blocks = (
        Heading(text), Heading(text, 2), Paragraph(text), KeyValue(((text, text),)), Callout(text, text),
        Signatures(((text, ((text, text),)),)),
    )  # fmt: skip
    read = tokens(written(*blocks, title=text))
    allowed = {"text", "strong_open", "strong_close", "hardbreak", "softbreak", "text_special"}
    inline = [child for token in read for child in token.children or ()]
    assert {child.type for child in inline} <= allowed, text
    kinds = {token.type for token in read}
    assert not kinds & {"html_block", "fence", "code_block", "hr", "ordered_list_open", "table_open"}, text
    assert [plain(token) for token in read if token.type == "inline"].count(text) >= 4


def test_a_picture_is_mermaid_and_cannot_end_its_own_fence() -> None:
    drawn = Picture("<svg/>", "What it shows", 1, 1, mermaid='flowchart\nA["```` out"]')
    (fence,) = [token for token in tokens(written(drawn)) if token.type == "fence"]
    assert (fence.info, fence.content) == ("mermaid", 'flowchart\nA["```` out"]\n')
    assert "*What it shows*" in written(Picture("<svg/>", "What it shows", 1, 1))


def test_cover_contents_and_headings_are_numbered_and_lead_to_each_other() -> None:
    text = written(
        Cover("Kicker", "Cover title", "Sub", "Fine", "good", (("Client", "Acme"),)), Contents(), Heading("First part"),
        Page("a4", landscape=True), Heading("Inner", 2), Heading("Second & last"),
    )  # fmt: skip
    assert text.startswith("# Cover title\n")
    assert "1. [First part](#1-first-part)" in text
    assert "## 1 First part" in text
    assert "### Inner" in text
    assert "## 2 Second &amp; last" in text
    assert "- **Client:** Acme" in text
