"""Documents in every form: all rows can be read back, whatever anybody wrote into a configuration."""

import io
import re
from ipaddress import ip_interface, ip_network

import docx
import pypdfium2
from docx.oxml.ns import qn
from lxml import html as html_reader
from lxml.html import HtmlElement
from tests.papers import FILES, material, of_devices, shown, tables, whole

from engineering_api.documents.forms import FORMATS, written
from engineering_api.documents.material import TitleBlock
from engineering_api.facts.device import Device, Unparsed
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import AccessList, AddressObject, Ends, Rule, Service, Services
from engineering_api.facts.ports import Address, Interface, Vlan
from engineering_api.facts.routing import Route
from engineering_api.facts.services import User


def words(text: str) -> str:
    """A text without the spaces and breaks that a form puts into it."""
    return re.sub(r"[\s\u200b\u00ad\ufffe\u00a0\u0002]", "", text)


def unbroken(text: str) -> str:
    """A text without hyphens too: at the end of a line nobody sees whether one was there."""
    return words(text).replace("-", "")


def pdf_words(content: bytes) -> str:
    opened = pypdfium2.PdfDocument(content)
    found = "".join(page.get_textpage().get_text_range() for page in opened)
    opened.close()
    return unbroken(found)


def docx_rows(content: bytes) -> list[tuple[str, ...]]:
    word = docx.Document(io.BytesIO(content))
    return [
        tuple("\n".join("".join(run.text for run in part.runs) for part in cell.paragraphs) for cell in row.cells)
        for table in word.tables
        for row in table.rows
    ]


def html_rows(page: HtmlElement) -> list[tuple[str, ...]]:
    rows = [[words("".join(cell.itertext())) for cell in row.iter("td")] for row in page.iter("tr")]
    return [tuple(row) for row in rows if row]


def test_the_text_of_every_form_has_every_row() -> None:
    found = material("as_built", FILES[:3])
    made = whole(found)
    expected = [tuple(shown(item) for item in row) for table in tables(made) for row in table.rows]
    text = pdf_words(written(made, "pdf"))
    for row in expected:
        for cell in row:
            assert unbroken(cell) in text, row
    in_word = set(docx_rows(written(made, "docx")))
    assert [row for row in expected if row not in in_word] == []
    page = html_reader.document_fromstring(written(made, "html").decode())
    in_html = html_rows(page)
    assert in_html == [tuple(words(cell) for cell in row) for row in expected]


def test_the_same_material_gives_the_same_document() -> None:
    found = material("firewall", FILES[2:4])
    one, other = whole(found), whole(found)
    assert one == other
    assert [written(one, form) for form in FORMATS] == [written(other, form) for form in FORMATS]


HOSTILE = (
    '#read("/etc/passwd") #eval("1+1") $x^2$ *b* _i_ @ref <lab> // c /* d', "<script>alert(1)</script>",
    "[x](javascript:alert(1)) | `y` |", "</w:t></w:r><w:p/>",
    "\u202etxt.exe\u202c العربية שלום", "😀🔥 emoji 👩\u200d🔧",
    "=HYPERLINK(0)", "d" * 200, "a|b||c", "{{ 7*7 }} ${x} %s", "\x07\x1b[31mred", "C:\\path\\#{x}",
)  # fmt: skip


def hostile() -> Device:
    device = Device(platform="cisco_ios")
    device.identity.hostname = "<b>sw|1</b>"
    for place, text in enumerate(HOSTILE, start=1):
        where = Span(place % 9 + 1, place % 9 + 1)
        device.interfaces.append(
            Interface(
                source=where, name=f"Gi0/{place} {text}"[:80], description=text, zone=text[:20],
                addresses=[Address(source=where, value=ip_interface(f"10.0.{place}.1/24"))],
            )
        )  # fmt: skip
        device.vlans.append(Vlan(source=where, id=place + 1, name=text))
        device.users.append(User(source=where, name=text))
        device.routes.append(Route(source=where, prefix=ip_network(f"10.9.{place}.0/24"), gateway=text))
        device.unparsed.append(Unparsed(source=where, text=text))
        rule = Rule(
            source=where, name=text, action="permit", source_ends=Ends(names=[text]),
            destination_ends=Ends(is_any=True),
            services=Services(services=[Service(protocol=text)]), comment=text,
        )  # fmt: skip
        device.access_lists.append(AccessList(source=where, name=text, rules=[rule]))
        device.address_objects.append(AddressObject(source=where, name=text, ends=Ends(names=[text, "other"])))
    return device


def test_hostile_names_are_text_in_every_form() -> None:
    block = TitleBlock(title=HOSTILE[0], client=HOSTILE[1], site=HOSTILE[4], author=HOSTILE[3], version=HOSTILE[2])
    made = whole(of_devices(hostile(), block=block))
    page = html_reader.document_fromstring(written(made, "html").decode())
    assert not list(page.iter("script", "b"))
    expected = [tuple(words(_cleaned(shown(item))) for item in row) for table in tables(made) for row in table.rows]
    in_html = html_rows(page)
    assert in_html == expected
    in_word = {tuple(words(cell) for cell in row) for row in docx_rows(written(made, "docx"))}
    assert [row for row in expected if row not in in_word] == []
    text = pdf_words(written(made, "pdf"))
    for harmless in (HOSTILE[0], HOSTILE[1], HOSTILE[2], HOSTILE[3], HOSTILE[7], HOSTILE[9]):
        assert unbroken(harmless) in text
    assert "root:x:0" not in text


def _cleaned(text: str) -> str:
    """What no form shows: signs of control and of direction."""
    return re.sub("[\u202a-\u202e\x00-\x09\x0b-\x1f]", "", text)


def test_heads_of_tables_return_in_word() -> None:
    word = docx.Document(io.BytesIO(written(whole(material("as_built", FILES[2:3])), "docx")))
    long = [table for table in word.tables if len(table.rows) > 10]
    assert long
    assert all(table.rows[0]._tr.find(qn("w:trPr")).find(qn("w:tblHeader")) is not None for table in long)


def test_an_empty_configuration_is_a_document_in_every_form() -> None:
    made = whole(of_devices(Device(platform="unknown")))
    assert "Everylineoftheconfigurationswasunderstood" in pdf_words(written(made, "pdf"))
    assert docx_rows(written(made, "docx"))
