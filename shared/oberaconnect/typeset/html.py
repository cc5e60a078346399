"""A document as one HTML page that needs nothing else: no script, no font, no picture from elsewhere.

It says by itself what a browser may do with it (Content Security Policy, level 3): apply its own style, which is named
by its hash, and show the pictures in it.
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from html import escape
from typing import Final

from oberaconnect.typeset.blocks import (
    Block,
    Callout,
    Cell,
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
)  # fmt: skip
from oberaconnect.typeset.words import lines

_TURNED: Final = {True: "landscape", False: "upright"}
_NUMERIC: Final = ' class="num"'
_MARKS: Final = {"box": "☐", "tick": "✔", "cross": "✘"}
_STYLE: Final = """
:root{color-scheme:light;--ink:#0f172a;--soft:#475569;--line:#d5dde7;--tint:#f4f7fa;--accent:#0f766e}
*{box-sizing:border-box}
body{margin:0;background:#e9eef4;color:var(--ink);font:15px/1.5 Inter,"Segoe UI",system-ui,Arial,sans-serif}
main{max-width:1180px;margin:0 auto;background:#fff;padding:0 48px 64px}
.cover{background:var(--ink);color:#fff;margin:0 -48px 28px;padding:44px 48px 36px;position:relative}
.cover h1{margin:.5em 0 .2em;font-size:34px;line-height:1.15;overflow-wrap:anywhere}
.cover .kicker{color:#99f6e4;margin:0}.cover .subtitle{color:#cbd5e1;margin:0;font-size:18px}
.cover img{position:absolute;right:48px;top:36px;max-width:200px;max-height:72px;background:#fff;padding:8px;
border-radius:6px}
.status{display:inline-block;margin:0 0 12px;padding:6px 14px;border-radius:6px;border:1px solid;font-weight:600}
h2{margin:44px 0 12px;font-size:25px;line-height:1.2}h2 .n{color:var(--accent);margin-right:14px}
h3{margin:28px 0 8px;font-size:17px}
h1,h2,h3,p,dd{overflow-wrap:anywhere}td,th{overflow-wrap:break-word}
p.soft{color:var(--soft);font-size:13px}
nav ol{padding-left:28px}nav a{color:var(--accent)}
.wide{overflow-x:auto;margin:12px 0 22px}
table{border-collapse:collapse;width:100%;font-size:13px;line-height:1.4}
th{text-align:left;color:var(--soft);background:var(--tint);border-bottom:2px solid var(--soft)}
th,td{padding:6px 8px;vertical-align:top;min-width:3.5em}td{border-bottom:1px solid var(--line)}
.num{text-align:right;font-variant-numeric:tabular-nums}
.small{color:var(--soft);font-size:11px}.soft{color:var(--soft)}.strong{font-weight:600}
.chip span{border:1px solid var(--line);background:var(--tint);border-radius:4px;padding:0 5px;font-weight:600}
dl{display:grid;grid-template-columns:minmax(120px,200px) 1fr;gap:6px 16px}dt{color:var(--soft)}
dd{margin:0;font-weight:500}
aside{border-left:4px solid;padding:10px 16px;margin:16px 0;border-radius:0 4px 4px 0}
aside strong{display:block}aside p{margin:4px 0 0;color:var(--ink)}
.plain{color:#0f766e}.good{color:#047857}.warning{color:#a16207}.bad{color:#b91c1c}
aside.plain,.status.plain{background:#f0fdfa}aside.good,.status.good{background:#ecfdf5}
aside.warning,.status.warning{background:#fefce8}aside.bad,.status.bad{background:#fef2f2}
td.plain{color:inherit}td.soft,td.small{color:var(--soft)}
figure{margin:16px 0;text-align:center}figure img{max-width:100%;height:auto}
.signatures{display:flex;gap:48px}.signatures>div{flex:1}
.signatures dd{border-bottom:1px solid var(--ink);min-height:2.2em}
footer{color:var(--soft);font-size:12px;margin-top:48px;border-top:1px solid var(--line);padding-top:10px}
@media(max-width:700px){main{padding:0 16px 32px}.cover{margin:0 -16px 20px;padding:32px 16px}
.cover img{position:static}dl{grid-template-columns:1fr}}
@page{size:A4;margin:16mm 14mm}@page wide{size:A4 landscape}
@media print{body{background:#fff;font-size:10.5px}main{max-width:none;padding:0}
.cover{margin:0 0 20px;break-after:avoid;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.wide{overflow:visible}section.landscape{page:wide}table{font-size:9px}.small{font-size:7.5px}
th{print-color-adjust:exact}th,td{min-width:0;padding:4px 5px}
p.soft{break-after:avoid}thead{display:table-header-group}tr,figure,aside{break-inside:avoid}h2,h3{break-after:avoid}}
"""
_LONGEST = 28
_LONG_WORD = re.compile(rf"[^\s]{{{_LONGEST},}}")
#: Up to a sign after which addresses and codes may be broken, or so many others; a character that is escaped is one.
_PIECE = re.compile(r"(?:&\w+;|&#\w+;|[^&\s\-./@_:,;]){1,24}[\-./@_:,;]?|[\-./@_:,;]")
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
#: What a server may say of such a page too; `sandbox` can be said there alone.
POLICY: Final = f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src data:; base-uri 'none'; form-action 'none'"


def html(document: Document) -> str:
    """Write a document. Blocks between two changes of page stand together, so that wide ones are printed wide."""
    numbers = iter(range(1, len(document.blocks) + 1))
    titles = [_line(block.text) for block in document.blocks if isinstance(block, Heading) and block.level == 1]
    body: list[str] = []
    if not any(isinstance(block, Cover) for block in document.blocks):
        body.append(f"<h1>{_line(document.title)}</h1>")
    body.append("<section>")
    for block in document.blocks:
        body.extend(_written(block, numbers, titles))
    body.append("</section>")
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(document.language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="author" content="{_line(document.author)}">\n'
        f"<title>{_line(document.title)} · {_line(document.header)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        "<body>\n<main>\n"
        + "\n".join(body)
        + f"\n<footer>{_line(document.header)} · {_line(document.footer)}</footer>\n</main>\n</body>\n</html>\n"
    )


def _written(block: Block, numbers: Iterator[int], titles: list[str]) -> Iterator[str]:
    match block:
        case Page():
            yield f'</section>\n<section class="{_TURNED[block.landscape]}">'
        case Cover():
            logo = f'<img src="{_data(block.logo.svg)}" alt="{_line(block.logo.alt)}">' if block.logo else ""
            yield (
                f'<header class="cover">{logo}<p class="kicker">{_line(block.kicker)}</p>'
                f'<h1 dir="auto">{_line(block.title)}</h1><p class="subtitle">{_line(block.subtitle)}</p></header>'
            )
            yield f'<p class="status {block.tone}">{_line(block.status)}</p>'
            yield _pairs(block.facts)
        case Contents():
            listed = "".join(
                f'<li><a href="#section-{place}">{title}</a></li>' for place, title in enumerate(titles, start=1)
            )
            yield f'<nav aria-label="Contents"><ol>{listed}</ol></nav>'
        case Heading() if block.level == 1:
            number = next(numbers)
            yield f'<h2 id="section-{number}" dir="auto"><span class="n">{number}</span>{_line(block.text)}</h2>'
        case Heading():
            yield f'<h3 dir="auto">{_line(block.text)}</h3>'
        case Paragraph():
            soft = ' class="soft"' if block.soft else ""
            yield f'<p dir="auto"{soft}>{_broken(block.text)}</p>'
        case KeyValue():
            yield _pairs(block.pairs)
        case Table():
            yield _table(block)
        case Callout():
            text = f'<p dir="auto">{_broken(block.text)}</p>' if block.text else ""
            yield f'<aside class="{block.tone}"><strong dir="auto">{_line(block.title)}</strong>{text}</aside>'
        case Picture():
            yield f'<figure><img src="{_data(block.svg)}" alt="{_line(block.alt)}"></figure>'
        case Signatures():
            parties = "".join(f"<div><h3>{_line(party)}</h3>{_pairs(fields)}</div>" for party, fields in block.parties)
            yield f'<div class="signatures">{parties}</div>'


def _pairs(pairs: tuple[tuple[str, str], ...]) -> str:
    return (
        "<dl>"
        + "".join(f'<dt>{_line(name)}</dt><dd dir="auto">{_broken(value)}</dd>' for name, value in pairs)
        + "</dl>"
    )


def _table(block: Table) -> str:
    heads = "".join(
        f'<th scope="col"{_NUMERIC if column.numeric else ""}>{_broken(column.title)}</th>' for column in block.columns
    )
    rows = "\n".join(
        "<tr>"
        + "".join(_cell(item, column.numeric) for item, column in zip(items, block.columns, strict=True))
        + "</tr>"
        for items in block.rows
    )
    table = f'<table aria-label="{_line(block.label)}"><thead><tr>{heads}</tr></thead><tbody>\n{rows}\n</tbody></table>'
    return f'<div class="wide">{table}</div>'


def _cell(item: Cell | str, numeric: bool) -> str:
    one = Cell(item) if isinstance(item, str) else item
    words = [word for word in ("num" if numeric else "", one.look, one.tone) if word not in ("", "plain", *_MARKS)]
    said = " ".join(words)
    attributes = f' class="{said}"' if said else ""
    language = f' lang="{escape(one.language)}"' if one.language else ""
    text = _broken(one.text)
    if one.look == "chip" and text:
        text = f"<span>{text}</span>"
    mark = _MARKS.get(one.look, "")
    return f'<td dir="auto"{attributes}{language}>{mark}{" " if mark and text else ""}{text}</td>'


def _data(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def _line(text: str) -> str:
    return escape(" ".join(lines(text)))


def _broken(text: str) -> str:
    return "<br>".join(
        _LONG_WORD.sub(_pieces, escape(line)) if len(line) > _LONGEST else escape(line) for line in lines(text)
    )


def _pieces(found: re.Match[str]) -> str:
    """A word that no column has room for, with places where it may be broken."""
    return _PIECE.sub(lambda piece: f"{piece[0]}<wbr>", found[0])
