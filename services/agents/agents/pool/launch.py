"""Begins a program with less than a process may have. Run as a file of its own: `python launch.py PROGRAM [ARGUMENT…]`.

What a program of others may use cannot be limited from outside once it runs, and nothing can be done between the two
halves of starting a process in one with threads. So this little one takes its place.
"""

import os
import resource
import sys
from contextlib import suppress
from pathlib import Path

_GB = 1024**3
#: No dump of memory (it would hold the secrets), open files, the size of one it writes, the memory it writes to.
#: Address space is not limited: Node takes far more of it than it ever uses.
_MOST = (
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_NOFILE, 1_024),
    (resource.RLIMIT_FSIZE, _GB),
    (resource.RLIMIT_DATA, 4 * _GB),
)
#: When memory runs out, these go before the worker that runs everything.
_OOM_SCORE = "500"


def main(argv: list[str]) -> int:
    """Become the program. Returns only when that fails."""
    for what, most in _MOST:
        hard = resource.getrlimit(what)[1]
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (limit, limit))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE, encoding="ascii")
    try:
        os.execvp(argv[0], argv)  # noqa: S606 - no shell is what is wanted
    except OSError as error:
        sys.stderr.write(f"{argv[0]} cannot be started: {error.strerror}.\n")
        return 127


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
