"""Ports of an instance: below those that the system gives to connections, so that none is taken by accident."""

import random
import socket
from contextlib import closing

from call_flow.pbx.infrastructure import HOST, Addresses

_LOWEST, _HIGHEST = 10000, 31000
#: Two a leg (RTP and RTCP); a ring group has a leg for each member.
_RTP_PORTS = 1200
_TRIES = 200


def choose(phones: int) -> Addresses:
    """Ports that are free now. Another process may be faster; Asterisk then complains and is started anew on others."""
    sip, manager = _free(socket.SOCK_DGRAM), _free(socket.SOCK_STREAM)
    first = random.randrange(_LOWEST, _HIGHEST - _RTP_PORTS, 2)  # noqa: S311 - not a secret
    return Addresses(sip, phones, manager, first, first + _RTP_PORTS - 1)


def _free(kind: socket.SocketKind) -> int:
    for _ in range(_TRIES):
        port = random.randrange(_LOWEST, _HIGHEST)  # noqa: S311 - not a secret
        with closing(socket.socket(socket.AF_INET, kind)) as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
        return port
    raise OSError("no free port was found on 127.0.0.1")
