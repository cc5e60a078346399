"""The whole document, section by section, as blocks that every form is written from."""

from collections.abc import Callable, Iterator, Mapping

from engineering_api.documents.cells import listed, several
from engineering_api.documents.desk import Desk
from engineering_api.documents.material import Material, Section
from engineering_api.documents.plan import PARTS, PLANS
from engineering_api.documents.tables import Sheet
from oberaconnect.typeset import (
    Block,
    Callout,
    Cell,
    Contents,
    Cover,
    Document,
    Heading,
    Page,
    Paragraph,
)  # fmt: skip

#: Called with the name of a section before it is written, and how many are done of how many.
Show = Callable[[str, int, int], None]
#: Sections that are not about what configurations say: that they are missing means nothing.
_MAY_BE_NONE = frozenset({"findings", "change_log", "topology"})


def wanted(material: Material) -> list[Section]:
    """The sections that the document may have, in their order."""
    return [one for one in PLANS[material.template] if material.sections is None or one in material.sections]


def sections(material: Material, show: Show = lambda *_: None) -> dict[Section, list[Block]]:
    """The blocks of each section that has any, in the order of the template."""
    names = wanted(material)
    desk = Desk(material)
    made: dict[Section, list[Block]] = {}
    for done, name in enumerate(names):
        show(name, done, len(names))
        desk.is_wide = PARTS[name].is_wide
        if blocks := list(PARTS[name].write(desk)):
            made[name] = blocks
    return made


def document(
    material: Material, made: Mapping[Section, list[Block]], narrative: Mapping[Section, Callout] | None = None
) -> Document:
    """The document of sections that were written. `narrative` has paragraphs of a language model by section."""
    blocks: list[Block] = [_cover(material), *_control(material), Heading("Contents", 2), Contents()]
    is_wide: bool | None = False
    for name, written in made.items():
        part = PARTS[name]
        if part.draws:
            blocks += written if isinstance(written[0], Page) else [Heading(part.title), *written]
            is_wide = None
        else:
            if is_wide is not part.is_wide:
                blocks.append(Page(material.paper, part.is_wide))
                is_wide = part.is_wide
            blocks.append(Heading(part.title))
            blocks += [narrative[name]] if narrative and name in narrative else []
            blocks += written
    if missing := [PARTS[name].title for name in wanted(material) if name not in made and name not in _MAY_BE_NONE]:
        blocks.append(Paragraph(f"The configurations say nothing of: {listed(missing, separator='; ')}.", soft=True))
    return Document(
        title=material.title,
        author=material.block.author or "OberaConnect",
        language="en",
        made=material.date,
        header=_place(material) or several(len(material.sources), "device"),
        footer=" · ".join(word for word in (_version(material), f"{material.date:%d %B %Y}") if word),
        paper=material.paper,
        blocks=tuple(blocks),
    )


def _place(material: Material) -> str:
    return " · ".join(word for word in (material.block.client, material.site) if word)


def _version(material: Material) -> str:
    return f"Version {material.block.version}" if material.block.version else ""


def _cover(material: Material) -> Cover:
    names = [source.label for source in material.sources]
    unread = sum(len(source.subject.device.unparsed) for source in material.sources)
    facts = (
        ("Client", material.block.client), ("Site", material.site), ("Author", material.block.author),
        ("Version", material.block.version), ("Date", f"{material.date:%d %B %Y}"),
        ("Devices", f"{len(names)}: {listed(names, most=12)}" if len(names) > 1 else "".join(names)),
    )  # fmt: skip
    return Cover(
        kicker=material.block.client or "Network documentation",
        title=material.title,
        subtitle=material.site or (names[0] if len(names) == 1 else several(len(names), "device")),
        status=(
            f"Written from {several(len(names), 'configuration')}; "
            + (f"{several(unread, 'line')} not understood" if unread else "every line understood")
        ),
        tone="warning" if unread else "good",
        facts=tuple((name, value) for name, value in facts if value),
        logo=material.block.logo,
    )


def _control(material: Material) -> Iterator[Block]:
    yield Heading("About this document")
    sheet = Sheet("Versions of this document", ("Version", "Date", "Author", "Change", "Approved by"))
    sheet.always = frozenset(sheet.titles)
    sheet.add(
        Cell(material.block.version or "–", "strong"), f"{material.date:%Y-%m-%d}", material.block.author or "–",
        f"Written from {several(len(material.sources), 'configuration')}", "",
    )  # fmt: skip
    for _ in range(2):
        sheet.add("", "", "", "", "")
    yield from Desk(material).table(sheet)
