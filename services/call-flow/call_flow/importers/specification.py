"""A specification or a whole flow in our own words: JSON, YAML, or CSV with the extensions."""

import datetime as dt
import json

from pydantic import ValidationError

from call_flow.flow.model import SCHEMA, Flow, Provenance
from call_flow.importers.archive import Files, base, document, is_json
from call_flow.importers.ledger import Ledger, Source
from call_flow.spec import complete
from call_flow.spec import read as read_specification
from oberaconnect.problems import BadRequest, Unprocessable, UnsupportedMediaType

_SUFFIXES = (".json", ".yaml", ".yml", ".csv", ".tsv")


def read(files: Files, ledger: Ledger, *, customer: str | None, today: dt.date) -> Flow:
    """The flow that a file is, or that the specification in it completes to.

    Raises:
        Unprocessable: when it is neither, or there are several. Also what `call_flow.spec` raises.
    """
    found = {name: content for name, content in files.items() if base(name).endswith(_SUFFIXES)}
    if len(found) != 1:
        raise Unprocessable(
            "Send one specification, as JSON, YAML or CSV." if not found else "Send one file at a time."
        )
    for name in files.keys() - found.keys():
        ledger.ignored(Source(name, "a file"), "It is neither JSON, YAML nor CSV.")
    name, content = next(iter(found.items()))
    flow = _whole(name, content, ledger) or _completed(name, content, ledger, today)
    if customer is not None:
        flow = flow.model_copy(update={"customer": flow.customer.model_copy(update={"name": customer})})
    evidence = f"Read from {name.rsplit('/', 1)[-1][:100]}."
    stated = {pointer: Provenance(origin="imported", evidence=note.evidence or evidence, question=note.question)
              if note.origin == "stated" else note for pointer, note in flow.provenance.items()}  # fmt: skip
    stated.setdefault("", Provenance(origin="imported", evidence=evidence))
    if customer is not None:
        stated["/customer/name"] = Provenance(origin="stated")
    return flow.model_copy(update={"provenance": stated})


def _whole(name: str, content: bytes, ledger: Ledger) -> Flow | None:
    """A whole flow: it says its schema and has nodes. None for anything else."""
    if not is_json(content):
        return None
    plain = document(name, content)
    if not isinstance(plain, dict) or plain.get("schema") != SCHEMA or not isinstance(plain.get("nodes"), list):
        return None
    try:
        flow = Flow.model_validate(plain)
    except ValidationError:
        return None
    for key, value in plain.items():
        ledger.understood(Source(name, json.dumps({key: value}, ensure_ascii=False)[:300], pointer=f"/{key}"))
    return flow


def _completed(name: str, content: bytes, ledger: Ledger, today: dt.date) -> Flow:
    try:
        said = read_specification(content, None, name.rsplit("/", 1)[-1])
        flow = complete(said, today=today).flow
    except (BadRequest, Unprocessable, UnsupportedMediaType) as problem:
        detail = problem.detail if problem.detail.endswith(".") else f"{problem.detail}."
        raise Unprocessable(detail, errors=problem.errors) from None
    for key in sorted(said.model_fields_set):
        value = said.model_dump(mode="json", include={key}, by_alias=True)
        ledger.understood(Source(name, json.dumps(value, ensure_ascii=False)[:300], pointer=f"/{key}"))
    return flow
