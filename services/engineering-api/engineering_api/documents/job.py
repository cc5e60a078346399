"""A job of kind `document`: from kept configurations, or a text that was sent along, to a document in its forms."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from engineering_api.chosen import Subject, choose, given
from engineering_api.documents import narrative, store
from engineering_api.documents.finding import Finding
from engineering_api.documents.forms import Format, written
from engineering_api.documents.logo import logo
from engineering_api.documents.material import Earlier, Material, Record, Section, Source, TitleBlock, labels
from engineering_api.documents.models import DocumentRequest, TitleBlockModel
from engineering_api.documents.plan import PARTS
from engineering_api.documents.writing import document, sections
from engineering_api.intake import Handed
from engineering_api.models import Scope
from engineering_api.parts import Parts
from oberaconnect.db import EVERY_TENANT
from oberaconnect.jobs import Cancelled, find, finish, progress
from oberaconnect.problems import Timeout, TooMany, Unavailable
from oberaconnect.typeset import Block, Callout, NotTypeset
from oberaconnect.worker import Work

KIND = "document"
#: Findings of one configuration that are told.
_MOST_FINDINGS = 500


@dataclass(frozen=True)
class _Steps:
    """How far the job is: reading, then each section, then each paragraph of the model, then each form."""

    parts: Parts
    work: Work
    total: int

    def show(self, stage: str, done: int) -> None:
        """Tell it. Raises `Cancelled`, `LostLease` and `Stopping` when the work must end here."""
        self.work.check()
        with self.parts.database.transaction(EVERY_TENANT) as connection:
            # The lease is renewed less often than somebody who cancels wants to wait.
            if find(connection, self.work.claim.id)["cancel_requested"]:
                raise Cancelled()
            progress(connection, self.work.claim, stage=stage, done=done, total=self.total, counts={})


class Writing:
    """Writes the document of a job and keeps it."""

    def __init__(self, parts: Parts) -> None:
        """Uses the parts of the service."""
        self._parts = parts

    def __call__(self, work: Work) -> None:
        """Write a document.

        Raises:
            NotFound: when a configuration is gone.
            NotTypeset: when it is too large for PDF, and nothing else was asked for.
            NoLogo: for a logo that cannot be drawn.
        """
        payload = work.claim.payload
        request = DocumentRequest.model_validate(payload["request"])
        talks = request.narrative == "llm" and self._parts.model is not None
        steps = _Steps(self._parts, work, 1 + (2 if talks else 1) * len(PARTS) + len(request.formats))
        steps.show("reading", 0)
        material = self._material(work, request, payload)
        made = sections(material, lambda name, done, _: steps.show(f"writing {name}", 1 + done))
        said, notes = self._narrative(request, made, steps)
        whole = document(material, made, said)
        forms: dict[Format, bytes] = {}
        wanted: list[Format] = ["md", *(one for one in request.formats if one != "md")]
        for place, form in enumerate(wanted):
            steps.show(f"writing {form}", min(steps.total, steps.total - len(request.formats) + place))
            try:
                forms[form] = written(whole, form)
            except NotTypeset as problem:
                if len(request.formats) == 1:
                    raise
                notes.append(f"There is no PDF: {problem.detail}")
        fields = {
            "title": material.title,
            "markdown": forms["md"].decode(),
            "sources": [_view(source) for source in material.sources],
            "sections": list(made),
            "notes": notes,
        }
        with self._parts.database.transaction(EVERY_TENANT) as connection:
            files = {form: forms[form] for form in request.formats if form in forms}
            if not store.write(connection, work.claim.tenant, work.claim.id, fields, files):
                raise Cancelled()  # somebody deleted it meanwhile
            finish(connection, work.claim, "succeeded", result=_result(work, material, files))

    def _material(self, work: Work, request: DocumentRequest, payload: Mapping[str, Any]) -> Material:
        caller = work.claim.principal
        if payload.get("text") is not None:
            handed = Handed(request.inputs.name, payload["text"].encode(), payload["platform"])
            subjects: Sequence[Subject] = [given(self._parts, caller, handed)]
        else:
            ids = [UUID(one) for one in payload["config_ids"]]
            subjects = choose(self._parts, caller, Scope(config_ids=ids)).subjects
        return Material(
            template=request.template,
            sources=self._sources(work.claim.tenant, caller.tenants, subjects, request),
            made=dt.datetime.now(dt.UTC).date(),
            block=_block(request.title_block),
            sections=None if request.sections is None else frozenset(request.sections),
            detail=request.detail,
            paper=request.paper,
        )

    def _sources(
        self, client: str, tenants: str, subjects: Sequence[Subject], request: DocumentRequest
    ) -> list[Source]:
        made: list[Source] = []
        with self._parts.database.transaction(tenants) as connection:
            ids = [subject.config_id for subject in subjects if subject.config_id is not None]
            known = store.records(connection, ids)
            is_audited = request.inputs.audit or (request.inputs.audit is None and request.template == "firewall")
            found = store.findings(connection, client, ids) if is_audited else {}
            for subject, label in zip(subjects, labels(subjects), strict=True):
                row = known.get(subject.config_id) if subject.config_id is not None else None
                if row is None:
                    made.append(Source(subject, label, _unkept(subject, request.inputs.name)))
                    continue
                earlier = None
                if row["before_id"] is not None:
                    texts = tuple(store.text(connection, row["before_id"]).split("\n"))
                    earlier = Earlier(row["before_number"], row["before_created_at"], texts)
                record = Record(
                    row["name"], row["number"], row["created_at"], row["subject"], row["hash"], row["read"],
                    row["confidence"],
                )  # fmt: skip
                made.append(Source(subject, label, record, earlier, _findings(found.get(row["id"], []))))
        return made

    def _narrative(
        self, request: DocumentRequest, made: Mapping[Section, list[Block]], steps: _Steps
    ) -> tuple[dict[Section, Callout], list[str]]:
        if request.narrative == "none":
            return {}, []
        model = self._parts.model
        if model is None:
            return {}, ["No text was generated: no language model is configured (LLM_PROVIDER)."]
        said: dict[Section, Callout] = {}
        dropped = 0
        for place, (name, blocks) in enumerate(made.items()):
            steps.show(f"describing {name}", 1 + len(PARTS) + place)
            try:
                generated = narrative.paragraph(model, PARTS[name].title, blocks)
            except (Unavailable, Timeout, TooMany) as problem:
                return said, [narrative.failure(problem)]
            dropped += generated.dropped
            if generated.callout is not None:
                said[name] = generated.callout
        note = f"{len(said)} paragraphs were generated by {model.name}; {dropped} sentences were dropped by the check."
        return said, [note]


def _block(given_block: TitleBlockModel) -> TitleBlock:
    return TitleBlock(
        title=given_block.title,
        client=given_block.client,
        site=given_block.site,
        author=given_block.author,
        version=given_block.version,
        date=given_block.date,
        logo=logo(given_block.logo) if given_block.logo else None,
    )


def _unkept(subject: Subject, file: str) -> Record:
    text = "\n".join(subject.texts)
    return Record(file, 0, None, "", hashlib.sha256(text.encode()).hexdigest(), _said(subject), 1.0)


def _said(subject: Subject) -> int:
    return sum(1 for line in subject.texts if line.strip())


def _findings(told: Sequence[Mapping[str, Any]]) -> tuple[Finding, ...]:
    found: list[Finding] = []
    for one in told[:_MOST_FINDINGS]:
        try:
            found.append(Finding.model_validate(one))
        except ValidationError:
            continue  # of another form than this reader knows
    return tuple(found)


def _view(source: Source) -> dict[str, Any]:
    subject = source.subject
    return {
        "config_id": subject.config_id and str(subject.config_id),
        "device": source.label,
        "site": subject.site,
        "platform": subject.platform,
        "file": source.record.file,
        "number": source.record.number,
        "lines": len(subject.texts),
        "unparsed": len(subject.device.unparsed),
        "hash": source.record.hash,
    }


def _result(work: Work, material: Material, files: Mapping[Format, bytes]) -> dict[str, Any]:
    url = f"/api/engineering/documents/{work.claim.id}"
    return {
        "document_id": str(work.claim.id),
        "url": url,
        "title": material.title,
        "devices": len(material.sources),
        "files": {form: {"url": f"{url}.{form}", "bytes": len(content)} for form, content in files.items()},
    }
