"""Log lines of the services in a form for people."""

import json

_TRACEBACK_LINES = 3


def readable(text: str) -> str:
    """JSON log lines as a person reads them; of a traceback only the end, where the reason is."""
    return "\n".join(f"  {line}" for raw in text.splitlines() for line in _lines(raw))


def _lines(raw: str) -> list[str]:
    try:
        entry = json.loads(raw)
        head = f"{entry.pop('level')}: {entry.pop('message')}"
    except (ValueError, AttributeError, KeyError, TypeError):
        return [raw]
    trace = str(entry.pop("exception", "")).splitlines()[-_TRACEBACK_LINES:]
    known = {"time", "service", "logger", "request_id"}
    extra = ", ".join(f"{name}={value}" for name, value in entry.items() if name not in known)
    return [f"{head} ({extra})" if extra else head, *trace]
