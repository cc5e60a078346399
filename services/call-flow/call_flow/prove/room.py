"""How many PBXs there is room for beside each other."""

from pathlib import Path

_MOST = 6
#: Of the service itself and of one Asterisk, in bytes, as measured with the call centre of the samples.
_SERVICE_BYTES = 360 << 20
_PBX_BYTES = 72 << 20
#: Of control groups in their second version, and in their first.
_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def pbxs() -> int:
    """As many as fit into the memory that this container may take; outside of one, six."""
    for file in _LIMITS:
        try:
            limit = int(file.read_text())
        except (OSError, ValueError):  # no such limit, or "max"
            continue
        return max(1, min(_MOST, (limit - _SERVICE_BYTES) // _PBX_BYTES))
    return _MOST
