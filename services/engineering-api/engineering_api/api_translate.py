"""Translation of configurations over HTTP."""

from engineering_api import intake, platforms
from engineering_api.api import api
from engineering_api.chosen import Subject, choose, given
from engineering_api.facts.fact import Span
from engineering_api.intake import Handed
from engineering_api.models import Scope
from engineering_api.parsing import Parsed
from engineering_api.parts import Parts
from engineering_api.translate.shapes import (
    MapView,
    PacketsView,
    PacketView,
    SummaryView,
    TranslateRequest,
    TranslateResult,
)
from engineering_api.translate.translate import SILENT, Mapped, Translation, translate
from oberaconnect.auth import Principal
from oberaconnect.problems import Unprocessable


@api.post("/translate", scope="engineering:read", tag="Changes")
def translate_config(parts: Parts, principal: Principal, body: TranslateRequest) -> TranslateResult:
    """Translate a configuration for another platform: the common subset, with what became of every line.

    What is called exact was read back from the result and says the same there. Rules of firewalls are tried with
    packets on both sides. Secrets are left out. Nothing is kept.
    """
    caller, subject = _subject(parts, principal, body)
    source, target = platforms.named(subject.platform), platforms.named(body.to)
    if source.name == "unknown":
        raise Unprocessable("The platform of this configuration was not recognised. Name it by `from`.")

    def read(text: str) -> Parsed:
        return intake.understand(parts, caller, Handed("translation", text.encode(), target.name))

    found = translate(subject.device, subject.texts, (source, target), read, given=body.names, scope=body.scope)
    text = "\n".join(found.lines) + "\n" if found.lines else ""
    return TranslateResult(
        text=text,
        from_=source.name,
        to=target.name,
        map=[_row(one) for one in found.mapped],
        summary=_summary(found),
        packet_tests=PacketsView(
            run=found.trials.run,
            agreed=found.trials.agreed,
            differing=[
                PacketView(
                    packet=one.packet,
                    interface=one.inward,
                    source=one.source_answer,
                    target=one.target_answer,
                    src_lines=_pair(one.source_lines),
                    dst_lines=_pair(one.target_lines),
                )
                for one in found.trials.differing
            ],
        ),
        warnings=list(found.warnings),
    )


def _subject(parts: Parts, principal: Principal, body: TranslateRequest) -> tuple[Principal, Subject]:
    if body.config_id is not None:
        chosen = choose(parts, principal, Scope(config_ids=[body.config_id]))
        return chosen.caller, chosen.subjects[0]
    caller = principal.for_client(body.client)
    content = (body.text or "").encode(errors="replace")
    return caller, given(parts, caller, Handed("configuration", content, body.from_))


def _row(one: Mapped) -> MapView:
    first, last = one.source
    return MapView(src_lines=(first, last), dst_lines=_pair(one.target), status=one.status, note=one.note)


def _pair(span: Span | None) -> tuple[int, int] | None:
    return (span.first, span.last) if span is not None else None


def _summary(found: Translation) -> SummaryView:
    counts = {"exact": 0, "approx": 0, "unsupported": 0, "silent": 0}
    for one in found.mapped:
        counts["silent" if one.note == SILENT else one.status] += one.source.last - one.source.first + 1
    return SummaryView(**counts, names=dict(found.names))
