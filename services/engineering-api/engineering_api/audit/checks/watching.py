"""SNMP, logs and time."""

from collections.abc import Iterator

from engineering_api.audit.checking import Given, check
from engineering_api.audit.seen import Found, Seen
from engineering_api.facts.services import SnmpAccess


def _communities(seen: Seen) -> list[SnmpAccess]:
    return [one for one in seen.device.snmp if one.version != "3"]


@check
def old_snmp(seen: Seen, given: Given) -> Iterator[Found]:
    """SNMP without encryption."""
    for one in _communities(seen):
        yield seen.found(one, f"SNMP version {one.version} sends its community readably.", about=one.access)


@check
def writing_community(seen: Seen, given: Given) -> Iterator[Found]:
    """A community may change the configuration."""
    for one in _communities(seen):
        if one.access == "rw":
            yield seen.found(one.line_of("access"), "This community may write.")


@check
def known_community(seen: Seen, given: Given) -> Iterator[Found]:
    """A community that everybody knows."""
    for one in _communities(seen):
        if one.is_well_known:
            yield seen.found(one.line_of("is_well_known"), "This community is one that everybody knows.")
    if seen.is_on("mikrotik") and not seen.device.snmp and seen.lacks("snmp"):
        for way in seen.managed_by("snmp"):
            yield seen.found(way, "SNMP is on, and its community is public by default.", is_default=True)


@check
def open_community(seen: Seen, given: Given) -> Iterator[Found]:
    """A community that may be used from everywhere."""
    for one in _communities(seen):
        if not one.acl:
            yield seen.found(one, "Nothing limits from where this community may be used.")


@check
def weak_snmp_user(seen: Seen, given: Given) -> Iterator[Found]:
    """A user of version 3 without encryption."""
    for one in seen.device.snmp:
        if one.version == "3" and one.level in ("noauth", "auth"):
            what = "neither authentication nor encryption" if one.level == "noauth" else "no encryption"
            yield seen.found(
                one.line_of("level"), f"SNMP user {one.user} has {what}.", about=one.user, user=one.user or "USER"
            )


@check
def one_clock(seen: Seen, given: Given) -> Iterator[Found]:
    """There is a single source of the time."""
    clocks = seen.servers("ntp")
    if len(clocks) == 1 and "pool" not in clocks[0].address and seen.lacks("ntp"):
        yield seen.found(clocks[0], f"{clocks[0].address} is the only source of the time.", address=clocks[0].address)


@check
def unproven_clock(seen: Seen, given: Given) -> Iterator[Found]:
    """No source of the time proves itself."""
    clocks = seen.servers("ntp")
    is_proven = any(one.has_key or any("key" in word for word in one.options) for one in clocks)
    if clocks and not is_proven and seen.lacks("ntp"):
        yield seen.found(clocks, "No source of the time is authenticated.", is_whole=True, about="ntp")
