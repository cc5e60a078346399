"""Build the vector index of an embedded collection that no other process has open: `python -m … FOLDER`."""

import ctypes
import os
import signal
import sys

import qdrant_edge as edge

_PR_SET_PDEATHSIG = 1


def main(folder: str) -> None:
    """Index the shard in `folder`. May be killed at any time: nothing is lost."""
    os.nice(10)
    if sys.platform == "linux":
        # A parent that is gone must not leave a child that keeps the shard for minutes.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    shard = edge.EdgeShard.load(folder)
    shard.optimize()
    shard.close()


if __name__ == "__main__":
    main(sys.argv[1])
