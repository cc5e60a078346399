"""A job of kind `prove`."""

from typing import Any

from call_flow import store
from call_flow.chosen import today
from call_flow.flow.model import Flow
from call_flow.pbx import tree
from call_flow.prove.engine import prove
from call_flow.prove.report import ProofReport
from oberaconnect.db import EVERY_TENANT, Database
from oberaconnect.jobs import Cancelled, find, finish, progress
from oberaconnect.settings import Settings
from oberaconnect.worker import Work


class Proving:
    """Makes the calls of a job and keeps the report."""

    def __init__(self, settings: Settings, database: Database) -> None:
        """Uses the Asterisk of ASTERISK_DIR."""
        self._settings = settings
        self._database = database

    def __call__(self, work: Work) -> None:
        """Prove the flow of a job.

        Raises:
            Unavailable: when there is no Asterisk, or it does not start; the job is done again later.
            PbxEnded: when it ended in the middle.
            Unprocessable: when the job names cases that the plan does not have, or no call can come in.
            FlowIsGone: when the flow was deleted meanwhile.
        """
        payload = work.claim.payload
        flow = Flow.model_validate(payload["flow"])

        def show(done: int, total: int) -> None:
            work.check()
            with self._database.transaction(EVERY_TENANT) as connection:
                # The lease is renewed less often than somebody who cancels wants to wait.
                if find(connection, work.claim.id)["cancel_requested"]:
                    raise Cancelled()
                progress(connection, work.claim, stage="calling", done=done, total=total, counts={})

        report = prove(
            flow, today=today(), wanted=payload["cases"], asterisk=tree.find(self._settings.asterisk_dir), show=show
        )
        with self._database.transaction(EVERY_TENANT) as connection:
            store.add_proof(
                connection, work.claim.tenant, work.claim.id, flow_id=payload["flow_id"],
                content_hash=payload["version"], report=report.model_dump(mode="json", by_alias=True),
            )  # fmt: skip
            finish(connection, work.claim, "succeeded", result=_summary(report, work))


def _summary(report: ProofReport, work: Work) -> dict[str, Any]:
    return {
        "proof_id": str(work.claim.id),
        "url": f"/api/callflow/proofs/{work.claim.id}",
        **report.model_dump(
            mode="json", include={"verdict", "planned", "passed", "failed", "edges", "edges_covered", "seconds"}
        ),
    }
