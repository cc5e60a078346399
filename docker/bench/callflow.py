"""How fast a telephone system is made, drawn, written down, tried and proven, and with how much memory.

It is asked through the gateway of a platform of its own: there it is known that nobody asked before, and what is made
is in nobody's way.
"""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from statistics import median
from typing import Any

from tests import embedded

from bench.clock import taken
from bench.company import company
from bench.figures import Figure, Target
from bench.memory import of_service
from bench.own import without_settings
from call_flow.flow.model import Flow
from call_flow.flow.scenario import Scenario
from call_flow.simulate import Simulator
from demo.gateway import Gateway, GatewayError
from host import place

_NODES = 60
_PROVEN_NODES = 12
_EXTENSIONS = 2_000
#: Flows that nobody has drawn before, for the figures of a service that is warm.
_RUNS = 7
_SCENARIOS = 20_000
_BATCH = 1_000
_PATH = "/api/callflow"
_WORKER = b"call_flow.worker"
_HOUR = timedelta(hours=1)


def callflow(tell: Callable[[str], None]) -> list[Figure]:
    """All figures.

    Raises:
        GatewayError: when something is not made, or a proof does not pass.
    """
    here = place.find()
    given = {"ASTERISK_DIR": str(here.state / "asterisk")}
    with (
        without_settings(here.root / ".env.example"),
        embedded.running(**given) as platform,
        closing(Gateway(platform.url, timeout_seconds=120.0)) as gateway,
    ):
        found = [*_first_calls(gateway), *_warm_calls(gateway), *_many_extensions(gateway)]
        tell(f"callflow: a system of {_NODES} nodes is made and drawn; now it is called")
        found += [*_simulated(gateway), *_proof(gateway, tell)]
        found += of_service("callflow", platform.processes("call-flow"), _WORKER)
    return found


def _first_calls(gateway: Gateway) -> list[Figure]:
    """The service has just been started, and nobody has asked for anything."""
    steps, flow_id = _made(gateway, "Cold Company")
    whole = sum(steps.values())
    again = taken(lambda: _rendered(gateway, "svg", flow_id))
    return [
        _figure(f"{_NODES} nodes, cold: generate, validate, SVG", whole, 2.0, _split(steps)),
        _figure("cold: the same SVG again", again, None, "its layout is kept"),
        *(_document(gateway, flow_id, form, target) for form, target in (("pdf", 1.0), ("png", None), ("docx", None))),
    ]


def _warm_calls(gateway: Gateway) -> list[Figure]:
    runs = [_made(gateway, f"Warm Company {number}", longer=number) for number in range(1, _RUNS + 1)]
    wholes = sorted(sum(steps.values()) for steps, _ in runs)
    middle = next(steps for steps, _ in runs if sum(steps.values()) == wholes[_RUNS // 2])
    kept = [taken(partial(_rendered, gateway, "svg", flow_id)) for _, flow_id in runs]
    note = f"{_split(middle)}; {_RUNS} flows, {wholes[0]:.2f} to {wholes[-1]:.2f} s; each laid out for the first time"
    return [
        _figure(f"{_NODES} nodes, warm: generate, validate, SVG", wholes[_RUNS // 2], 0.3, note),
        _figure(
            "warm: generate, validate, the same SVG again", middle["generate"] + middle["validate"] + median(kept), 0.3,
            f"its layout is kept: SVG {median(kept):.3f} s",
        ),
    ]  # fmt: skip


def _made(gateway: Gateway, name: str, *, longer: int = 0) -> tuple[dict[str, float], str]:
    """Seconds of each step of a new flow, and its id."""
    made: dict[str, Any] = {}
    steps = {
        "generate": taken(lambda: made.update(gateway.post(f"{_PATH}/generate", company(_NODES, name, longer=longer))))
    }
    flow_id = str(made["flow_id"])
    if len(made["flow"]["nodes"]) != _NODES or any(one["severity"] == "error" for one in made["findings"]):
        raise GatewayError(f"The flow of {_NODES} nodes has {len(made['flow']['nodes'])}, or errors.")
    steps["validate"] = taken(lambda: gateway.post(f"{_PATH}/validate", {"flow_id": flow_id}))
    steps["SVG"] = taken(lambda: _rendered(gateway, "svg", flow_id))
    return steps, flow_id


def _document(gateway: Gateway, flow_id: str, form: str, target: float | None) -> Figure:
    """The middle one of three, after a first one that is told apart."""
    first = taken(lambda: _rendered(gateway, form, flow_id))
    runs = sorted(taken(lambda: _rendered(gateway, form, flow_id)) for _ in range(3))
    size = len(_rendered(gateway, form, flow_id)) / 1024
    return _figure(f"{form.upper()} of {_NODES} nodes", runs[1], target, f"the first {first:.2f} s; {size:,.0f} kB")


def _rendered(gateway: Gateway, form: str, flow_id: str) -> bytes:
    return gateway.download(f"{_PATH}/render/{form}?flow_id={flow_id}")


def _many_extensions(gateway: Gateway) -> list[Figure]:
    body = {"customer": "Large Company", "extensions": [str(number) for number in range(2_001, 2_001 + _EXTENSIONS)]}
    made: dict[str, Any] = {}
    seconds = taken(lambda: made.update(gateway.post(f"{_PATH}/generate", body)))
    if len(made["flow"]["extensions"]) != _EXTENSIONS:
        raise GatewayError(f"{len(made['flow']['extensions'])} extensions were made, not {_EXTENSIONS}.")
    size = len(json.dumps(made)) / 2**20
    return [_figure(f"{_EXTENSIONS:,} extensions: generate", seconds, None, f"an answer of {size:.1f} MB")]


def _simulated(gateway: Gateway) -> list[Figure]:
    made = gateway.post(f"{_PATH}/generate", company(_NODES))
    simulator = Simulator(Flow.model_validate(made["flow"]))
    plain = _scenarios(_SCENARIOS)
    scenarios = [Scenario.model_validate(one) for one in plain]

    def run() -> None:
        for scenario in scenarios:
            simulator.run(scenario)

    alone = taken(run)
    batches = [plain[at : at + _BATCH] for at in range(0, _SCENARIOS // 4, _BATCH)]

    def ask() -> None:
        for batch in batches:
            gateway.post(f"{_PATH}/simulate/batch", {"flow_id": made["flow_id"], "scenarios": batch})

    asked = taken(ask)
    return [
        Figure("callflow", "scenarios simulated", _SCENARIOS / alone, "/s", Target(">=", 10_000.0),
               f"{_SCENARIOS:,} calls of {_NODES} nodes, by the simulator alone"),
        Figure("callflow", "scenarios through the gateway", len(batches) * _BATCH / asked, "/s", None,
               f"{_BATCH:,} to a request, each with its path and reasons"),
    ]  # fmt: skip


def _scenarios(count: int) -> list[dict[str, Any]]:
    """Calls of all hours to the main number, with every key and with phones that do not answer."""
    begin = datetime(2026, 1, 5, 10)  # noqa: DTZ001 - on the customer's wall clock
    return [
        {
            "at": (begin + number * _HOUR).isoformat(),
            "from": "+12025550100",
            "keys": [{"press": str(number % 10)}, {"press": str(number % 3)}],
            "states": {f"2{1 + number % 9}1": "busy" if number % 2 else "no_answer"},
        }
        for number in range(count)
    ]


def _proof(gateway: Gateway, tell: Callable[[str], None]) -> list[Figure]:
    if not gateway.get(f"{_PATH}/targets")["can_prove"]:
        tell("callflow: nothing is proven, because there is no Asterisk (make asterisk).")
        return []
    made = gateway.post(f"{_PATH}/generate", company(_PROVEN_NODES, "Proven Company"))
    job: dict[str, Any] = {}

    def prove() -> None:
        job.update(gateway.post(f"{_PATH}/prove", {"flow_id": made["flow_id"]}))
        while job["status"] in {"queued", "running"}:
            job.update(gateway.get(f"{_PATH}/jobs/{job['id']}", wait=10))

    seconds = taken(prove)
    result = job.get("result") or {}
    if job["status"] != "succeeded":
        raise GatewayError(f"The proof {job['status']}: {(job.get('problem') or {}).get('detail', 'no reason')}")
    note = (
        f"from the request to its end; {result['passed']} calls passed, {result['failed']} failed, "
        f"{result['edges_covered']} of {result['edges']} branches"
    )
    return [_figure(f"{_PROVEN_NODES} nodes proven by calls", seconds, 30.0, note)]


def _figure(name: str, seconds: float, at_most: float | None, note: str) -> Figure:
    return Figure("callflow", name, seconds, "s", None if at_most is None else Target("<=", at_most), note)


def _split(steps: dict[str, float]) -> str:
    return ", ".join(f"{name} {seconds:.3f} s" for name, seconds in steps.items())
