"""Predicates that only look whether a thing is on, off or missing; the rule says which."""

import re
from collections.abc import Iterator
from typing import cast

from engineering_api.audit.checking import Given, check
from engineering_api.audit.seen import Found, Seen
from engineering_api.facts.fact import Span
from engineering_api.facts.settings import Name, Setting


def _names(given: Given) -> list[Name]:
    return [cast(Name, name) for name in given["settings"]]


def _fits(setting: Setting, given: Given) -> bool:
    return not given.get("values") or any(word in setting.value.casefold().split() for word in given["values"])


@check
def setting_is_on(seen: Seen, given: Given) -> Iterator[Found]:
    """A setting is on; `values` narrows it to those with such a word, `default_on` are platforms where it is on unless
    told otherwise.
    """
    said = [one for name in _names(given) for one in seen.settings(name)]
    for one in said:
        if one.is_on and _fits(one, given):
            yield seen.found(one, f"{given['told'][0]} is on.", about=one.value, value=one.value)
    if not said and seen.platform in given.get("default_on", ()) and seen.lacks(*given.get("words", ())):
        yield seen.missing(f"{given['told'][0]} is on by default, and nothing turns it off.")


@check
def setting_is_off(seen: Seen, given: Given) -> Iterator[Found]:
    """A setting is off that should be on; `default_off` are platforms where it is off unless told otherwise."""
    said = [one for name in _names(given) for one in seen.settings(name)]
    for one in said:
        if not one.is_on and _fits(one, given):
            yield seen.found(one, f"{given['told'][0]} is turned off.", about=one.value, value=one.value)
    if not said and seen.platform in given.get("default_off", ()) and seen.lacks(*given.get("words", ())):
        yield seen.missing(f"{given['told'][0]} is off by default, and nothing turns it on.")


@check
def setting_is_missing(seen: Seen, given: Given) -> Iterator[Found]:
    """Nothing sets any of these."""
    if not any(seen.settings(name) for name in _names(given)) and seen.lacks(*given.get("words", ())):
        yield seen.missing(f"{given['told'][0]} is not configured.")


@check
def setting_is_below(seen: Seen, given: Given) -> Iterator[Found]:
    """A number is less than it should be."""
    for name in _names(given):
        for one in seen.settings(name):
            if one.value.isdecimal() and int(one.value) < int(given["least"][0]):
                yield seen.found(
                    one, f"{given['told'][0]} is {one.value}; at least {given['least'][0]} is wanted.", value=one.value
                )


@check
def setting_is_above(seen: Seen, given: Given) -> Iterator[Found]:
    """A number is more than it should be."""
    for name in _names(given):
        for one in seen.settings(name):
            if one.value.isdecimal() and int(one.value) > int(given["most"][0]):
                yield seen.found(
                    one, f"{given['told'][0]} is {one.value}; at most {given['most'][0]} is wanted.", value=one.value
                )


@check
def server_is_missing(seen: Seen, given: Given) -> Iterator[Found]:
    """There is no server of these kinds."""
    if not seen.servers(*given["kinds"]) and seen.lacks(*given.get("words", ())):
        yield seen.missing(f"No {given['told'][0]} is configured.")


@check
def line_is_missing(seen: Seen, given: Given) -> Iterator[Found]:
    """No line says something that should be said; `versions` are the releases that need it."""
    versions = given.get("versions", ("",))
    if not re.match(versions[0], seen.device.identity.version) or not seen.lacks(*given.get("words", ())):
        return
    if not seen.line(seen.whole, given["pattern"][0]):
        yield seen.missing(f"{given['told'][0]}.")


@check
def line_says(seen: Seen, given: Given) -> Iterator[Found]:
    """A line of the configuration says it, where no fact does; `pattern` is a regular expression.

    A line that a backslash continues, as in RouterOS's exports, is read with the next.
    """
    wanted = re.compile(given["pattern"][0])
    texts = seen.subject.texts
    for number, text in enumerate(texts, start=1):
        goes_on = text.endswith("\\") and number < len(texts)
        last = number + goes_on
        match = wanted.search(text[:-1] + texts[number].lstrip() if goes_on else text)
        if match and (not goes_on or match.start() < len(text) - 1):
            yield seen.found(Span(number, last), f"{given['told'][0]}: {match[0].strip()}.")
