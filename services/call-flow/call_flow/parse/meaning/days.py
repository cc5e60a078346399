"""Weekdays in words, English and German."""

import re

from call_flow.flow.values import Weekday
from call_flow.spec import clock
from call_flow.spec.words import folded

_GERMAN = {
    "montag": "monday", "dienstag": "tuesday", "mittwoch": "wednesday", "donnerstag": "thursday", "freitag": "friday",
    "samstag": "saturday", "sonnabend": "saturday", "sonntag": "sunday", "mo": "monday", "di": "tuesday",
    "mi": "wednesday", "do": "thursday", "fr": "friday", "sa": "saturday", "so": "sunday", "weds": "wednesday",
    "werktags": "weekdays", "werktage": "weekdays", "wochentags": "weekdays", "täglich": "daily",
    "wochenende": "weekend", "wochenenden": "weekend", "bis": "to", "und": "and", "till": "to", "until": "to",
    "thru": "to", "business days": "weekdays", "working days": "weekdays", "week days": "weekdays",
    "seven days a week": "daily", "7 days a week": "daily",
}  # fmt: skip
_FILLERS = re.compile(r"\b(?:from|on|every|each|the|at|von|am|jeden|only|nur|all|mornings?|afternoons?|evenings?)\b")
_LONG = (
    r"mon(?:days?|\b\.?)|tue(?:s(?:days?)?)?\b\.?|wed(?:s|nes(?:days?)?)?\b\.?|thu(?:rs?(?:days?)?)?\b\.?|"
    r"fri(?:days?|\b\.?)|"
    r"sat(?:urdays?)?\b\.?|sun(?:days?)?\b\.?|week ?days?|weekends?|(?:business|working) days|daily|every ?day|"
    r"(?:seven|7) days a week|all week|montags?|dienstags?|mittwochs?|donnerstags?|freitags?|samstags?|sonnabends?|"
    r"sonntags?|werktags|werktage|wochentags|täglich|wochenenden?"
)
_AND = (
    r"\s*(?:[-\u2013\u2014/&+]|,(?:\s*(?:and|und)\b)?|\b(?:to|through|thru|until|till|and|und|bis)\b)\s*"
    r"(?:(?:on|every|am|the)\s+)?"
)
_BESIDE = re.compile(
    r"\b((?:mon|tues?|wed(?:s|nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?\b|weekdays|weekends?)\.?\s+"
    r"(?=(?:mon|tue|wed|thu|fri|sat|sun|weekend))"
)
_BRIEF = r"(?-i:Mo|Di|Mi|Do|Fr|Sa|So)\b\.?"
_LETTER = r"(?-i:M|Tu|T|W|Th|Sa|Su|F)"
_LETTERS = {"m": "mon", "t": "tue", "tu": "tue", "w": "wed", "th": "thu", "f": "fri", "su": "sun"}
#: Days one after the other, as `Monday to Friday`, `Sat, Sun`; the short German names only with others or a time.
DAYS = (
    rf"(?:(?:{_LONG})(?:(?:{_AND}|(?<!\.)\s+)(?:{_LONG})){{0,7}}|{_BRIEF}(?:{_AND}{_BRIEF}){{1,6}}"
    rf"|{_LETTER}\s?[-\u2013]\s?{_LETTER}(?!\w)|(?-i:Tu|Th|Sa|Su)(?=\s[0-9]{{1,2}}(?:[:.][0-9]{{2}})?\s?[-\u2013])"
    rf"|{_BRIEF}(?=:?\s*(?:von\s+)?[0-9]{{1,2}}|:?\s*(?:geschlossen|zu\b)))"
)


def weekdays(text: str) -> list[Weekday]:
    """The days. Raises `Misunderstood`."""
    words = _FILLERS.sub(" ", folded(text).replace("every day", "daily").replace("everyday", "daily"))
    for german, english in _GERMAN.items():
        words = re.sub(rf"\b{german}(?:s|en)?\b\.?", english, words) if german in words else words
    words = _BESIDE.sub(r"\1, ", words)
    words = re.sub(r"\b(?:m|tu?|w|th|f|su)\b", lambda match: _LETTERS[match[0]], words)
    return clock.days(words.replace("week day", "weekday"))
