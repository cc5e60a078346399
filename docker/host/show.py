"""What the user gets to see in both runs: tables, the list of services, and how to begin."""

from collections.abc import Iterable, Mapping, Sequence

from host.reach import address, get, shown_address

MARKS = {"pass": "✓ works", "warn": "! warns", "fail": "✗ fails", "off": "– off"}


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
        (one["name"], one["layer"], MARKS[one["status"]], (one["status"] == "pass" and one["url"]) or one["detail"])
        for one in listed
    ]
    return table(rows)


def first_steps(values: Mapping[str, str], key: str = "") -> str:
    """Commands that work as they stand; where a key is needed they take `key`, or make one."""
    url = shown_address(values)
    is_open = values.get("AUTH", "open") == "open"
    bearer = "" if is_open else ' -H "Authorization: Bearer $KEY"'
    body = "-H 'Content-Type: application/json'"
    document = (
        '{"source":"text","documents":[{"external_id":"vlans","title":"VLAN plan",'
        '"text":"The voice VLAN of the head office is VLAN 40, 10.20.40.0/24."}]}'
    )
    question = '{"query":"Which VLAN carries voice in the head office?"}'
    made = key or "$(make -s key ARGS='create --name first')"
    lines = [] if is_open else [f"KEY={made}"]
    lines += [
        f"curl -s {url}/api/services{bearer}",
        f"curl -s '{url}/api/data/ingest?wait=30'{bearer} {body} -d '{document}'",
        f"curl -s {url}/api/rag/query{bearer} {body} -d '{question}'",
    ]
    return "\n".join(["Try it:", *(f"  {line}" for line in lines), f"In the browser: {url}/   ·   {url}/docs"])


def state(name: str, status: str, why: str = "") -> tuple[str, str, str]:
    """A line of the table of health: pass, warn, fail or off in words."""
    return name, MARKS.get(status, status), why


def why(found: Mapping[str, object], status: int) -> str:
    """What a health document says against a service; empty when nothing does."""
    checks = found.get("checks")
    if isinstance(checks, dict):
        sick = [(name, outcomes[0]) for name, outcomes in checks.items() if outcomes[0].get("status") != "pass"]
        return "; ".join(f"{name}: {outcome.get('output', 'down')}" for name, outcome in sick)
    return str(found.get("detail", "")) or ("" if status else "it does not answer")
