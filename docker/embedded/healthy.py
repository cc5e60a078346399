"""Whether a program of this run says of itself that it works."""

from collections.abc import Mapping

from embedded.programs import GATEWAY, ports
from host.reach import address, get


def is_healthy(name: str, values: Mapping[str, str]) -> bool:
    """Whether a service, or the gateway, says of itself that it works."""
    if name == GATEWAY:
        status, found = get(f"{address(values)}/health")
        return status == 200 and found.get("service") == GATEWAY
    status, found = get(f"http://127.0.0.1:{ports(values)[name]}/health")
    return status == 200 and found.get("service") == name
