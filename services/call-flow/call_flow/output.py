"""Pictures, documents and configurations of a chosen flow."""

from collections import Counter
from collections.abc import Sequence

from call_flow import models, store
from call_flow.chosen import Chosen, today
from call_flow.documents import Approval, Material, Row, docx, pdf
from call_flow.export.archive import archive
from call_flow.export.package import Target
from call_flow.export.targets import TARGETS
from call_flow.flow.graph import MOST_EDGES, Graph, TooManyEdges, Vertex
from call_flow.flow.model import Flow
from call_flow.flow.scenario import Step
from call_flow.parts import Parts
from call_flow.pbx import tree
from call_flow.prove.report import ProofReport
from call_flow.render import diagram, pictures
from call_flow.render.words import Names
from call_flow.simulate import scenarios_for_people
from call_flow.spec import assumptions
from oberaconnect import draw
from oberaconnect.problems import Unavailable
from oberaconnect.settings import Settings

MEDIA_TYPES: dict[str, str] = {
    **draw.MEDIA_TYPES,
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
#: Kinds of places where the caller does nothing, and yet the way divides.
_DECIDING = frozenset({"time_switch", "caller_match", "toggle"})


def render(parts: Parts, chosen: Chosen, form: str, options: models.PictureOptions) -> bytes:
    """A picture or a document; `form` is one of MEDIA_TYPES."""
    approval, proof = _standing(parts, chosen)
    if form in {"pdf", "docx"}:
        material = _material(chosen, approval, proof)
        return pdf(material) if form == "pdf" else docx(material)
    drawn = diagram(
        chosen.flow, direction=options.direction, number=options.number, version=chosen.version,
        findings=chosen.findings(), proof=proof,
    )  # fmt: skip
    return draw.write(drawn, form, options.scale)


def _standing(parts: Parts, chosen: Chosen) -> tuple[Approval | None, ProofReport | None]:
    """Who approved the version last, and its last proof."""
    if chosen.row is None:
        return None, None
    with parts.database.transaction(chosen.caller.tenants) as connection:
        approvals = store.approvals(connection, chosen.row)
        proven = store.last_proof(connection, chosen.row)
    approval = None
    if approvals:
        last = approvals[0]
        approval = Approval(name=last["name"], role=last["role"], at=last["created_at"], hash=last["version"])
    return approval, None if proven is None else ProofReport.model_validate(proven["report"])


def _material(chosen: Chosen, approval: Approval | None, proof: ProofReport | None) -> Material:
    findings = chosen.findings()
    drawn = pictures(chosen.flow, version=chosen.version, findings=findings, proof=proof)
    return Material(
        flow=chosen.flow,
        version=chosen.version,
        made=today() if chosen.row is None else chosen.row["created_at"].date(),
        prepared_by="OberaConnect",
        findings=findings,
        assumptions=assumptions(chosen.flow),
        pictures=[(picture.title, draw.svg(draw.lay_out(picture.diagram))) for picture in drawn],
        scenarios=_scenarios(chosen.flow),
        proof=proof,
        approval=approval,
    )


def _scenarios(flow: Flow) -> list[Row]:
    names = Names(Graph(flow))
    return [
        Row(row.when, row.does, row.gets, _way(names, row.result.path))
        for row in scenarios_for_people(flow, today=today())
    ]


def _way(names: Names, path: Sequence[Step]) -> str:
    """The places that a call passed, in their order; of those that decide, with what they decided by."""
    return " → ".join(
        f"{_place(names, step)}: {step.reason}" if step.kind in _DECIDING else _place(names, step) for step in path
    )


def _place(names: Names, step: Step) -> str:
    match step.kind:
        case "number" | "extension" | "mailbox":
            return names.vertex(Vertex(step.kind, step.node))
        case "caller":
            return names.extension(step.node)
        case "emergency" | "notice" | "outbound" | "code":
            return step.node
        case _:
            return names.vertex(Vertex("node", step.node))


def export(parts: Parts, chosen: Chosen, target: Target) -> bytes:
    """The zip of a target."""
    return archive(target, chosen.flow, parts.secrets(chosen.caller.tenant, chosen.flow_id or chosen.version))


def report(parts: Parts, chosen: Chosen, target: Target) -> models.ExportReport:
    """What a target takes of a flow, without its files. Raises `TooManyEdges`."""
    if Graph(chosen.flow).edge_count > MOST_EDGES:
        raise TooManyEdges
    package = target.make(chosen.flow, parts.secrets(chosen.caller.tenant, chosen.flow_id or chosen.version))
    counts = Counter(line.status for line in package.fidelity)
    return models.ExportReport(
        target=target.name,
        title=target.title,
        assurance=target.assurance,
        files=sorted(package.files),
        exact=counts["exact"],
        approximated=counts["approximated"],
        unsupported=counts["unsupported"],
        fidelity=package.fidelity,
    )


def targets(settings: Settings) -> models.Targets:
    """All targets, and whether proofs can be made here."""
    try:
        pbx, can_prove = f"Asterisk {tree.find(settings.asterisk_dir).version}", True
    except Unavailable as problem:
        pbx, can_prove = problem.detail, False
    listed = [
        models.TargetView(
            name=target.name, title=target.title, assurance=target.assurance, description=target.description
        )
        for target in TARGETS.values()
    ]
    return models.Targets(items=listed, can_prove=can_prove, pbx=pbx)
