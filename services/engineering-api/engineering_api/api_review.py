"""Reviews of changes and the history of a device over HTTP."""

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from engineering_api import platforms, store
from engineering_api.api import api
from engineering_api.chosen import Subject, choose, given, kept
from engineering_api.facts.fact import Span
from engineering_api.intake import Handed
from engineering_api.models import Scope
from engineering_api.parts import Parts
from engineering_api.reading import lines
from engineering_api.redact import redact
from engineering_api.review import dialects, textual
from engineering_api.review.reason import Evidence, Managed, Reason
from engineering_api.review.review import Tried, compared, review
from engineering_api.review.saying import State
from engineering_api.review.semantic import Change
from engineering_api.review.shapes import (
    MOST_CHANGES,
    MOST_COMMANDS,
    ChangesQuery,
    ChangesView,
    ChangeView,
    CheckView,
    ConfigReference,
    DiffView,
    EvidenceView,
    LinesView,
    ReasonView,
    ReviewRequest,
    ReviewResult,
    RiskView,
)
from oberaconnect.auth import Principal
from oberaconnect.problems import Unprocessable

_LONGEST_QUOTE = 20


@api.post("/changes/review", scope="engineering:read", tag="Changes")
def review_change(parts: Parts, principal: Principal, body: ReviewRequest) -> ReviewResult:
    """Review a change before it is made: what differs, how risky that is, the commands there and back, what to check.

    The change is a second configuration, or commands, which are tried on the first. What cannot be applied is told.
    Secrets are not kept, so that commands say where one has to be entered. Nothing is kept.
    """
    caller, before, after = _subjects(parts, principal, body)
    tried = Tried()
    if after is None:
        after, tried = _tried(parts, caller, before, _typed(parts, caller, body.commands or ()))
    if before.platform != after.platform:
        raise Unprocessable(
            f"The configurations are of different platforms ({before.platform} and {after.platform}). POST /translate"
            " turns one into the other."
        )
    managed = Managed(body.context.address, body.context.interface or "")
    if managed.interface and not _has(before, managed.interface):
        raise Unprocessable(
            f"The device has no interface '{managed.interface}'. Give its name as the device writes it."
        )
    found = review(_state(before), _state(after), managed=managed, tried=tried)
    warnings = list(found.warnings)
    if before.platform == "unknown":
        warnings.insert(0, "The platform was not recognised: only the texts are compared. Name it by `platform`.")
    if len(found.changes) > MOST_CHANGES:
        warnings.append(f"Of {len(found.changes)} differences the first {MOST_CHANGES} are told one by one.")
    return ReviewResult(
        platform=before.platform,
        device=before.name,
        diff=_diff(found.text, found.changes),
        risk=RiskView(
            level=found.level,
            score=found.score,
            reasons=[_reason(one, before, after) for one in found.reasons],
        ),
        verdict=found.verdict,
        mitigations=list(found.mitigations),
        remediation=list(found.remediation),
        rollback=list(found.rollback),
        prechecks=[CheckView(command=one.command, expect=one.expect) for one in found.prechecks],
        postchecks=[CheckView(command=one.command, expect=one.expect) for one in found.postchecks],
        explanation=found.explanation,
        warnings=warnings,
    )


@api.get("/configs/<uuid:config_id>/changes", scope="engineering:read", tag="Changes")
def show_changes(parts: Parts, principal: Principal, config_id: UUID, query: ChangesQuery) -> ChangesView:
    """Show what changed on a device since its configuration before, or since another one of its configurations."""
    now = kept(parts, principal, config_id)
    since = query.since
    if since is None:
        with parts.database.transaction(principal.tenants) as connection:
            row = store.before(connection, store.config(connection, config_id))
        since = row["id"] if row is not None else None
    if since is None:
        diff = DiffView(text="", semantic=[])
        return ChangesView(config_id=config_id, since=None, device=now.name, platform=now.platform, diff=diff)
    then = kept(parts, principal, since)
    if then.device_id != now.device_id:
        raise Unprocessable(f"These are configurations of two devices, {then.name} and {now.name}.")
    found = list(compared(_state(then), _state(now))) if then.platform == now.platform else []
    diff = _diff(textual.unified(then.texts, now.texts), found)
    return ChangesView(config_id=config_id, since=since, device=now.name, platform=now.platform, diff=diff)


def _subjects(parts: Parts, principal: Principal, body: ReviewRequest) -> tuple[Principal, Subject, Subject | None]:
    """Both configurations, and the caller acting for the client that they belong to."""
    asked = [body.before, *((body.after,) if body.after is not None else ())]
    ids = [one.config_id for one in asked if one.config_id is not None]
    caller = principal.for_client(body.client)
    by_id: dict[UUID, Subject] = {}
    if ids:
        chosen = choose(parts, principal, Scope(config_ids=ids))
        caller = chosen.caller
        by_id = {subject.config_id: subject for subject in chosen.subjects if subject.config_id is not None}
    before = _subject(body.before, by_id, lambda text: given(parts, caller, Handed("before", text, body.platform)))
    if body.after is None:
        return caller, before, None
    platform = body.platform or (before.platform if before.platform != "unknown" else None)
    after = _subject(body.after, by_id, lambda text: given(parts, caller, Handed("after", text, platform)))
    return caller, before, after


def _subject(asked: ConfigReference, by_id: dict[UUID, Subject], read: Callable[[bytes], Subject]) -> Subject:
    """A configuration that is asked for: the kept one, or what is read from the text that was sent."""
    if asked.config_id is not None:
        return by_id[asked.config_id]
    return read((asked.text or "").encode(errors="replace"))


def _typed(parts: Parts, caller: Principal, commands: str | Sequence[str]) -> tuple[str, ...]:
    """The commands as lines, without secrets."""
    text = commands if isinstance(commands, str) else "\n".join(commands)
    found = lines.read(text.encode(errors="replace"))
    if len(found.texts) > MOST_COMMANDS:
        raise Unprocessable(f"At most {MOST_COMMANDS} commands are tried. Send the configuration after them instead.")
    return tuple(redact(found.texts, parts.fingerprint(caller.tenant)).texts)


def _tried(parts: Parts, caller: Principal, before: Subject, commands: tuple[str, ...]) -> tuple[Subject, Tried]:
    """The configuration as it would be after commands."""
    platform = platforms.named(before.platform)
    dialect = dialects.of(platform.name)
    if dialect is None:
        raise Unprocessable(f"{platform.title} takes no commands. Send the configuration after the change instead.")
    trial = dialect.apply(before.texts, commands, platform)
    text = "\n".join(trial.texts) or " "
    after = given(parts, caller, Handed(before.name, text.encode(errors="replace"), platform.name))
    return after, Tried(trial.refused, trial.done_at_once, commands)


def _has(subject: Subject, name: str) -> bool:
    wanted = name.casefold()
    return any(wanted in (one.name.casefold(), one.alias.casefold()) for one in subject.device.interfaces)


def _state(subject: Subject) -> State:
    return State(subject.device, subject.texts, platforms.named(subject.platform))


def _diff(text: str, changes: Iterable[Change]) -> DiffView:
    return DiffView(text=text, semantic=[_change(one) for one in list(changes)[:MOST_CHANGES]])


def _change(change: Change) -> ChangeView:
    where = LinesView(before=_pair(change.lines_before), after=_pair(change.lines_after))
    return ChangeView(op=change.op, path=change.path, old=change.old, new=change.new, lines=where)


def _pair(span: Span | None) -> tuple[int, int] | None:
    return (span.first, span.last) if span is not None else None


def _reason(reason: Reason, before: Subject, after: Subject) -> ReasonView:
    evidence = [_evidence(one, before, after) for one in reason.evidence]
    return ReasonView(code=reason.code, weight=reason.weight, sentence=reason.sentence, evidence=evidence)


def _evidence(one: Evidence, before: Subject, after: Subject) -> EvidenceView:
    subject = before if one.side == "before" else after
    first, last = one.lines
    return EvidenceView(
        side=one.side,
        config_id=subject.config_id if one.side != "commands" else None,
        device=before.name,
        line_start=first,
        line_end=last,
        text=one.text or subject.quote(first, last, _LONGEST_QUOTE),
    )
