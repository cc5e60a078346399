"""Pictures, documents and configurations of a flow."""

from flask import Response

from call_flow import output
from call_flow.api import api
from call_flow.chosen import Chosen, choose
from call_flow.export.targets import TARGETS, Target
from call_flow.models import ExportQuery, ExportReport, PictureOptions, Reference, RenderQuery, RenderRequest, Targets
from call_flow.parts import Parts
from oberaconnect import draw
from oberaconnect.auth import Principal
from oberaconnect.files import shown
from oberaconnect.problems import NotFound

_MEDIA = output.MEDIA_TYPES


@api.post("/render/<format>", scope="callflow:read", media_types=sorted(set(_MEDIA.values())), tag="Output")
def render(parts: Parts, principal: Principal, format: str, body: RenderRequest) -> Response:
    """Draw a flow (svg, png, drawio, mermaid, dot), or write the document to sign (pdf, docx)."""
    return _rendered(parts, choose(parts.database, principal, body), format, body)


@api.get("/render/<format>", scope="callflow:read", media_types=sorted(set(_MEDIA.values())), tag="Output")
def render_kept(parts: Parts, principal: Principal, format: str, query: RenderQuery) -> Response:
    """Draw a flow that is kept, or write its document."""
    return _rendered(parts, choose(parts.database, principal, _reference(query)), format, query)


@api.post("/export/<target>", scope="callflow:write", media_types=["application/zip"], tag="Output")
def export(parts: Parts, principal: Principal, target: str, body: Reference) -> Response:
    """The configuration for a telephone system, as a zip with a report of what could not be said in it.

    It holds passwords. 409 while the flow has errors.
    """
    return _exported(parts, choose(parts.database, principal, body), target)


@api.get("/export/<target>", scope="callflow:write", media_types=["application/zip"], tag="Output")
def export_kept(parts: Parts, principal: Principal, target: str, query: ExportQuery) -> Response:
    """The configuration of a flow that is kept."""
    return _exported(parts, choose(parts.database, principal, _reference(query)), target)


@api.post("/export/<target>/report", scope="callflow:read", tag="Output")
def report_export(parts: Parts, principal: Principal, target: str, body: Reference) -> ExportReport:
    """Tell for every element how faithfully a target system takes it: exact, approximated or unsupported."""
    return output.report(parts, choose(parts.database, principal, body), _target(target))


@api.get("/targets", scope="callflow:read", tag="Reference")
def targets(parts: Parts) -> Targets:
    """The systems that flows can be exported to, and how far each export is checked."""
    return output.targets(parts.settings)


def _reference(query: RenderQuery | ExportQuery) -> Reference:
    return Reference(flow_id=query.flow_id, version=query.version, client=query.client)


def _target(name: str) -> Target:
    if name not in TARGETS:
        raise NotFound(f"There is no target '{name}'. There are {', '.join(TARGETS)}.")
    return TARGETS[name]


def _rendered(parts: Parts, chosen: Chosen, form: str, options: PictureOptions) -> Response:
    if form not in _MEDIA:
        raise NotFound(f"There is no format '{form}'. There are {', '.join(_MEDIA)}.")
    content = output.render(parts, chosen, form, options)
    return shown(content, _MEDIA[form], f"{chosen.flow_id or 'flow'}.{draw.SUFFIXES.get(form, form)}")


def _exported(parts: Parts, chosen: Chosen, target: str) -> Response:
    found = _target(target)
    chosen.require_sound()
    return shown(output.export(parts, chosen, found), "application/zip", f"{chosen.flow_id or 'flow'}-{target}.zip")
