"""Programs of this checkout that work on the platform from outside: the demo, the backup, the benches."""

import os
import sys
from collections.abc import Sequence

from host.obstacle import Obstacle
from host.place import Place
from stack import installation

#: What only the backup reads. A passphrase is better kept in the shell than on the disk that is saved.
_OF_THE_BACKUP = "BACKUP_"


def become(place: Place, words: Sequence[str]) -> int:
    """Turn this process into `python -m WORDS`, without settings of the shell; comes back only when it cannot."""
    if not words:
        raise Obstacle("Name a module: docker/stack.sh run demo")
    kept = {name: value for name, value in os.environ.items() if name.startswith(_OF_THE_BACKUP)}
    environment = installation.find(place).compose.environment() | kept | {"PYTHONPATH": place.path}
    os.execve(sys.executable, [sys.executable, "-m", *words], environment)
