"""A specification or a whole flow in our own words: JSON, YAML, or CSV with the extensions."""

import datetime as dt
import json

from call_flow.flow.model import Flow, Provenance
from call_flow.importers.archive import Files, base
from call_flow.importers.ledger import Ledger, Source
from call_flow.spec import complete
from call_flow.spec import read as read_specification
from oberaconnect.problems import Unprocessable, UnsupportedMediaType

_SUFFIXES = (".json", ".yaml", ".yml", ".csv", ".tsv")


def read(files: Files, ledger: Ledger, *, customer: str | None, today: dt.date) -> Flow:
    """The flow that a specification completes to.

    Raises:
        Unprocessable: when it is none, or there are several. Also what `call_flow.spec` raises.
    """
    found = {name: content for name, content in files.items() if base(name).endswith(_SUFFIXES)}
    if len(found) != 1:
        raise Unprocessable(
            "Send one specification, as JSON, YAML or CSV." if not found else "Send one file at a time."
        )
    for name in files.keys() - found.keys():
        ledger.ignored(Source(name, "a file"), "It is neither JSON, YAML nor CSV.")
    name, content = next(iter(found.items()))
    try:
        said = read_specification(content, None, base(name))
    except UnsupportedMediaType as problem:
        raise Unprocessable(problem.detail) from None
    if customer is not None:
        said = said.model_copy(update={"customer": said.customer.model_copy(update={"name": customer})})
    flow = complete(said, today=today).flow
    for key in sorted(said.model_fields_set):
        value = said.model_dump(mode="json", include={key}, by_alias=True)
        ledger.understood(Source(name, json.dumps(value, ensure_ascii=False)[:300], pointer=f"/{key}"))
    evidence = f"Read from {base(name)[:100]}."
    stated = {pointer: Provenance(origin="imported", evidence=note.evidence or evidence, question=note.question)
              if note.origin == "stated" else note for pointer, note in flow.provenance.items()}  # fmt: skip
    stated.setdefault("", Provenance(origin="imported", evidence=evidence))
    return flow.model_copy(update={"provenance": stated})
