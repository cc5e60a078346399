"""Small documents made for tests, as bytes. Of Office files the parts are written here."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl
import pikepdf
from PIL import Image, ImageDraw, ImageFont

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_SHOW = "http://schemas.openxmlformats.org/presentationml/2006/main"
_CONTENT = "application/vnd.openxmlformats-officedocument"


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip archive of parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def relations(entries: Sequence[tuple[str, str]]) -> str:
    """A part of relations: (kind, target), with the ids rId1, rId2 …"""
    items = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(entries, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{items}</Relationships>'


def docx(
    body: str,
    *,
    parts: Mapping[str, str | bytes] | None = None,
    related: Sequence[tuple[str, str]] = (),
    before: str = "",
) -> bytes:
    """A DOCX with the given body (`w:` elements), further parts, and relations of the document to them."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="H{level}"><w:name w:val="heading {level}"/>'
        f'<w:pPr><w:outlineLvl w:val="{level - 1}"/></w:pPr></w:style>'
        for level in range(1, 4)
    )
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="%{level + 1}."/></w:lvl>'
        for level, kind in enumerate(("decimal", "lowerLetter"))
    )
    numbering = (
        f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    spaces = f'xmlns:w="{_WORD}" xmlns:r="{_OFFICE}" xmlns:a="{_DRAWING}"'
    return package(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Override PartName="/word/document.xml" '
            f'ContentType="{_CONTENT}.wordprocessingml.document.main+xml"/></Types>',
            "_rels/.rels": relations([("officeDocument", "word/document.xml")]),
            "word/_rels/document.xml.rels": relations(
                [("styles", "styles.xml"), ("numbering", "numbering.xml"), *related]
            ),
            "word/styles.xml": f'<w:styles xmlns:w="{_WORD}">{styles}</w:styles>',
            "word/numbering.xml": f'<w:numbering xmlns:w="{_WORD}">{numbering}</w:numbering>',
            "word/document.xml": f"{before}<w:document {spaces}><w:body>{body}</w:body></w:document>",
        }
        | dict(parts or {})
    )


def paragraph(text: str, *, style: str = "", level: int | None = None, extra: str = "") -> str:
    """A paragraph of a DOCX; `level` makes it an item of the numbered list; `extra` are further runs."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if level is not None:
        properties += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r>{extra}</w:p>'


def word_part(name: str, content: str) -> str:
    """A part of a DOCX with the root element `w:name`."""
    return f'<w:{name} xmlns:w="{_WORD}" xmlns:r="{_OFFICE}">{content}</w:{name}>'


def pptx(
    slides: Sequence[str], *, parts: Mapping[str, str] | None = None, related: Sequence[tuple[str, str]] = ()
) -> bytes:
    """A PPTX of slides given as the contents of their shape trees. `related` are relations of the first slide."""
    spaces = f'xmlns:p="{_SHOW}" xmlns:r="{_OFFICE}" xmlns:a="{_DRAWING}"'
    listed = "".join(f'<p:sldId id="{255 + number}" r:id="rId{number}"/>' for number in range(1, len(slides) + 1))
    made = {
        f"ppt/slides/slide{number}.xml": f"<p:sld {spaces}><p:cSld><p:spTree>{tree}</p:spTree></p:cSld></p:sld>"
        for number, tree in enumerate(slides, start=1)
    }
    return package(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Override PartName="/ppt/presentation.xml" '
            f'ContentType="{_CONTENT}.presentationml.presentation.main+xml"/></Types>',
            "_rels/.rels": relations([("officeDocument", "ppt/presentation.xml")]),
            "ppt/_rels/presentation.xml.rels": relations([("slide", name.removeprefix("ppt/")) for name in made]),
            "ppt/presentation.xml": f"<p:presentation {spaces}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>",
            "ppt/slides/_rels/slide1.xml.rels": relations(related),
        }
        | made
        | dict(parts or {})
    )


def shape(*paragraphs: str, placeholder: str | None = None) -> str:
    """A text shape of a slide."""
    holder = f'<p:ph type="{placeholder}"/>' if placeholder else ""
    texts = "".join(f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>" for text in paragraphs)
    return f"<p:sp><p:nvSpPr><p:nvPr>{holder}</p:nvPr></p:nvSpPr><p:txBody>{texts}</p:txBody></p:sp>"


def slide_part(content: str) -> str:
    """The notes of a slide."""
    spaces = f'xmlns:p="{_SHOW}" xmlns:a="{_DRAWING}"'
    return f"<p:notes {spaces}><p:cSld><p:spTree>{content}</p:spTree></p:cSld></p:notes>"


def xlsx(sheets: Mapping[str, Sequence[Any]]) -> bytes:
    """A workbook of rows by sheet."""
    workbook = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def pdf(pages: Sequence[Sequence[tuple[str, int]]], *, password: str = "") -> bytes:
    """A PDF of pages of lines, each a text and its size in points. Headings are the larger ones."""
    document = pikepdf.new()
    font = document.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    for lines in pages:
        page = document.add_blank_page(page_size=(595, 842))
        commands, y = [], 760.0
        for text, size in lines:
            escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            commands.append(f"BT /F1 {size} Tf 1 0 0 1 72 {y} Tm ({escaped}) Tj ET")
            y -= 1.2 * size if size <= 11 else 2.4 * size
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.obj.Contents = document.make_stream("\n".join(commands).encode())
    file = io.BytesIO()
    document.save(file, encryption=pikepdf.Encryption(user=password, owner="owner") if password else False)
    return file.getvalue()


def picture(lines: Sequence[str], form: str = "PNG", *, beside: Sequence[str] = ()) -> bytes:
    """A picture of text, black on white, as a good scan gives it; `beside` is a second column."""
    image = Image.new("L", (1400, 140 + 80 * len(lines)), 255)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(size=44)
    for number, line in enumerate(lines):
        draw.text((70, 60 + 80 * number), line, font=font, fill=0)
    for number, line in enumerate(beside):
        draw.text((760, 60 + 80 * number), line, font=font, fill=0)
    file = io.BytesIO()
    image.save(file, form)
    return file.getvalue()
