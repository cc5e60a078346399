"""Where calls go, from the text's words: a person, a group, a telephone number, voicemail."""

import re
from collections.abc import Sequence

from call_flow.parse import mentions
from call_flow.parse.meaning.roster import Roster
from call_flow.parse.meaning.sheet import Sheet, shown
from call_flow.parse.statement import Fragment, cut
from call_flow.spec.telephone import e164
from call_flow.spec.words import Misunderstood, folded

_BEFORE = re.compile(
    r"(?:(?:the|our|a|an|his|her|their|its|my|to|straight|directly|both|either|through|calls?|with|der|die|das|den|dem|"
    r"zum|zur|unser\w{0,2}|an|auf|bei|either|only|all of)\s+)+",
    re.IGNORECASE,
)
_KIND = re.compile(
    r"\s+(?:group|team|department|dept\.?|queue|line|desk|staff|people|calls|phones?|gruppe|abteilung|warteschlange|"
    r"instead|directly|please|as well|too|first|together|at once)$",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:[,;/+&]|\b(?:and|und|or|oder|then)\b)+\s*", re.IGNORECASE)
_EXTENSION = re.compile(
    r"(?:(?:extensions?|ext|x|phones?|nebenstellen?|durchwahl|number|no)\b\.?\s*)?#?([0-9]{2,6})", re.IGNORECASE
)
_ON = re.compile(r".{1,60}\s(?:on|at|ext\.?|extension|auf)\s(?:ext\.? ?|extension )?([0-9]{2,6})", re.IGNORECASE)
_ON_MOBILE = re.compile(
    r"(.{1,60}?)(?:['’]s|s|\s(?:on|via|at|auf) (?:his|her|their|the|dem))\s(?:mobile|cell)(?: phone| number)?",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"[^()]{1,60}\(([^()]{2,200})\)\s*")
_OWNER = re.compile(
    r"(?:(.{1,80}?)['’]s?\s+(?:voice ?mail|mailbox)|(?:voice ?mail|mailbox)\s+(?:of|for)\s+(.{1,80}))", re.IGNORECASE
)
_VOICEMAIL = re.compile(
    r"voice ?mails?|mailbox|answering machine|answerphone|anrufbeantworter|sprachbox|voicebox|\bvm\b|\bmessage\b|"
    r"\bnachricht\b",
    re.IGNORECASE,
)
_WORDS = (
    (re.compile(r"hang ?up|end (?:the )?call|disconnect\w*|auflegen", re.IGNORECASE), "hang up"),
    (
        re.compile(r"(?:dial[- ]by[- ]name |company |staff )?directory|namensverzeichnis|telefonbuch", re.IGNORECASE),
        "directory",
    ),
    (
        re.compile(
            r"operator|front desk|reception(?:ist)?|(?:a )?(?:real |live )?(?:person|human)|empfang|zentrale|somebody",
            re.IGNORECASE,
        ),
        "operator",
    ),
    (re.compile(r"(?:main |voice )?menu|hauptmenü|menü", re.IGNORECASE), "menu"),
)
_AGAIN = re.compile(
    r"(?:hear |repeat |play )?(?:(?:this|these|the) )?(?:menu|options?|choices|message)?\s*"
    r"(?:again|repeated|wiederholen)|repeat(?: (?:the|this|these)? ?(?:menu|options?|choices|message))?|"
    r"wiederholung|(?:nochmals? )?(?:hören|wiederholen)",
    re.IGNORECASE,
)
_EVERYONE = re.compile(
    r"every(?:one|body)|all (?:of )?(?:the |our )?(?:phones|telephones|extensions|staff|people|of us)|"
    r"alle(?: telefone)?",
    re.IGNORECASE,
)
_MOST_MEMBERS = 200


class Places:
    """Understands where calls go. `groups` holds the names of groups and queues by their folded words."""

    def __init__(self, sheet: Sheet, roster: Roster) -> None:
        """Knows no group yet."""
        self._sheet = sheet
        self.roster = roster
        self.groups: dict[str, str] = {}

    def group(self, words: str) -> str | None:
        """The name of the group or queue that is meant."""
        plain = folded(bare(words))
        return self.groups.get(plain) or self.groups.get(folded(words))

    def way(self, fragments: Sequence[Fragment], *, may_add: bool = True) -> str | list[str]:
        """Where calls go; `may_add` if people may be called who were not told of. Raises `Misunderstood`."""
        if len(fragments) > 1:
            return [name for fragment in fragments for name in self.members(fragment)]
        fragment = fragments[0]
        found = self._one(fragment)
        if found is not None:
            return found
        members = self.members(fragment, may_add=may_add)
        return members[0] if len(members) == 1 else members

    def members(self, fragment: Fragment, *, may_add: bool = True) -> list[str]:
        """The telephones that ring together; `may_add` as in `way`.

        Raises:
            Misunderstood: when somebody among them is not known.
        """
        if _EVERYONE.fullmatch(bare(fragment.text)) and (everyone := self.roster.everyone(_MOST_MEMBERS)):
            return everyone
        if match := _BRACKET.fullmatch(fragment.text):
            start = fragment.start + match.start(1)
            inside = Fragment(start, start + len(match[1]), match[1])
            return self.members(inside, may_add=may_add)
        numbers = mentions.phones(fragment.text)
        found: list[str] = []
        place = 0
        for start, end in [*numbers, (len(fragment.text), len(fragment.text))]:
            found += [self._member(item, may_add) for item in _items(fragment, place, start)]
            if start < end:
                found.append(e164(fragment.text[start:end], self._sheet.country))
            place = end
        if not found or len(found) > _MOST_MEMBERS:
            raise Misunderstood(f"{shown(fragment)} names nobody")
        return list(dict.fromkeys(found))

    def _one(self, fragment: Fragment) -> str | None:
        words = bare(fragment.text)
        if group := self.group(fragment.text):
            return group
        if numbers := mentions.phones(fragment.text):
            start, end = numbers[0]
            is_one = len(numbers) == 1 and not _AND.search((fragment.text[:start] + fragment.text[end:]).strip(" ,"))
            return e164(fragment.text[start:end], self._sheet.country) if is_one else None
        if (person := self.roster.find(folded(words))) is not None:
            return person
        return self._by_words(words)

    def _by_words(self, words: str) -> str | None:
        """What is not somebody: voicemail, the directory, the end of the call."""
        if match := _OWNER.search(words):
            owner = self.roster.find(folded(bare(match[1] or match[2])))
            return "voicemail" if owner is None else f"voicemail {owner}"
        if _AGAIN.fullmatch(words):
            return "repeat"
        if _VOICEMAIL.search(words):
            return "voicemail"
        return next((way for pattern, way in _WORDS if pattern.fullmatch(words)), None)

    def _mobile(self, words: str) -> str | None:
        """The mobile number of a person, if it was told: `Gus on his mobile`."""
        match = _ON_MOBILE.fullmatch(words)
        return None if match is None else self.roster.mobile_of(folded(bare(match[1])))

    def _by_number(self, words: str) -> str | None:
        """A person who is named with the number: `Gloria on 110`."""
        match = _ON.fullmatch(words)
        return None if match is None else self.roster.find(match[1])

    def _member(self, item: Fragment, may_add: bool) -> str:
        words = bare(item.text)
        known = self.roster.find(folded(words)) or self._by_number(words)
        if known is not None:
            return known
        if (mobile := self._mobile(words)) is not None:
            return mobile
        if may_add and (match := _EXTENSION.fullmatch(words)):
            number = self.roster.find(match[1])
            start = item.start + item.text.rindex(match[1])
            return number or self.roster.add_number(Fragment(start, start + len(match[1]), match[1]))
        if may_add and is_a_name(words):
            start = item.start + item.text.index(words)
            return self.roster.add_name(Fragment(start, start + len(words), words))
        raise Misunderstood(f"{shown(item)} is nobody who is known")


def bare(text: str) -> str:
    """Words without what stands around names: `the Sales team` is `Sales`."""
    words = text.strip(" \t\r\n.,;:\"'“”„’()")
    words = _BEFORE.sub("", words, count=1) if _BEFORE.match(words) else words
    while (shorter := _KIND.sub("", words)) != words and shorter:
        words = shorter
    return words.strip(" .,;:\"'“”„’()")


_NO_NAME_WORDS = """
i we you he she it they this that there the a an our my your his her their these those who which what when where
while if after before during outside inside all any some every nobody everybody everyone press dial option key
please also and or but so then for from to in on at by with of no not only january february march april may june
july august september october november december monday tuesday wednesday thursday friday saturday sunday mon tue wed
thu fri sat sun hello hi dear thanks thank regards best kind many street avenue road phone phones extension
extensions number numbers mobile cell email mail main hours office open closed calls call menu voicemail voicemails
mailbox message messages operator customer customers client company agents staff team queue group us usa uk ext tel
telephone fax sip pbx suite room floor unit apt emergency contact contacts rings ring goes go is are was were has
have will would should can until till between christmas easter holiday holidays wir ich sie er es der die das und
oder nach wenn bei nachrichten ansage uhr unsere unser montag dienstag mittwoch donnerstag freitag samstag sonntag
januar februar märz mai juni juli oktober dezember aa ivr vm vmail attendant ext. did tbd tbc n/a
nebenstelle nebenstellen durchwahl durchwahlen telefon telefone apparat handset handsets headset police fire ambulance
"""
_NO_NAMES = frozenset(_NO_NAME_WORDS.split())
_NAME = re.compile(
    r"(?:(?:dr|mr|mrs|ms|prof|herr|frau)\.?\s)?[^\W\d_][\w'’.-]{0,40}(?:[ ](?:[^\W\d_][\w'’.-]{0,40})){0,3}",
    re.IGNORECASE,
)
_PARTICLES = {"van", "von", "de", "da", "del", "la", "le", "der", "den", "di", "du", "el", "bin", "al", "zu", "y"}


def is_a_name(words: str) -> bool:
    """Whether these words may be a person's name: one to four with capitals, and none that begins a sentence."""
    parts = words.split()
    if not parts or not _NAME.fullmatch(words) or len(words) > 80:
        return False
    if any(folded(part).strip(".") in _NO_NAMES for part in parts):
        return False
    return all(not part[0].islower() or part in _PARTICLES for part in parts) and not parts[0][0].islower()


def _items(fragment: Fragment, start: int, end: int) -> list[Fragment]:
    """What stands between commas and ands in a part of a fragment."""
    found = []
    place = start
    for match in _AND.finditer(fragment.text, start, end):
        found.append(cut(fragment.text, place, match.start(), " \t\r\n,;()"))
        place = match.end()
    found.append(cut(fragment.text, place, end, " \t\r\n,;()"))
    named = [Fragment(fragment.start + item.start, fragment.start + item.end, item.text) for item in found]
    return [item for item in named if bare(item.text)]
