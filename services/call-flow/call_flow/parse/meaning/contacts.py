"""Numbers and addresses of no single telephone: the company's numbers, its mailbox, whom an emergency tells."""

import re
from collections.abc import Iterable

from call_flow.parse.meaning.places import Places, bare
from call_flow.parse.meaning.routes import Routes
from call_flow.parse.meaning.sheet import LONGEST_LABEL, Cell, Made, Sheet, Tree, shortened, shown
from call_flow.parse.statement import Statement
from call_flow.spec.telephone import e164
from call_flow.spec.words import Misunderstood, folded

_FAX = re.compile(r"\bfax", re.IGNORECASE)
_FREE = re.compile(r"toll[- ]?free|freephone|free ?call|kostenlos", re.IGNORECASE)
_MAIN = re.compile(r"main|haupt|zentrale", re.IGNORECASE)
_MOST = 500


def numbers(sheet: Sheet, statements: Iterable[Statement], routes: Routes) -> None:
    """The company's telephone numbers, the main number first."""
    found: dict[str, Tree] = {}
    mains: list[tuple[str, Statement]] = []
    for statement in statements:
        for phone in statement.all("phone"):
            try:
                value = e164(phone.text, sheet.country)
            except Misunderstood as misunderstood:
                sheet.ask("/numbers", str(misunderstood))
                continue
            if value not in found and len(found) < _MOST:
                found[value] = {"e164": Cell(value, phone)}
            if value in found:
                _details(found[value], statement, routes)
                label = statement.one("label")
                if label is not None and _MAIN.search(label.text):
                    mains.append((value, statement))
                sheet.use(statement)
    if len({value for value, _ in mains}) > 1:
        (_, first), (_, second) = mains[0], next(item for item in mains if item[0] != mains[0][0])
        sheet.contradiction("/numbers", first.quote, second.quote, "Which is your main number?")
        for value in {value for value, _ in mains}:
            del found[value]
    elif mains:
        found = {mains[0][0]: found.pop(mains[0][0])} | found
    if found:
        sheet.tree["numbers"] = list(found.values())


def _details(tree: Tree, statement: Statement, routes: Routes) -> None:
    label = statement.one("label")
    if label is not None:
        tree.setdefault("label", Cell(shortened(label.text, LONGEST_LABEL), label))
        if _FAX.search(label.text):
            tree["kind"] = Cell("fax", label)
        elif _FREE.search(label.text):
            tree["kind"] = Cell("toll_free", label)
    entry = routes.entry(statement)
    if entry is not None:
        tree.setdefault("entry", entry)


def mailbox(sheet: Sheet, statements: Iterable[Statement]) -> None:
    """Where messages are mailed to, and whether there are mailboxes at all."""
    found: dict[str, Cell] = {}
    without: Statement | None = None
    for statement in statements:
        if statement.kind == "no_voicemail":
            without = without or statement
        for email in statement.all("email"):
            found.setdefault(folded(email.text), Cell(email.text, email))
            sheet.use(statement)
    if without is not None and found:
        question = "Shall there be voicemail?"
        sheet.contradiction("/voicemail", without.quote, next(iter(found.values())).proof, question)
    elif without is not None:
        sheet.put("voicemail", False, without.quote)
        sheet.use(without)
    elif found:
        sheet.tree["mailbox"] = {"email": [*list(found.values())[:20]]}


def emergency(sheet: Sheet, statements: Iterable[Statement], places: Places) -> None:
    """Whom a call for help tells."""
    notify: list[Made] = []
    for statement in statements:
        try:
            notify += _told(sheet, statement, places)
        except Misunderstood:
            sheet.ask("/emergency", f"Who is told of an emergency call? The text says {shown(statement.quote)}.")
            continue
        sheet.use(statement)
    if notify:
        sheet.tree["emergency"] = {"notify": notify[:50]}


def _told(sheet: Sheet, statement: Statement, places: Places) -> list[Made]:
    found: list[Made] = []
    found += [{"email": Cell(email.text, email)} for email in statement.all("email")]
    found += [{"number": Cell(e164(phone.text, sheet.country), phone)} for phone in statement.all("phone")]
    for name in (*statement.all("name"), *statement.all("number")):
        number = places.roster.number_of(folded(bare(name.text)))
        if number is not None:
            found.append({"extension": Cell(number, name)})
    if not found:
        raise Misunderstood("nobody is named")
    return found
