"""The worker process: evaluations.

It asks the service's own `/search`, because the embedded vector store can be open in one process only; so it loads
neither the store nor the embedding model.
"""

from collections.abc import Mapping
from typing import Any

from oberaconnect import settings, telemetry, worker
from oberaconnect.auth import Principal, internal_token
from oberaconnect.db import EVERY_TENANT, Database
from oberaconnect.http import Client
from oberaconnect.jobs import Queue, finish, progress
from oberaconnect.settings import Settings
from oberaconnect.worker import Work
from rag_engine import evaluate

#: Several passages of a document count once, so more passages are asked for than documents are measured.
_PASSAGES = 50
_SEARCH_SECONDS = 60.0
_SHOW_EVERY = 10


class Evaluation:
    """Handles `evaluate` jobs."""

    def __init__(self, loaded: Settings, database: Database) -> None:
        """Uses RAG_URL."""
        self._settings = loaded
        self._database = database
        self._client = Client(loaded.rag_url, timeout_seconds=_SEARCH_SECONDS, name="The search (rag-engine)")

    def __call__(self, work: Work) -> None:
        """Ask all questions of a job and keep the measures.

        Raises:
            Unavailable, Timeout: when the service is away; the job is done again later.
            Problem: what the search refuses, for example a collection that was deleted.
        """
        payload = work.claim.payload
        cases: list[evaluate.Case] = []
        for number, asked in enumerate(payload["cases"]):
            work.check()
            if number % _SHOW_EVERY == 0:
                self._show(work, number, len(payload["cases"]))
            found = self._search(work.claim.principal, payload, asked["query"])
            cases.append(evaluate.Case(asked["query"], asked["relevant"], found))
        with self._database.transaction(EVERY_TENANT) as connection:
            progress(connection, work.claim, stage="measuring", done=len(cases), total=len(cases), counts={})
            finish(connection, work.claim, "succeeded", result=evaluate.report(cases, payload["k"]))

    def _search(self, principal: Principal, payload: Mapping[str, Any], query: str) -> list[str]:
        token = internal_token(self._settings, principal, "rag-engine", ["rag:read"])
        body = {
            "query": query,
            "top_k": _PASSAGES,
            "collection": payload["collection"],
            "mode": payload["mode"],
        }
        answer = self._client.post_json("/api/rag/search", body, headers={"Authorization": f"Bearer {token}"})
        return list(dict.fromkeys(passage["external_id"] for passage in answer["passages"]))

    def _show(self, work: Work, done: int, total: int) -> None:
        with self._database.transaction(EVERY_TENANT) as connection:
            progress(connection, work.claim, stage="searching", done=done, total=total, counts={})


def main() -> None:
    """Work until SIGTERM."""
    loaded = settings.load()
    telemetry.configure("rag-engine-worker", loaded.log_level)
    database = Database(loaded, "rag_engine", max_connections=4)
    try:
        worker.run(Queue(database), {"evaluate": Evaluation(loaded, database)}, concurrency=1)
    finally:
        database.close()


if __name__ == "__main__":
    main()
