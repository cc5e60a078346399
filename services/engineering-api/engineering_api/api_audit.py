"""Audits over HTTP: findings, rules, waivers and scores."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from flask import Response, request

from engineering_api import chosen
from engineering_api.api import api
from engineering_api.audit import catalogue, engine, sarif, scoring, store
from engineering_api.audit.messages import (
    MOST_FINDINGS,
    AuditQuery,
    AuditRequest,
    AuditResult,
    ClientScoreAt,
    DeviceScore,
    ExpiredWaiver,
    Rules,
    RulesQuery,
    RuleView,
    ScoreAt,
    Scores,
    ScoresQuery,
    Summary,
    WaiverRequest,
    WaiversQuery,
    WaiverView,
)
from engineering_api.audit.model import RULESETS, Finding, Waiver
from engineering_api.chosen import Chosen, Subject
from engineering_api.intake import Handed
from engineering_api.models import Scope
from engineering_api.parts import Parts
from engineering_api.store import find_device
from oberaconnect.auth import Principal
from oberaconnect.endpoint import Reply
from oberaconnect.paging import Page, next_cursor

SARIF = "application/sarif+json"
#: Waivers of a client that an audit looks at, and findings of a device that are kept with its score.
_MOST_WAIVERS = 2_000
_MOST_KEPT = 1_000


@api.post(
    "/audit", scope="engineering:read", returns=AuditResult, media_types=["application/json", SARIF], tag="Audits"
)
def audit(parts: Parts, principal: Principal, body: AuditRequest, query: AuditQuery) -> AuditResult | Response:
    """Look for what is wrong with devices, each finding with its lines and the commands that set it right.

    Of kept configurations, or of one that is sent along and of which nothing is kept. What is found only between
    devices (addresses, trunks, tunnels) is found between those that are audited together. Findings that are waived are
    told and do not count. `Accept: application/sarif+json` or `format=sarif` gives them as SARIF 2.1.0.
    """
    rules = catalogue.chosen(body.ruleset, only=body.only, without=body.without, min_severity=body.min_severity)
    meant = _chosen(parts, principal, body)
    today = datetime.now(UTC).date()
    with parts.database.transaction(meant.caller.tenants) as connection:
        waivers = [*_inline(body, meant.caller), *store.waivers(connection, meant.caller.tenant, most=_MOST_WAIVERS)]
    found = engine.audit(meant.subjects, rules, waivers, today=today)
    by_config = _by_subject(meant.subjects, found.findings)
    # What is narrowed, or lives with something for this once, is no score to compare with others.
    is_whole = not (body.only or body.without or body.waivers) and body.min_severity == "info"
    with parts.database.transaction(meant.caller.tenants) as connection:
        if is_whole:
            for subject, findings in zip(meant.subjects, by_config, strict=True):
                if subject.config_id is not None:
                    store.keep(connection, meant.caller, _kept(subject, body.ruleset, findings))
        files = store.file_names(connection, [one.config_id for one in meant.subjects if one.config_id])
    names: dict[UUID | None, str] = {None: body.name, **files}
    if query.format == "sarif" or request.accept_mimetypes.best == SARIF:
        log = sarif.log(found.findings[:MOST_FINDINGS], catalogue.rules(), names)
        return Response(json.dumps(log), mimetype=SARIF)
    devices = [_score(subject, findings) for subject, findings in zip(meant.subjects, by_config, strict=True)]
    return AuditResult(
        client=meant.caller.tenant,
        ruleset=body.ruleset,
        summary=Summary(
            score=scoring.mean([one.score for one in devices]),
            counts=scoring.counts(found.findings),
            categories=scoring.categories(found.findings),
            rules=len(rules),
            devices=devices,
            expired_waivers=_expired(waivers, found.findings, today),
            left_off=found.left_off + max(0, len(found.findings) - MOST_FINDINGS),
        ),
        findings=list(found.findings[:MOST_FINDINGS]),
    )


@api.get("/rules", scope="engineering:read", tag="Audits")
def list_rules(query: RulesQuery) -> Rules:
    """The rules of audits, by their codes."""
    wanted = catalogue.chosen(query.ruleset, min_severity=query.min_severity)
    return Rules(
        items=[RuleView(**rule.model_dump(include=set(RuleView.model_fields))) for rule in wanted],
        rulesets=list(RULESETS),
        points={str(severity): points for severity, points in scoring.POINTS.items()},
        scoring=" ".join((scoring.__doc__ or "").split()),
    )


@api.get("/scores", scope="engineering:read", tag="Audits")
def list_scores(parts: Parts, principal: Principal, query: ScoresQuery) -> Scores:
    """Scores over time, of a client and of each of its devices, or of one device."""
    client = query.client
    if client is None and query.device_id is not None:
        with parts.database.transaction(principal.tenants) as connection:
            client = find_device(connection, query.device_id)["client"]
    caller = principal.for_client(client)
    since = query.since.replace(tzinfo=query.since.tzinfo or UTC) if query.since else None
    with parts.database.transaction(caller.tenants) as connection:
        rows = store.scores(connection, caller.tenant, device_id=query.device_id, since=since, ruleset=query.ruleset)
    device_scores = [ScoreAt(**{**row, "score": round(row["score"], 1)}) for row in rows]
    return Scores(
        client=caller.tenant,
        ruleset=query.ruleset,
        client_scores=_client_scores(device_scores),
        device_scores=device_scores,
    )


@api.post("/waivers", scope="engineering:write", status=201, tag="Audits")
def add_waiver(parts: Parts, principal: Principal, body: WaiverRequest) -> WaiverView:
    """Decide to live with findings of a rule, with the reason and, best, a last day."""
    catalogue.chosen(only=[body.rule])
    caller = principal.for_client(body.client)
    waiver = Waiver(**body.model_dump(exclude={"client"}))
    with parts.database.transaction(caller.tenants) as connection:
        if body.device_id is not None:
            find_device(connection, body.device_id)
        row = store.add_waiver(connection, caller, waiver)
    return _waiver(row)


@api.get("/waivers", scope="engineering:read", tag="Audits")
def list_waivers(parts: Parts, principal: Principal, query: WaiversQuery) -> Page[WaiverView]:
    """List waivers, newest first; those that have expired are still there and count no more."""
    with parts.database.transaction(principal.tenants) as connection:
        rows = store.waivers_page(connection, query, client=query.client)
    return Page[WaiverView](
        items=[_waiver(row) for row in rows[: query.limit]], next_cursor=next_cursor(rows, query.limit)
    )


@api.delete("/waivers/<uuid:waiver_id>", scope="engineering:write", status=204, tag="Audits")
def delete_waiver(parts: Parts, principal: Principal, waiver_id: UUID) -> Reply:
    """Delete a waiver: its findings count again."""
    with parts.database.transaction(principal.tenants) as connection:
        store.delete_waiver(connection, waiver_id)
    return Reply(None, 204)


def _chosen(parts: Parts, principal: Principal, body: AuditRequest) -> Chosen:
    if body.text is None:
        scope = Scope(config_ids=body.config_ids, client=body.client, site=body.site)
        return chosen.choose(parts, principal, scope)
    caller = principal.for_client(body.client)
    handed = Handed(body.name, body.text.encode(errors="replace"), body.platform)
    return Chosen(caller, (chosen.given(parts, caller, handed),))


def _inline(body: AuditRequest, caller: Principal) -> list[Waiver]:
    catalogue.chosen(only=[one.rule for one in body.waivers])
    return [Waiver(**one.model_dump(), by=caller.subject) for one in body.waivers]


def _by_subject(subjects: Sequence[Subject], findings: Sequence[Finding]) -> list[list[Finding]]:
    """The findings of each device, in the order of the devices."""
    places: Mapping[UUID | None, list[Finding]] = {one.config_id: [] for one in subjects}
    for finding in findings:
        places[finding.config_id].append(finding)
    return [places[one.config_id] for one in subjects]


def _score(subject: Subject, findings: Sequence[Finding]) -> DeviceScore:
    return DeviceScore(
        device=subject.name,
        device_id=subject.device_id,
        config_id=subject.config_id,
        site=subject.site,
        platform=subject.platform,
        score=scoring.score(findings),
        counts=scoring.counts(findings),
    )


def _kept(subject: Subject, ruleset: str, findings: Sequence[Finding]) -> dict[str, object]:
    return {
        "device_id": subject.device_id,
        "config_id": subject.config_id,
        "ruleset": ruleset,
        "score": scoring.score(findings),
        "counts": scoring.counts(findings),
        "findings": [one.model_dump(mode="json") for one in findings[:_MOST_KEPT]],
    }


def _expired(waivers: Sequence[Waiver], findings: Sequence[Finding], today: date) -> list[ExpiredWaiver]:
    """The waivers that count no more and would cover something."""
    told = []
    for waiver in waivers:
        if waiver.expires_on is not None and waiver.is_expired(today):
            covered = sum(waiver.covers(one) for one in findings)
            if covered:
                told.append(
                    ExpiredWaiver(
                        id=waiver.id,
                        rule=waiver.rule,
                        reason=waiver.reason,
                        expires_on=waiver.expires_on,
                        findings=covered,
                    )
                )
    return told


def _client_scores(scores: Sequence[ScoreAt]) -> list[ClientScoreAt]:
    """A client's score after each audit: the mean of its devices' latest scores by then."""
    known: dict[UUID, float] = {}
    made: dict[datetime, ClientScoreAt] = {}
    for one in scores:
        known[one.device_id] = one.score
        made[one.at] = ClientScoreAt(at=one.at, score=scoring.mean(list(known.values())), devices=len(known))
    return list(made.values())


def _waiver(row: Mapping[str, object]) -> WaiverView:
    expires_on = row["expires_on"]
    is_expired = isinstance(expires_on, date) and expires_on < datetime.now(UTC).date()
    return WaiverView.model_validate({**row, "is_expired": is_expired})
