"""From what a customer says to a complete flow."""

import datetime as dt
from dataclasses import dataclass

from call_flow.flow.model import Flow
from call_flow.spec import customers, groups, opening, people, system
from call_flow.spec.assumption import Assumption, assumptions
from call_flow.spec.draft import Draft
from call_flow.spec.entrance import Entrance, beginning
from call_flow.spec.script import Script
from call_flow.spec.specification import Specification
from call_flow.spec.ways import Ways


@dataclass(frozen=True)
class Completed:
    """A complete flow, and what it takes for granted."""

    flow: Flow
    assumptions: list[Assumption]


def complete(spec: Specification, *, today: dt.date) -> Completed:
    """Make a complete flow; `today` says from which year on holidays are worked out.

    What is given in full stays as it is, in its order; what is not said is completed, and its provenance says so. A
    complete flow completes to itself.

    Raises:
        Unprocessable: when words in the specification have no meaning. It points to each.
    """
    draft = Draft(spec, today)
    customers.settle(draft)
    draft.require_understood()
    customers.sites(draft)
    people.extensions(draft)
    people.mailboxes(draft)
    for prompt in spec.prompts:
        draft.add("prompts", prompt.model_dump(mode="json", exclude_unset=True))
    for node in spec.nodes:
        # The kind says which node it is, and is always said.
        draft.add("nodes", node.model_dump(mode="json", exclude_unset=True) | {"kind": node.kind}, rank=-9)
    opening.given(draft)
    script = Script(draft)
    ids = groups.names(draft)
    ways = Ways(draft, script, ids)
    system.numbers(draft, ways)
    groups.make(draft, script, ways, ids)
    _onward(draft, ways)
    hours = opening.Opening(draft)
    draft.require_understood()
    hours.settle()
    entrance = Entrance(draft, script, ways, hours)
    first = beginning(draft, ways)
    entry = entrance.make(ids) if entrance.is_wanted(first) else None
    if spec.operator is not None:
        ways.operator()  # also when nothing leads there, which the validator says
    _found(draft, ways)
    draft.require_understood()
    system.main_number(draft, entry, first)
    system.trunks(draft)
    system.emergency(draft)
    system.numbering(draft)
    flow = draft.flow()
    return Completed(flow, assumptions(flow))


def _onward(draft: Draft, ways: Ways) -> None:
    """Where calls go that an extension did not take, or that press 0 in the general mailbox."""
    for position, (wish, piece) in enumerate(zip(draft.spec.extensions, draft.sections["extensions"], strict=True)):
        for name in ("on_no_answer", "on_busy", "on_offline"):
            if (told := getattr(wish, name)) is not None:
                number = piece.plain["number"]
                if way := ways.read(f"/extensions/{position}/{name}", told, f"after-{number}", ways.general):
                    piece.plain[name] = way.destination
    shared = draft.spec.mailbox
    if shared is not None:
        number = people.general_mailbox(draft)
        box = next(piece for piece in draft.sections["mailboxes"] if piece.plain["number"] == number)
        if shared.operator is not None and (way := ways.read("/mailbox/operator", shared.operator, "mailbox-operator")):
            box.plain["operator"] = way.destination


def _found(draft: Draft, ways: Ways) -> None:
    """Words may name parts of the entrance that it turns out not to have."""
    made = draft.ids("nodes")
    for name, pointer in ways.awaited.items():
        if name not in made:
            draft.refuse(pointer, f"There is no '{name}' here: nothing that was said makes one.")
    if draft.spec.direct_dial is not None and "menu" not in made:
        draft.refuse(
            "/direct_dial", "There is no menu here in which callers could dial. Give a menu, or leave this out."
        )
