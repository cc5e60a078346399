"""What the user gets to see: health, processes, logs, and how to begin."""

from collections.abc import Iterable, Mapping, Sequence

from embedded import launch
from embedded.place import Place
from embedded.programs import GATEWAY, PREFIXES, ports, saved
from embedded.reach import address, get, is_healthy, shown_address
from embedded.supervisor import Supervisor

_MARKS = {"pass": "✓ works", "warn": "! warns", "fail": "✗ fails", "off": "– off"}


def table(rows: Iterable[Sequence[str]]) -> str:
    """Columns as wide as their longest cell."""
    lines = [list(row) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(f"{cell:{width}}" for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def services(values: Mapping[str, str]) -> str:
    """The table of all thirteen services, as the gateway tells it."""
    _, found = get(f"{address(values)}/api/services", timeout_seconds=8.0)
    listed = found.get("services")
    if not isinstance(listed, list):
        return f"The gateway at {address(values)} does not list the services. Type: make health"
    rows = [("SERVICE", "LAYER", "STATE", "")]
    rows += [
        (one["name"], one["layer"], _MARKS[one["status"]], (one["status"] == "pass" and one["url"]) or one["detail"])
        for one in listed
    ]
    return table(rows)


def first_steps(values: Mapping[str, str]) -> str:
    """Commands that work as they stand, with a key where one is needed."""
    url = shown_address(values)
    is_open = values.get("AUTH", "open") == "open"
    key = "" if is_open else ' -H "Authorization: Bearer $KEY"'
    body = "-H 'Content-Type: application/json'"
    document = (
        '{"source":"text","documents":[{"external_id":"vlans","title":"VLAN plan",'
        '"text":"The voice VLAN of the head office is VLAN 40, 10.20.40.0/24."}]}'
    )
    question = '{"query":"Which VLAN carries voice in the head office?"}'
    lines = [] if is_open else ["KEY=$(make -s key ARGS='create --name first')"]
    lines += [
        f"curl -s {url}/api/services{key}",
        f"curl -s '{url}/api/data/ingest?wait=30'{key} {body} -d '{document}'",
        f"curl -s {url}/api/rag/query{key} {body} -d '{question}'",
    ]
    return "\n".join(["Try it:", *(f"  {line}" for line in lines), f"In the browser: {url}/   ·   {url}/docs"])


def health(values: Mapping[str, str]) -> int:
    """Ask the gateway and the five services through their public routes. Exit status 1 when one does not work."""
    url = address(values)
    gateway_answers = is_healthy(GATEWAY, values)
    rows = [
        ("SERVICE", "STATE", ""),
        _state(GATEWAY, "pass") if gateway_answers else _state(GATEWAY, "fail", f"{url} does not answer"),
    ]
    for name, (prefix, _) in PREFIXES.items():
        # Without the gateway the services are asked directly: which of them is to blame is what one wants to know.
        direct = f"http://127.0.0.1:{ports(values)[name]}/health"
        status, found = get(f"{url}/api/{prefix.lower()}/health" if gateway_answers else direct)
        is_its_own = status in {200, 503} and found.get("service") == name
        rows.append(_state(name, str(found.get("status")) if is_its_own else "fail", _why(found, status)))
    print(table(rows))
    failed = any(state == _MARKS["fail"] for _, state, _ in rows)
    if failed:
        print("See why: make ps, make logs S=<service>. Start what is down: make up")
    return int(failed)


def _state(name: str, state: str, why: str = "") -> tuple[str, str, str]:
    return name, _MARKS.get(state, state), why


def _why(found: Mapping[str, object], status: int) -> str:
    checks = found.get("checks")
    if isinstance(checks, dict):
        sick = [(name, outcomes[0]) for name, outcomes in checks.items() if outcomes[0].get("status") != "pass"]
        return "; ".join(f"{name}: {outcome.get('output', 'down')}" for name, outcome in sick)
    return str(found.get("detail", "")) or ("" if status else "it does not answer")


def processes(place: Place) -> int:
    """Every supervised program with its state, age and memory. Exit status 1 when one does not run."""
    states = Supervisor(place).states()
    known = saved(place.run)
    if not states:
        print("Nothing runs. Start it: make up")
        return 1
    rows = [("PROGRAM", "STATE", "PID", "UP", "PROCESSES", "MEMORY")]
    total = 0
    for name, one in states.items():
        group = launch.members(known[name]) if one.pid else []
        resident = sum(process.resident_bytes for process in group)
        total += resident
        age = f"{one.now - one.started} s" if one.pid else ""
        rows.append((name, one.state.lower(), str(one.pid or ""), age, str(len(group)), f"{resident // 2**20} MB"))
    rows.append(("together", "", "", "", "", f"{total // 2**20} MB"))
    print(table(rows))
    return int(any(one.state != "RUNNING" for one in states.values()))
