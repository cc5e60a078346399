"""Access lists in all their forms: numbered lines, named lists, standard, extended, IPv6 and MAC."""

from typing import cast

from engineering_api.dialects.cisco import acl
from engineering_api.dialects.cisco.rest import REST
from engineering_api.dialects.cisco.state import At, Reading
from engineering_api.facts.filters import AccessList, Ends, Rule, Services
from engineering_api.reading.grammar import Found, Place

TOP: Place[Reading] = Place("access lists")
LIST: Place[At[AccessList]] = Place("access list")

_KINDS = (
    (range(1, 100), "standard"), (range(1300, 2000), "standard"), (range(100, 200), "extended"),
    (range(2000, 2700), "extended"), (range(200, 300), "mac"), (range(700, 800), "mac"), (range(1100, 1200), "mac"),
)  # fmt: skip


def kind_of(number: str) -> acl.Family:
    """The kind of a list by its number.

    Raises:
        ValueError: when there is no kind of list with such a number.
    """
    for numbers, kind in _KINDS:
        if int(number) in numbers:
            return cast(acl.Family, kind)
    raise ValueError(number)


def list_of(reading: Reading, name: str, kind: acl.Family, found: Found) -> AccessList:
    """The access list of a name, known from now on."""
    key = f"{kind if kind in ('ipv6', 'mac') else 'ip'} {name}"
    known = reading.access_lists.get(key)
    if known is None:
        known = AccessList(source=found.span, name=name, kind=kind)
        reading.access_lists[key] = known
        reading.device.access_lists.append(known)
    known.source = type(known.source)(known.source.first, max(known.source.last, found.span.last))
    reading.define("acl", name, found.span)
    return known


def add_rule(reading: Reading, owner: AccessList, action: str, text: str, found: Found) -> None:
    """Add the rule that a line says.

    Raises:
        ValueError: when it says none.
    """
    where = found.line

    def refer(kind: str, name: str, use: str) -> None:
        if kind == "reflect":
            reading.define("acl", name, where)
        else:
            reading.refer("schedule" if kind == "schedule" else "object-group", name, where, f"acl {owner.name} {use}")

    number = found["SEQ"]
    if owner.kind == "ipv6" and not number:
        before, is_there, after = text.partition("sequence ")
        if is_there:
            number, _, rest = after.strip().partition(" ")
            text = f"{before} {rest}"
    made = acl.rule(action, text, owner.kind, where, refer=refer, number=number)
    made.comment = " ".join(reading.remarks.pop(owner.name, ()))
    owner.rules.append(made)


@TOP.line("access-list NUMBER [dynamic NAME] [timeout TIME] ACTION:(permit|deny) WORDS...")
def _numbered(reading: Reading, found: Found) -> None:
    kind = kind_of(found["NUMBER"])
    owner = list_of(reading, found["NUMBER"], kind, found)
    if kind != "mac":
        add_rule(reading, owner, found["ACTION"], found["WORDS"], found)


@TOP.line("access-list NUMBER remark [TEXT...]")
def _numbered_remark(reading: Reading, found: Found) -> None:
    list_of(reading, found["NUMBER"], kind_of(found["NUMBER"]), found)
    reading.remarks.setdefault(found["NUMBER"], []).append(found["TEXT"].strip())


@TOP.opens(LIST, "ip access-list [KIND:(standard|extended)] NAME")
def _named(reading: Reading, found: Found) -> At[AccessList]:
    return At(reading, list_of(reading, found["NAME"], cast(acl.Family, found["KIND"] or "extended"), found))


@TOP.opens(LIST, "ipv6 access-list NAME", "ipv6 access-list standard NAME")
def _ipv6(reading: Reading, found: Found) -> At[AccessList]:
    return At(reading, list_of(reading, found["NAME"], "ipv6", found))


@TOP.block("mac access-list [extended] NAME", "arp access-list NAME")
def _mac(reading: Reading, found: Found) -> None:
    """Rules on MAC addresses are known; the facts of a rule have no place for such addresses."""
    list_of(reading, found["NAME"], "mac", found)


@LIST.line("[SEQ] remark [TEXT...]")
def _remark(at: At[AccessList], found: Found) -> None:
    at.reading.remarks.setdefault(at.fact.name, []).append(found["TEXT"].strip())


@LIST.line(
    "[SEQ] ACTION:(permit|deny) WORDS...",
    "sequence SEQ ACTION:(permit|deny) WORDS...",
    "[SEQ] dynamic NAME [timeout MINUTES] ACTION:(permit|deny) WORDS...",
)
def _rule(at: At[AccessList], found: Found) -> None:
    if found["SEQ"] and not found["SEQ"].isdecimal():
        raise ValueError(found["SEQ"])
    add_rule(at.reading, at.fact, found["ACTION"], found["WORDS"], found)


@LIST.line("evaluate NAME", "SEQ evaluate NAME")
def _evaluate(at: At[AccessList], found: Found) -> None:
    """What a reflexive list noted of sessions that went the other way may come back."""
    at.reading.refer("acl", found["NAME"], found.line, f"acl {at.fact.name} evaluate")
    at.fact.rules.append(
        Rule(
            source=found.line,
            id=found["SEQ"],
            action="permit",
            source_ends=Ends(is_any=True),
            destination_ends=Ends(is_any=True),
            services=Services(is_any=True),
            is_established=True,
            conditions=[f"evaluate {found['NAME']}"],
        )
    )


LIST.knows(
    "statistics per-entry",
    "counters per-entry",
    "fragments (permit-all|deny-all)",
    "ignore routable",
    "hardware REST...",
    "exit",
)
REST.knows("ip access-list (log-update|logging|resequence|persistent|helper) REST...", "access-list compiled REST...")
