"""Flows as the API shows them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from call_flow import models, store
from call_flow.chosen import Chosen
from call_flow.export.targets import TARGETS
from call_flow.output import MEDIA_TYPES
from call_flow.spec import assumptions
from oberaconnect.problems import Unprocessable


@dataclass(frozen=True)
class Wanted:
    """The formats and targets whose addresses are told."""

    formats: Collection[str] = tuple(MEDIA_TYPES)
    targets: Collection[str] = tuple(TARGETS)


_ALL = Wanted()


def wanted(formats: Collection[str] | None, targets: Collection[str] | None) -> Wanted:
    """All of those that are not named. Raises `Unprocessable` for one that there is not."""
    for kind, named, known in ("format", formats, MEDIA_TYPES), ("target", targets, TARGETS):
        for name in named or ():
            if name not in known:
                raise Unprocessable(f"There is no {kind} '{name}'. There are {', '.join(known)}.")
    return Wanted(MEDIA_TYPES if formats is None else formats, TARGETS if targets is None else targets)


def artifacts(flow_id: str, version: str, client: str, only: Wanted) -> dict[str, str]:
    """Where pictures, documents, configurations and the page of a version are had."""
    which = urlencode({"flow_id": flow_id, "version": version, "client": client})
    found = {name: f"/api/callflow/render/{name}?{which}" for name in only.formats}
    found |= {name: f"/api/callflow/export/{name}?{which}" for name in only.targets}
    page = urlencode({"version": version, "client": client})
    return found | {"view": f"/api/callflow/flows/{flow_id}/view?{page}"}


def generated(chosen: Chosen, only: Wanted = _ALL) -> models.Generated:
    """A flow that was just kept."""
    return models.Generated(**_of(chosen, only))


def shown(chosen: Chosen, approvals: list[store.Row], proof: store.Row | None) -> models.FlowView:
    """A version, and what became of it."""
    row = chosen.row or {}
    return models.FlowView(
        **_of(chosen, _ALL),
        origin=row["origin"],
        author=row["author"],
        created_at=row["created_at"],
        is_latest=row["latest"] == row["version"],
        approvals=[models.ApprovalView(**item) for item in approvals],
        proof_id=None if proof is None else proof["id"],
        proof=None if proof is None else proof["report"]["verdict"],
    )


def _of(chosen: Chosen, only: Wanted) -> dict[str, Any]:
    row = chosen.row or {}
    return {
        "flow_id": row["flow_id"],
        "version": row["version"],
        "number": row["number"],
        "client": row["client"],
        "flow": chosen.flow,
        "findings": chosen.findings(),
        "assumptions": assumptions(chosen.flow),
        "artifacts": artifacts(row["flow_id"], row["version"], row["client"], only),
    }
