"""Questions about the rules of a list, and about those that let everything pass."""

from engineering_api.ask.about import meant, stands
from engineering_api.ask.found import Findings, lines, listed
from engineering_api.ask.kind import kind
from engineering_api.ask.question import Question
from engineering_api.ask.rules import named_rules
from engineering_api.ask.telling import ends_told, services_told
from engineering_api.ask.world import World
from engineering_api.chosen import Subject
from engineering_api.facts.filters import AccessList, Rule
from engineering_api.packets.deciding import called
from engineering_api.packets.matching import conditions

_MOST = 40


def _list(question: Question, world: World) -> Findings | None:
    """The rules of a list that is named, or a rule that is."""
    found = Findings()
    for subject in meant(question, world):
        for access_list in subject.device.access_lists:
            if stands(access_list.name, question) and len(access_list.name) > 1:
                for rule in access_list.rules[:_MOST]:
                    found.say(_shown(subject, access_list, rule), *lines(subject, rule.source))
    if not found.sentences:
        for subject, access_list, rule in named_rules(question, world)[:_MOST]:
            found.say(_shown(subject, access_list, rule), *lines(subject, rule.source))
    return found if found.sentences else None


def _shown(subject: Subject, access_list: AccessList, rule: Rule) -> str:
    """A rule as a whole."""
    state = "" if rule.is_enabled else ", which is off"
    jump = f"leads to {rule.jump}" if rule.jump else f"{rule.action}s"
    extra = f", if {'; '.join(conditions(rule))}" if conditions(rule) else ""
    extra += ", for open connections" if rule.is_established else ""
    ends = f"{ends_told(rule.source_ends)} to {ends_told(rule.destination_ends)}"
    via = f" from {listed(rule.from_zones)}" if rule.from_zones else ""
    via += f" to {listed(rule.to_zones)}" if rule.to_zones else ""
    what = f"{jump.replace('denys', 'denies')} {services_told(rule)}{via}"
    return f"{called(rule)} of {access_list.name} on {subject.name} {what}: {ends}{extra}{state}."


def _wide(question: Question, world: World) -> Findings | None:
    """Enabled rules that let everything pass from any to any."""
    found = Findings()
    for subject in meant(question, world):
        for access_list in subject.device.access_lists:
            for rule in access_list.rules:
                is_wide = (
                    rule.source_ends.is_any
                    and rule.destination_ends.is_any
                    and services_told(rule) in ("everything", "IP")
                )
                passes = rule.action == "permit" and rule.is_enabled and not rule.jump and not rule.is_passing
                if is_wide and passes and not rule.is_established:
                    found.say(_shown(subject, access_list, rule), *lines(subject, rule.source))
    if not found.sentences and world.subjects:
        found.say("No enabled rule lets everything pass from any to any.", world.looked("wide-rules", {}, 0))
    return found if found.sentences else None


def _unlogged(question: Question, world: World) -> Findings | None:
    """Enabled rules that are not logged."""
    if not world.subjects:
        return None
    found = Findings()
    for subject in meant(question, world):
        for access_list in subject.device.access_lists:
            for rule in access_list.rules:
                if rule.is_enabled and not rule.is_logged and not rule.is_passing and not rule.jump:
                    found.say(_shown(subject, access_list, rule), *lines(subject, rule.source))
    if len(found.sentences) > _MOST:
        found.unanswered.append(f"There are {len(found.sentences) - _MOST} more such rules: ask for one device.")
        del found.sentences[_MOST:]
    if not found.sentences:
        found.say("Every enabled rule is logged.", world.looked("unlogged-rules", {}, 0))
    return found


KINDS = (
    kind(
        "unlogged-rules",
        "Rules without a log",
        _unlogged,
        r"\b(?:rules?|polic(?:y|ies)|acls?)\b.{0,40}\b(?:no|not|without|lack\w*|don't|do not)\b.{0,20}"
        r"\blog(?:s|ged|ging)?\b",
        r"\b(?:unlogged|not logged)\b",
    ),
    kind(
        "wide-rules",
        "Rules that let everything pass",
        _wide,
        r"\bany(?:thing)?(?: |-)(?:to(?: |-))?any(?:thing|where)?\b",
        r"\b(?:allow|permit|let|pass|accept)(?:s|es)?\b.{0,20}\b(?:everything|anything|everybody|all traffic)\b",
        r"\b(?:rules?|polic(?:y|ies))\b.{0,20}\b(?:too|overly|wide|very) (?:open|wide|broad|permissive)\b",
        r"\b(?:overly |too |over)?(?:permissive|broad|wide.open) (?:\w+ )?(?:rules?|polic(?:y|ies))\b",
    ),
    kind(
        "list",
        "Rules of a list",
        _list,
        r"\b(?:acl|access.?list|list|polic(?:y|ies)|rules?|firewall)\b",
    ),
)
