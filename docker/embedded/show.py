"""What the user gets to see of this run: health and processes."""

from collections.abc import Mapping

from embedded import launch
from embedded.healthy import is_healthy
from embedded.programs import GATEWAY, ports, saved
from embedded.supervisor import Supervisor
from host.place import SEGMENTS, Place
from host.reach import address, get
from host.show import MARKS, state, table, why


def health(values: Mapping[str, str]) -> int:
    """Ask the gateway and the five services through their public routes. Exit status 1 when one does not work."""
    url = address(values)
    gateway_answers = is_healthy(GATEWAY, values)
    rows = [
        ("SERVICE", "STATE", ""),
        state(GATEWAY, "pass") if gateway_answers else state(GATEWAY, "fail", f"{url} does not answer"),
    ]
    for name, segment in SEGMENTS.items():
        # Without the gateway the services are asked directly: which of them is to blame is what one wants to know.
        direct = f"http://127.0.0.1:{ports(values)[name]}/health"
        status, found = get(f"{url}/api/{segment}/health" if gateway_answers else direct)
        is_its_own = status in {200, 503} and found.get("service") == name
        rows.append(state(name, str(found.get("status")) if is_its_own else "fail", why(found, status)))
    print(table(rows))
    failed = any(shown == MARKS["fail"] for _, shown, _ in rows)
    if failed:
        print("See why: make ps, make logs S=<service>. Start what is down: make up")
    return int(failed)


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
