"""Names that are used and not defined, or the reverse; lines that were not understood."""

import re
from collections.abc import Iterator
from datetime import date

from engineering_api.audit.checking import Given, check
from engineering_api.audit.seen import Found, Seen
from engineering_api.facts.names import Definition
from engineering_api.lint import references
from engineering_api.lint.references import Undefined

#: How Cisco's and similar systems apply a list to an interface or to lines for logins.
_APPLIED = re.compile(r"(?:(?:ip|ipv6|mac) )?(?:access-group|access-class|traffic-filter) |apply access-list ")
#: Where FortiOS keeps what has a name.
_MENUS = {
    "object": "config firewall address",
    "object-group": "config firewall addrgrp",
    "service": "config firewall service custom",
    "service-group": "config firewall service group",
    "schedule": "config firewall schedule recurring",
}
_MOST_TAKEN_AWAY = 20
_LONGEST_SECTION = 500
_DEFAULT_NAMES = frozenset({
    "router", "switch", "mikrotik", "fortigate", "pfsense", "opnsense", "ubnt", "edgerouter", "vyos", "ciscoasa",
    "hostname", "localhost", "procurve",
})  # fmt: skip
#: ArubaOS-Switch calls a switch by its model until it is told a name.
_MODEL_AS_NAME = re.compile(r"(?:hp|hpe|aruba|procurve|hp-procurve)[- ](?:switch[- ])?\d{4}\w?(?:[- ]\S+)?")


def _fits(kinds: tuple[str, ...], given: Given) -> bool:
    if "but" in given:
        return not set(kinds) <= set(given["but"])
    return set(kinds) <= set(given["kinds"])


@check
def undefined(seen: Seen, given: Given) -> Iterator[Found]:
    """A name is used and defined nowhere. Kinds are those of the rule, or all `but` those."""
    if not seen.is_whole:
        return
    for one in seen.undefined:
        if not _fits(one.kinds, given) or _is_missed(seen, one.name):
            continue
        kind = one.kinds[0]
        yield seen.found(
            [use.source for use in one.references],
            f"There is no {kind.replace('-', ' ')} {one.name}, which {one.references[0].context or 'a line'} uses.",
            about=f"{kind} {one.name}", is_whole=True, name=one.name, kind=kind, context=one.references[0].context,
            commands=_taken_away(seen, one),
        )  # fmt: skip


def _taken_away(seen: Seen, one: Undefined) -> tuple[str, ...]:
    """The commands that take a list away from where it filters, where its lines say how."""
    made: list[str] = []
    for use in one.references[:_MOST_TAKEN_AWAY]:
        number = use.source.first
        text = seen.subject.quote(number, number)
        plain = text.strip()
        if plain.startswith("set ") and " filter " in plain:
            made.append(f"delete {plain[4:]}")
        elif _APPLIED.match(plain):
            section = _section(seen, number)
            made.extend(line for line in (section, f"{' ' if section else ''}no {plain}") if line)
    return tuple(made)


def _section(seen: Seen, number: int) -> str:
    """The line to which an indented line belongs; "" for a line of the outermost level."""
    if not seen.subject.quote(number, number)[:1].isspace():
        return ""
    for above in range(number - 1, max(0, number - _LONGEST_SECTION), -1):
        text = seen.subject.quote(above, above)
        if text and not text[0].isspace() and text[0] not in "!#":
            return text.strip()
    return ""


@check
def unused(seen: Seen, given: Given) -> Iterator[Found]:
    """A name is defined and used nowhere."""
    if not seen.is_whole:
        return
    for one in references.unused(seen.device):
        what = one.definition
        if _fits((what.kind,), given) and not _is_missed(seen, what.name):
            yield seen.found(
                what, f"Nothing uses the {what.kind.replace('-', ' ')} {what.name}.", about=f"{what.kind} {what.name}",
                is_whole=True, name=what.name, kind=what.kind, header=_header(seen, what), menu=_MENUS.get(what.kind),
            )  # fmt: skip


def _header(seen: Seen, what: Definition) -> str:
    """The line that, with "no" before it, takes a definition away; a numbered list goes as a whole."""
    line = " ".join(seen.subject.quote(what.source.first, what.source.first).split())
    if match := re.match(r"access-list \S+", line):
        return match[0]
    return re.sub(r"^((?:route-map|ip prefix-list|ipv6 prefix-list) \S+) .*", r"\1", line)


def _is_missed(seen: Seen, name: str) -> bool:
    """Whether a line that was not understood has the name, so that it may be defined or used there."""
    return len(name) > 1 and not seen.lacks(name.casefold())


@check
def not_understood(seen: Seen, given: Given) -> Iterator[Found]:
    """Lines of which nothing is known, so that no rule looked at them."""
    missed = seen.device.unparsed
    if missed:
        yield seen.found(
            [one.source for one in missed],
            f"{len(missed)} line{'s were' if missed[1:] else ' was'} not understood.",
            about="unparsed",
            is_whole=True,
        )


@check
def out_of_support(seen: Seen, given: Given) -> Iterator[Found]:
    """The vendor supports the release no more; `releases` are each a platform, a number and the last day."""
    version = seen.device.identity.version
    for text in given["releases"]:
        platform, number, *last = text.split()
        if platform != seen.platform or not re.match(rf"[vV]?{re.escape(number)}(?!\d)", version):
            continue
        today = seen.together.get("today")
        if last and isinstance(today, date) and today <= date.fromisoformat(last[0]):
            continue
        since = f" since {last[0]}" if last else ""
        yield seen.found(
            seen.device.identity.line_of("version"), f"The vendor supports version {version} no more{since}.",
            about=number, is_whole=True, version=version,
        )  # fmt: skip


@check
def default_name(seen: Seen, given: Given) -> Iterator[Found]:
    """The device has the name that it came with."""
    identity = seen.device.identity
    name = identity.hostname.casefold()
    if name in _DEFAULT_NAMES or _MODEL_AS_NAME.fullmatch(name):
        yield seen.found(
            identity.line_of("hostname"),
            f"The device is called {identity.hostname}, as it came.",
            name=identity.hostname,
        )
