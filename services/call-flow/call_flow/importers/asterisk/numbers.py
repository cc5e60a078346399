"""Where calls come in: the contexts of trunks, and the telephone numbers that are extensions of them."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from call_flow.importers.asterisk.dialplan import Match, single
from call_flow.importers.draft import END
from call_flow.importers.ledger import Source

if TYPE_CHECKING:
    from call_flow.importers.asterisk.walk import Walker

_INBOUND = ("from-trunk", "from-pstn", "from-outside", "from-provider", "from-carrier", "from-sip-external", "incoming",
            "inbound", "from-external", "from-did", "ext-did", "from-voip", "public", "default")  # fmt: skip
_LONG = re.compile(r"\+?\d{7,16}")
_MOST_OF_PATTERN = 100


def come_in(walker: "Walker", others: set[str]) -> None:
    """Numbers with where their calls go. `others` are the contexts of telephones."""
    contexts = list(_contexts(walker, others))
    catch_all: Match | None = None
    for context in contexts:
        for _, name, _ in walker.dialplan.numbers(context):
            for number in single(name, _MOST_OF_PATTERN):
                if _LONG.fullmatch(number):
                    _number(walker, context, number)
        for name in ("s", "_X.", "_.", "_X!", "_!", "_+X."):
            if catch_all is None and name in walker.dialplan.contexts[context].extensions:
                catch_all = Match(context, name)
    if catch_all is not None:
        _any_number(walker, catch_all)


def _contexts(walker: "Walker", others: set[str]) -> Iterator[str]:
    """Of trunks first; else those that are usually called so; else those that have telephone numbers."""
    known = walker.dialplan.contexts
    of_trunks = dict.fromkeys(peer.context for peer in walker.telephones.peers.values())
    found = [name for name in of_trunks if name in known]
    if not found:
        found = [name for name in known if name.lower() in _INBOUND and name not in others]
    if not found:
        found = [name for name, context in known.items() if name not in others
                 and any(_LONG.fullmatch(number) for number in context.extensions)]  # fmt: skip
    yield from found


def _number(walker: "Walker", context: str, written: str) -> None:
    source = _source(walker, context, written)
    e164 = walker.draft.e164(written)
    if source is None:
        return
    if e164 is None:
        walker.ledger.approximated(
            source, f"{written} is no telephone number of {walker.draft.country}; it is left out."
        )
        return
    if walker.draft.find("numbers", e164):
        walker.goes(walker.runner.enter(context, written))
        return
    piece = walker.draft.add("numbers", {"e164": e164, "entry": END}, source)
    piece.plain["entry"] = walker.goes(walker.runner.enter(context, written))


def _source(walker: "Walker", context: str, number: str) -> Source | None:
    matches = walker.dialplan.find(context, number)
    if not matches:
        return None
    steps = walker.dialplan.contexts[matches[0].context].extensions[matches[0].extension].steps
    return steps[0].source if steps else None


def _any_number(walker: "Walker", match: Match) -> None:
    """Calls to whichever number: those that a trunk registers for, or none that can be named."""
    source = walker.dialplan.contexts[match.context].extensions[match.extension].steps[0].source
    named = [(e164, where) for user, where in walker.telephones.registered if (e164 := walker.draft.e164(user))]
    dialled = match.extension if match.extension == "s" else "0000000"
    for e164, where in named:
        if walker.draft.find("numbers", e164) is None:
            piece = walker.draft.add("numbers", {"e164": e164, "entry": END}, where)
            number = dialled if dialled == "s" else e164[1:]
            piece.plain["entry"] = walker.goes(walker.runner.enter(match.context, number))
    if named or walker.draft.sections["numbers"]:
        return
    walker.goes(walker.runner.enter(match.context, dialled))
    walker.ledger.approximated(
        source,
        "Calls to every number come here, and none is named. Add the customer's numbers and let them enter here.",
    )
