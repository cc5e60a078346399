"""Proofs: jobs that call a flow's test plan on a real Asterisk."""

from uuid import UUID

from flask import Response, request

from call_flow import store
from call_flow.api import api
from call_flow.chosen import choose
from call_flow.models import ProofView, ProveRequest
from call_flow.parts import Parts
from call_flow.pbx import tree
from oberaconnect import idempotency, job_face, jobs
from oberaconnect.auth import Principal
from oberaconnect.endpoint import Reply
from oberaconnect.job_face import Job, JobFace, Waiting
from oberaconnect.stream import MEDIA_TYPE as EVENT_STREAM
from oberaconnect.stream import sse

_FACE = JobFace("callflow", job_face.job)


@api.post("/prove", scope="callflow:write", status=202, also=[200], returns=Job, tag="Proofs")
def prove(parts: Parts, principal: Principal, body: ProveRequest, query: Waiting) -> Response | Reply:
    """Call every branch of a flow on a real Asterisk, and compare each call with the simulator.

    Answers at once with a job; its report is at `/proofs/{id}`. 409 while the flow has errors, 503 where there is no
    Asterisk.
    """
    chosen = choose(parts.database, principal, body)
    chosen.require_sound()
    tree.find(parts.settings.asterisk_dir)  # the refusal comes now, not from the job
    payload = {
        "flow_id": chosen.flow_id, "version": chosen.version, "flow": chosen.flow.plain(), "cases": body.cases,
    }  # fmt: skip
    key = idempotency.read_key(request.get_data(as_text=True))
    with parts.database.transaction(chosen.caller.tenants) as connection:
        begun = _FACE.begin(connection, parts.settings, chosen.caller, key, kind="prove", payload=payload, total=0)
    return _FACE.accepted(parts.database, chosen.caller.tenants, begun, query.wait)


@api.get("/jobs/<uuid:job_id>", scope="callflow:read", returns=Job, tag="Proofs")
def show_job(parts: Parts, principal: Principal, job_id: UUID, query: Waiting) -> Reply:
    """Show a job; with `wait`, when it has ended or the time is up."""
    with parts.database.transaction(principal.tenants) as connection:
        shown = job_face.job(jobs.find(connection, job_id))
    shown = _FACE.until_ended(parts.database, principal.tenants, shown, job_face.seconds(query.wait))
    return _FACE.reply(shown)


@api.get("/jobs/<uuid:job_id>/events", scope="callflow:read", media_types=[EVENT_STREAM], tag="Proofs")
def stream_job(parts: Parts, principal: Principal, job_id: UUID) -> Response:
    """Follow a job: `progress` whenever a call has ended, `done` at the end."""
    with parts.database.transaction(principal.tenants) as connection:
        jobs.find(connection, job_id)
    return sse(job_face.events(parts.database, principal.tenants, job_id))


@api.delete("/jobs/<uuid:job_id>", scope="callflow:write", status=202, tag="Proofs")
def cancel_job(parts: Parts, principal: Principal, job_id: UUID) -> Job:
    """Cancel a job: a waiting one at once, a running one in the middle of its calls."""
    with parts.database.transaction(principal.tenants) as connection:
        return job_face.job(jobs.cancel(connection, job_id))


@api.get("/proofs/<uuid:proof_id>", scope="callflow:read", tag="Proofs")
def show_proof(parts: Parts, principal: Principal, proof_id: UUID) -> ProofView:
    """Show what a proof found: every call with its path, and the evidence of those that failed. Its id is the job's."""
    with parts.database.transaction(principal.tenants) as connection:
        return ProofView(**store.proof(connection, proof_id))
