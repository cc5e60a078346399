"""Which address may be connected to, for what does not go through `oberaconnect.http` but has to pass the same gate."""

from collections.abc import Collection

from oberaconnect.http import FetchUnreachable, is_public
from oberaconnect.http.public import resolve
from oberaconnect.problems import Unavailable, Unprocessable


def checked_address(host: str, port: int, allowed_hosts: Collection[str]) -> str:
    """The one address of a host to connect to: all that it has are public, or whoever runs the platform allowed it.

    Raises:
        Unprocessable: when it leads inside.
        Unavailable: when the host is not found.
    """
    try:
        addresses = resolve(host, port)
    except FetchUnreachable as error:
        raise Unavailable(f"{error.detail} Check its name; the next run tries again.") from error
    if host not in allowed_hosts and not all(is_public(address) for address in addresses):
        raise Unprocessable(
            f"The host '{host}' is not on the public internet. If it may be read nevertheless, whoever runs the"
            " platform names it in INGEST_ALLOWED_HOSTS."
        )
    return addresses[0]
