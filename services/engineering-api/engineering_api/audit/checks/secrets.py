"""How passwords are kept, which everybody knows, and which are used twice."""

import re
from collections.abc import Iterator

from engineering_api.audit.checking import Given, check
from engineering_api.audit.seen import Found, Seen
from engineering_api.facts.fact import Span

_WORD = re.compile(r"REDACTED-(?P<kind>default-password|password|psk)-[0-9a-f]{6}\b")
_DEFAULT = re.compile(r"REDACTED-default-password(?:-[0-9a-f]{6})?\b")
#: Lines nearer to each other than this belong to one thing that is said twice, such as both ends of a tunnel's key.
_APART = 4
#: Keys that two sides share by design, or that one line quotes from another.
_SHARED = re.compile(
    r"radius|tacacs|ldap|snmp|ntp|ospf|bgp|neighbor|eigrp|isis|rip|hsrp|standby|vrrp|failover|key-string|trap",
    re.IGNORECASE,
)


@check
def kept_as(seen: Seen, given: Given) -> Iterator[Found]:
    """A password is kept in a way from which it can be read or guessed; `kinds` are the words of the device."""
    kinds = given["kinds"]
    for user in seen.device.users:
        if user.password in kinds:
            yield seen.found(
                user.line_of("password"), f"The password of {user.name} is kept as type {user.password}.",
                about=user.name, user=user.name, secret=_secret(seen, user.privilege),
            )  # fmt: skip
    for name in ("enable-password", "console-password"):
        if name == "enable-password" and "enable" in given.get("but", ()):
            continue
        for one in seen.device.settings:
            if one.name == name and one.is_on and one.value in kinds:
                yield seen.found(one, f"The {name.replace('-', ' ')} is kept as type {one.value}.", about=name)
    for way in seen.device.management:
        for option in way.options:
            kind = option.removeprefix("password ")
            if kind != option and kind in kinds and way.protocol != "console":
                found = seen.line(way.source, r"^\s*password ")
                line = next((one for one in way.options if one.startswith("line ")), way.protocol)
                yield seen.found(
                    found[0] if found else way, f"The password of {line} is kept as type {kind}.", about=line
                )


def _secret(seen: Seen, privilege: str) -> str:
    """How IOS is told a new password that is kept as well as the release can, with the privilege that there was."""
    numbers = [int(one) for one in re.findall(r"\d+", seen.device.identity.version)[:2]]
    kept = "secret" if numbers and numbers < [15, 3] else "algorithm-type scrypt secret"
    return f"privilege {privilege} {kept}" if privilege.isdecimal() else kept


@check
def enable_password(seen: Seen, given: Given) -> Iterator[Found]:
    """`enable password` is there, which is kept readably, instead of `enable secret`."""
    for one in seen.settings("enable-password"):
        if one.is_on and one.value in ("0", "plain", "7"):
            yield seen.found(one, "The enable password is kept readably.")


@check
def no_enable_secret(seen: Seen, given: Given) -> Iterator[Found]:
    """Nothing protects the privileged mode."""
    if not seen.settings("enable-password") and seen.lacks("enable"):
        yield seen.missing("There is no enable secret; by default there is none.")


@check
def known_password(seen: Seen, given: Given) -> Iterator[Found]:
    """A password that is in every list of passwords."""
    for number, text in enumerate(seen.subject.texts, start=1):
        if "REDACTED-default-password" in text and _DEFAULT.search(text):
            yield seen.found(Span(number, number), "This password is one that everybody knows.")


@check
def used_twice(seen: Seen, given: Given) -> Iterator[Found]:
    """The same secret stands for different things."""
    at: dict[str, list[tuple[int, str]]] = {}
    keyed = [one.source for one in seen.device.routing]
    for number, text in enumerate(seen.subject.texts, start=1):
        if "REDACTED-" in text and not _SHARED.search(text):
            if any(first <= number <= last for first, last in keyed):
                continue  # neighbours share their keys by design
            for match in _WORD.finditer(text):
                at.setdefault(match[0], []).append((number, text))
    for word, lines in at.items():
        apart = lines[:1]
        for number, text in lines[1:]:
            if number - apart[-1][0] >= _APART or _other_user(text, apart[-1][1]):
                apart.append((number, text))
        if len(apart) > 1:
            yield seen.found(
                [Span(number, number) for number, _ in apart],
                f"The same secret is used {len(apart)} times.",
                about=word,
            )


def _other_user(one: str, other: str) -> bool:
    """Whether two lines are of two users, however near."""
    names = [re.search(r"\busername (\S+)", text) for text in (one, other)]
    return all(names) and names[0][1] != names[1][1]  # type: ignore[index]


@check
def no_encryption(seen: Seen, given: Given) -> Iterator[Found]:
    """Passwords that must be kept readably are shown as they are."""
    for one in seen.settings("password-encryption"):
        if not one.is_on:
            yield seen.found(one, "Passwords are shown as they are.")
    said = seen.settings("password-encryption") + [one for one in seen.settings("encrypted-secrets") if one.is_on]
    if not said and seen.lacks("password-encryption"):
        yield seen.missing("Passwords are shown as they are; that is the default.")
