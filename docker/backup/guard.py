"""Something is held still, and goes on even when the process that held it is killed."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from host.obstacle import Obstacle


@contextmanager
def held(hold: Sequence[str], release: Sequence[str], environment: Mapping[str, str]) -> Iterator[None]:
    """Run `hold`, then the block; `release` runs when the block, or this process, has ended.

    A shell of its own session waits for the end of its standard input, which the system closes with this process.
    """
    command = ["sh", "-c", 'cat >/dev/null; exec "$@"', "release", *release]
    with subprocess.Popen(
        command, env=dict(environment), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as guard:  # fmt: skip
        try:
            done = subprocess.run(hold, env=dict(environment), capture_output=True, text=True, check=False)
            if done.returncode:
                raise Obstacle(f"The services could not be held still: {done.stderr.strip()[-300:]}")
            yield
        finally:
            assert guard.stdin
            guard.stdin.close()
            guard.wait()
