"""What changed on a device, from the configurations that it had."""

from datetime import datetime, timedelta
from itertools import pairwise

from engineering_api.ask.about import meant
from engineering_api.ask.found import Findings, Source, counted, lines
from engineering_api.ask.kind import kind
from engineering_api.ask.question import Question
from engineering_api.ask.world import Version, World
from engineering_api.chosen import Subject
from engineering_api.facts.fact import Span
from engineering_api.tools.difference import same

_MOST_PLACES = 20
_MOST_VERSIONS = 10
_MOST_TEXT = 160
_ALWAYS = timedelta(days=36_500)


def _changed(question: Question, world: World) -> Findings | None:
    """Line by line, between each configuration and the one before it."""
    if not world.subjects:
        return None
    found = Findings()
    since = question.since or question.asked_at - _ALWAYS
    looked = 0
    for subject in meant(question, world)[:50]:
        versions = world.versions(subject, since)
        looked += len(versions)
        for before, after in list(pairwise(versions))[-_MOST_VERSIONS:]:
            _say(found, subject, before, after)
    if not found.sentences:
        span = f" since {_day(question.since)}" if question.since else ""
        record = world.looked("changes", {"since": since.isoformat() if question.since else None}, looked)
        found.say(f"No configuration that was kept{span} differs from the one before it.", record)
        found.unanswered.append("Changes that were made on a device and not sent here are not known.")
    return found


def _say(found: Findings, subject: Subject, before: Version, after: Version) -> None:
    places = _places(before.subject.texts, after.subject.texts)
    gone, came = sum(len(one[0]) for one in places), sum(len(one[1]) for one in places)
    found.say(
        f"The configuration of {subject.name} kept at {after.at:%Y-%m-%d %H:%M} UTC by {after.author} has "
        f"{counted(came, 'new line')} and lacks {counted(gone, 'line')} of the one before.",
        *_proof(before.subject, after.subject, places[:1]),
    )
    for place in places[:_MOST_PLACES]:
        removed, added, _, _ = place
        if removed and added:
            text = f'On {subject.name} "{_short(removed)}" became "{_short(added)}".'
        elif added:
            text = f'On {subject.name} "{_short(added)}" was added.'
        else:
            text = f'On {subject.name} "{_short(removed)}" was removed.'
        found.say(text, *_proof(before.subject, after.subject, [place]))
    if len(places) > _MOST_PLACES:
        found.unanswered.append(f"{len(places) - _MOST_PLACES} more places of {subject.name} changed: use config-diff.")


Place = tuple[tuple[str, ...], tuple[str, ...], int, int]


def _places(before: tuple[str, ...], after: tuple[str, ...]) -> list[Place]:
    made: list[Place] = []
    low = left = 0
    runs = [(one.before, one.after, one.size) for one in same(before, after)]
    for one, other, size in [*runs, (len(before), len(after), 0)]:
        gone = tuple(text for text in before[low:one] if text.strip(" !"))
        came = tuple(text for text in after[left:other] if text.strip(" !"))
        if gone or came:
            made.append((gone, came, low + 1, left + 1))
        low, left = one + size, other + size
    return made


def _proof(before: Subject, after: Subject, places: list[Place]) -> tuple[Source, ...]:
    made: list[Source] = []
    for gone, came, low, left in places:
        if came:
            made.extend(lines(after, Span(left, left + len(came) - 1)))
        if gone:
            made.extend(lines(before, Span(low, low + len(gone) - 1)))
    return tuple(made) or lines(after, Span(1, 1))


def _short(texts: tuple[str, ...]) -> str:
    text = " / ".join(one.strip() for one in texts)
    return text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]}…"


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


KINDS = (
    kind(
        "changes",
        "What changed",
        _changed,
        r"\b(?:what|which|when|did|has|have|show|any|anything|list)\b.{0,60}\b(?:chang(?:e|ed|es|ing)"
        r"|differs?|modified|diff|edited)\b",
        r"\bwho (?:has )?(?:changed|edited|modified)\b",
        r"\bwhat(?:'s| is) (?:new|different)\b",
        r"\bchanges?\b.{0,40}\b(?:since|last|in the|between)\b",
    ),
)
