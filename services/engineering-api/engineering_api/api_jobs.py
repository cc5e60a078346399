"""Jobs over HTTP: the work on documents that goes on after the answer."""

from uuid import UUID

from flask import Response

from engineering_api.api import api
from engineering_api.parts import Parts
from oberaconnect import job_face, jobs
from oberaconnect.auth import Principal
from oberaconnect.endpoint import Reply
from oberaconnect.job_face import Job, JobFace, Waiting
from oberaconnect.stream import MEDIA_TYPE as EVENT_STREAM
from oberaconnect.stream import sse

_FACE = JobFace("engineering", job_face.job)


@api.get("/jobs/<uuid:job_id>", scope="engineering:read", returns=Job, tag="Jobs")
def show_job(parts: Parts, principal: Principal, job_id: UUID, query: Waiting) -> Reply:
    """Show a job; with `wait`, when it has ended or the time is up."""
    with parts.database.transaction(principal.tenants) as connection:
        shown = job_face.job(jobs.find(connection, job_id))
    return _FACE.reply(_FACE.until_ended(parts.database, principal.tenants, shown, job_face.seconds(query.wait)))


@api.get("/jobs/<uuid:job_id>/events", scope="engineering:read", media_types=[EVENT_STREAM], tag="Jobs")
def stream_job(parts: Parts, principal: Principal, job_id: UUID) -> Response:
    """Follow a job: `progress` whenever it is further, `done` at the end."""
    with parts.database.transaction(principal.tenants) as connection:
        jobs.find(connection, job_id)
    return sse(job_face.events(parts.database, principal.tenants, job_id))


@api.delete("/jobs/<uuid:job_id>", scope="engineering:write", status=202, tag="Jobs")
def cancel_job(parts: Parts, principal: Principal, job_id: UUID) -> Job:
    """Cancel a job: a waiting one at once, a running one at its next step."""
    with parts.database.transaction(principal.tenants) as connection:
        return job_face.job(jobs.cancel(connection, job_id))
