"""Tools that try call flows: check, simulate a call, plan the calls that take every branch, make them, compare two."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from agents.tools.callflow_told import (
    FINDINGS,
    FLOW_ID,
    MEANT,
    MOST,
    READ,
    TERMINAL,
    VERSION,
    WRITE,
    ending,
    in_words,
    judged,
    meant,
)
from agents.tools.contract import Calling, Citation, Outcome, Spec, Tool
from agents.tools.making import (
    NUMBER,
    WORDS,
    Made,
    Schema,
    choice,
    identifier,
    maybe,
    record,
    said,
    several,
    text,
    whole,
)
from agents.tools.platform import ACTIVE, Acting, Service
from agents.tools.readable import cut, fitted, line
from oberaconnect.jobs import Cancelled

_STATES = ("answer", "busy", "no_answer", "offline", "full", "on", "off", "open", "closed", "holiday")
_SCENARIO = record(
    {
        "at": text("When, such as 2026-11-28T19:00:00, on the customer's clock.", longest=40, shortest=10),
        "to": text("The number called; the main one where absent.", longest=40, shortest=1),
        "from": text("The caller: a number, 'anonymous', or an extension.", longest=40, shortest=1),
        "keys": several(
            record(
                {"press": text(longest=32), "after": {"type": "number", "minimum": 0, "maximum": 600}}, ["press"]
            ),
            "What the caller presses, each after so many seconds of listening.",
            most=100,
        ),
        "states": {
            "type": "object",
            "maxProperties": 5_000,
            "additionalProperties": choice("", _STATES),
            "description": "Of extensions, numbers, queues, switches, schedules. Whoever has none answers.",
        },
    },
    ["at"],
)  # fmt: skip
_CASE = record({"id": WORDS, "title": WORDS, "ends": WORDS})
_EITHER: Schema = record(MEANT, []) | {"description": "A kept flow, one of its versions, or a specification."}
_VALIDATE = Spec(
    name="call_flow_validate",
    title="Check a call flow",
    description="Check a flow by all rules: each finding with its code, severity, JSON pointer and what to do, and the "
    "questions that are open. Give either flow_id or specification.",
    parameters=record(MEANT, []),
    tool_class="read",
    scope=READ,
    output=record({"valid": {"type": "boolean"}, **FINDINGS}),
    idempotent=True,
)
_SIMULATE = Spec(
    name="call_flow_simulate",
    title="Simulate a call",
    description="Tell how a call goes: where it ends, its way with reasons, and what the caller hears. In words, such "
    "as 'Saturday 19:00, presses 2', or as a scenario. Give either flow_id or specification.",
    parameters=record({**MEANT, "question": said("The call in words.", longest=1_000), "scenario": _SCENARIO}, []),
    tool_class="read",
    scope=READ,
    output=record(
        {
            "terminal": TERMINAL,
            "path": several(
                record({"node": WORDS, "kind": WORDS, "outcome": WORDS, "at": WORDS, "reason": WORDS}), most=1_000
            ),
            "prompts": several(WORDS, most=1_000),
        }
    ),
    idempotent=True,
)
_TESTPLAN = Spec(
    name="call_flow_testplan",
    title="Plan the test calls",
    description="Plan the calls that take every branch of a flow, with what must come of each. Give either flow_id or "
    "specification.",
    parameters=record({**MEANT, "first": whole("The first call to list.", least=0, most=100_000, default=0)}, []),
    tool_class="read",
    scope=READ,
    output=record(
        {
            "calls": NUMBER,
            "branches": NUMBER,
            "covered": NUMBER,
            "cases": several(_CASE, most=MOST),
            "not_covered": several(WORDS, most=MOST),
            "left_off": NUMBER,
        }
    ),
    idempotent=True,
)
_PROVE = Spec(
    name="call_flow_prove",
    title="Prove a call flow",
    description="Call every branch of a kept flow on a real Asterisk, inside the platform and with no line to the "
    "outside, and compare each call with the simulator. Takes seconds to minutes. The proof is kept with the version.",
    parameters=record(
        {
            "flow_id": FLOW_ID,
            "version": VERSION,
            "cases": several(
                text("An id of call_flow_testplan.", longest=200, shortest=1),
                "Only these calls; such a proof is not the proof of the version.",
                most=2_000,
            ),
        },
        ["flow_id"],
    ),
    tool_class="write",
    scope=WRITE,
    output=record(
        {
            "proof_id": identifier(""),
            "status": choice("", ["queued", "running", "succeeded"]),
            "verdict": maybe(choice("", ["passed", "failed"])),
            "planned": NUMBER,
            "passed": NUMBER,
            "failed": NUMBER,
            "failures": several(record({"id": WORDS, "title": WORDS, "difference": WORDS}), most=MOST),
            "complaints": several(WORDS, most=MOST),
            "left_off": NUMBER,
        }
    ),
    idempotent=True,
)
_DIFF = Spec(
    name="call_flow_diff",
    title="Compare two call flows",
    description="Say in sentences what differs between two flows or versions, and what of it callers notice.",
    parameters=record({"before": _EITHER, "after": _EITHER}),
    tool_class="read",
    scope=READ,
    output=record(
        {
            "changes": several(record({"pointer": WORDS, "kind": WORDS, "sentence": WORDS}), most=MOST),
            "callers": several(WORDS, most=MOST),
            "left_off": NUMBER,
        }
    ),
    idempotent=True,
)


def tools(service: Service) -> list[Tool]:
    """The tools of this room."""
    return [
        Made(_VALIDATE, partial(_validate, service)),
        Made(_SIMULATE, partial(_simulate, service)),
        Made(_TESTPLAN, partial(_plan, service)),
        Made(_PROVE, partial(_prove, service)),
        Made(_DIFF, partial(_diff, service)),
    ]


def _validate(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    found = service.acting(calling, READ).post("validate", payload=meant(arguments))
    told = judged(found["findings"], found["assumptions"])
    head = "The flow has no errors." if found["valid"] else "The flow has errors: it is not exported or proven so."
    return Outcome(
        content=fitted([head, *in_words(told)], what="findings and questions", hint="Mend the first ones").text,
        data={"valid": found["valid"], **told},
    )


def _simulate(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    asked = {name: arguments[name] for name in ("question", "scenario") if name in arguments}
    found = service.acting(calling, READ).post("simulate", payload=meant(arguments) | asked)
    told = [
        f"Understood as {_call(found['scenario'])}.",
        f"It ends: {ending(found['terminal'])}.",
        *(f"{one['at']} {one['kind']} {one['node']}: {one['outcome']}, {one['reason']}" for one in found["path"]),
        f"The caller hears: {', '.join(found['prompts']) or 'no prompt'}.",
    ]
    data = {name: found[name] for name in ("terminal", "path", "prompts")}
    return Outcome(content=cut("\n".join(told)), data=data)


def _call(scenario: Mapping[str, Any]) -> str:
    keys = ", ".join(one["press"] or "nothing" for one in scenario["keys"]) or "nothing"
    said_of = [
        f"a call at {scenario['at']}",
        f"to {scenario['to']}" if scenario["to"] else "",
        f"from {scenario['from']}" if scenario["from"] else "",
        f"pressing {keys}",
        *(f"{who} {state}" for who, state in scenario["states"].items()),
    ]
    return ", ".join(part for part in said_of if part)


def _plan(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    found = service.acting(calling, READ).post("testplan", payload=meant(arguments))
    first = arguments.get("first", 0)
    cases = [
        {"id": one["id"], "title": one["title"], "ends": ending(one["expect"]["terminal"])}
        for one in found["cases"][first : first + MOST]
    ]
    left = max(0, len(found["cases"]) - first - len(cases))
    missing = [f"{name}: {reason}" for name, reason in found["not_covered"].items()][:MOST]
    told = [
        f"{len(found['cases'])} calls take {found['covered']} of {found['edges']} branches.",
        *(f"{one['id']}: {one['title']}; ends {one['ends']}" for one in cases),
        *([f"{left} more calls. Ask on with first {first + len(cases)}."] if left else []),
        *(f"No call can take {one}" for one in missing),
    ]
    return Outcome(
        content=cut("\n".join(told)),
        data={
            "calls": len(found["cases"]),
            "branches": found["edges"],
            "covered": found["covered"],
            "cases": cases,
            "not_covered": missing,
            "left_off": left,
        },
    )


def _prove(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    reading, writing = service.acting(calling, READ), service.acting(calling, WRITE)
    known = reading.get("targets")
    if not known["can_prove"]:
        return Outcome(f"No calls can be made here. {known['pbx']}", is_error=True)
    payload = {name: arguments[name] for name in ("flow_id", "version", "cases") if name in arguments}
    job = writing.post("prove", payload=payload, creates=True)
    try:
        job = reading.ended(job)
    except Cancelled:
        # The run was cancelled, so its calls end too. One that only goes to another worker finds them again by the key.
        writing.delete("jobs", job["id"])
        raise
    if job["status"] in ACTIVE:
        none = dict.fromkeys(("planned", "passed", "failed", "left_off"), 0)
        told = {"proof_id": job["id"], "status": job["status"], "verdict": None, "failures": [], "complaints": []}
        return Outcome(
            f"The calls are still being made, as proof {job['id']}. call_flow_get shows its verdict later.", told | none
        )
    if job["status"] != "succeeded":
        why = (job["problem"] or {}).get("detail") or "Ask for it again."
        return Outcome(f"The calls were not made to the end, the job {job['status']}: {why}", is_error=True)
    return _proven(reading, job)


def _proven(reading: Acting, job: Mapping[str, Any]) -> Outcome:
    result = job["result"]
    failures, complaints = [], []
    if result["verdict"] != "passed":
        report = reading.get("proofs", job["id"])["report"]
        failures = [
            {name: one[name] for name in ("id", "title", "difference")} for one in report["cases"] if not one["passed"]
        ]
        complaints = report["load_complaints"]
    told = [
        f"The proof {result['verdict']}: {result['passed']} calls as planned, {result['failed']} not, of "
        f"{result['planned']} of the whole plan.",
        *(f"Failed: {one['id']} ({one['title']}): {one['difference']}" for one in failures[:MOST]),
        *(f"Asterisk complained: {line(one)}" for one in complaints[:MOST]),
    ]
    left = max(0, len(failures) - MOST) + max(0, len(complaints) - MOST)
    if left:
        told.append(f"{left} more are told at {result['url']}.")
    return Outcome(
        content=fitted(told, what="failed calls", hint=f"All are told at {result['url']}").text,
        data={
            "proof_id": job["id"],
            "status": job["status"],
            **{name: result[name] for name in ("verdict", "planned", "passed", "failed")},
            "failures": failures[:MOST],
            "complaints": complaints[:MOST],
            "left_off": left,
        },
        citations=[Citation(title="Proof by calls", url=result["url"])],
    )


def _diff(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    payload = {side: meant(arguments[side]) for side in ("before", "after")}
    found = service.acting(calling, READ).post("diff", payload=payload)
    changes, callers = found["changes"], found["callers"]
    left = max(0, len(changes) - MOST) + max(0, len(callers) - MOST)
    told = [
        f"{len(changes)} changes; callers notice {len(callers)} differences." if changes else "They are the same.",
        *(f"Callers: {one}" for one in callers[:MOST]),
        *(f"{one['kind']} {one['pointer']}: {one['sentence']}" for one in changes[:MOST]),
        *([f"{left} more are not told."] if left else []),
    ]
    return Outcome(
        content=fitted(told, what="changes", hint="Compare versions that are nearer to each other").text,
        data={"changes": changes[:MOST], "callers": callers[:MOST], "left_off": left},
    )
