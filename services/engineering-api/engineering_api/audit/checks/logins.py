"""Who may log in, how often he may try, and how long he stays."""

from collections.abc import Iterator

from engineering_api.audit.checking import Given, check
from engineering_api.audit.checks.access import told
from engineering_api.audit.seen import Found, Seen

_LONGEST_SECONDS = 1_800
_STAYING = ("vty", "console", "ssh", "https", "http", "telnet", "tty")


@check
def no_aaa(seen: Seen, given: Given) -> Iterator[Found]:
    """Logins are not authenticated by lists of methods."""
    said = seen.settings("aaa")
    for one in said:
        if not one.is_on and not one.value:
            yield seen.found(one, "AAA is turned off.")
    if any(one.is_on for one in said) or any(not one.is_on for one in said) or not seen.lacks("aaa"):
        return
    if seen.is_on("cisco_asa") and not seen.managed_by("ssh", "telnet", "https"):
        return
    yield seen.missing("Logins are not authenticated by AAA; that is the default.")


@check
def no_accounting(seen: Seen, given: Given) -> Iterator[Found]:
    """There are servers for logins, and they are not told what is done."""
    servers = seen.servers("radius", "tacacs")
    if servers and not seen.settings("accounting") and seen.lacks("accounting"):
        yield seen.found(
            servers, "Servers are asked who may log in, and not told what is done.", about="accounting",
            is_default=True, is_whole=True, kind="tacacs+" if seen.servers("tacacs") else "radius",
        )  # fmt: skip


@check
def login_by_none(seen: Seen, given: Given) -> Iterator[Found]:
    """A list of methods for logins has one that asks for nothing."""
    for one in seen.settings("aaa"):
        kind, *words = one.value.split() or [""]
        if kind != "login" or not one.is_on or "none" not in words[1:]:
            continue
        does = "asks for no password" if words[1:] == ["none"] else "lets everybody in when its servers do not answer"
        yield seen.found(one, f"The method list {words[0]} {does}.", about=words[0], method_list=words[0])


@check
def idle_never(seen: Seen, given: Given) -> Iterator[Found]:
    """Sessions stay open for ever."""
    for way in seen.managed_by(*_STAYING):
        if way.idle_seconds == 0:
            yield seen.found(
                way.line_of("idle_seconds"), f"Sessions of {told(way)} are never closed.", about=told(way),
                line=told(way).removeprefix("line "), protocol=way.protocol,
            )  # fmt: skip
    for one in seen.settings("idle-timeout"):
        if one.value == "0" or not one.is_on:
            yield seen.found(one, "Sessions are never closed.")


@check
def idle_long(seen: Seen, given: Given) -> Iterator[Found]:
    """Sessions stay open for more than half an hour."""
    told_of = set()
    for way in seen.managed_by(*_STAYING):
        if way.idle_seconds is not None and way.idle_seconds > _LONGEST_SECONDS:
            span = way.line_of("idle_seconds")
            if span in told_of:
                continue  # one line for all ways to manage it
            told_of.add(span)
            yield seen.found(
                span, f"Sessions of {told(way)} stay open for {way.idle_seconds // 60} minutes.",
                about=told(way), line=told(way).removeprefix("line "), protocol=way.protocol,
            )  # fmt: skip
    known = {way.idle_seconds for way in seen.device.management}
    for one in seen.settings("idle-timeout"):
        if one.value.isdecimal() and int(one.value) > _LONGEST_SECONDS and int(one.value) not in known:
            yield seen.found(one, f"Sessions stay open for {int(one.value) // 60} minutes.")


@check
def idle_default(seen: Seen, given: Given) -> Iterator[Found]:
    """Nothing closes sessions, and by default they stay open."""
    if seen.settings("idle-timeout") or any(way.idle_seconds is not None for way in seen.device.management):
        return
    if seen.lacks("timeout"):
        yield seen.missing("Idle sessions are not closed; that is the default.")


@check
def no_trusted_hosts(seen: Seen, given: Given) -> Iterator[Found]:
    """An administrator may log in from any address."""
    for user in seen.device.users:
        if user.is_enabled and not user.allowed:
            yield seen.found(user, f"{user.name} may log in from any address.", about=user.name, user=user.name)


@check
def no_second_factor(seen: Seen, given: Given) -> Iterator[Found]:
    """An administrator logs in by a password alone."""
    having = {one.value for one in seen.settings("two-factor") if one.is_on}
    for user in seen.device.users:
        if user.is_enabled and user.name not in having:
            yield seen.found(user, f"{user.name} logs in by a password alone.", about=user.name, user=user.name)


@check
def one_for_all(seen: Seen, given: Given) -> Iterator[Found]:
    """The account that the vendor ships is in use."""
    for user in seen.device.users:
        if user.is_enabled and user.name.casefold() in given["names"]:
            yield seen.found(user, f"The account {user.name} is in use.", about=user.name, user=user.name)
