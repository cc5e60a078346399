"""How a command ends: what can be foreseen is a sentence on standard error and exit status 1."""

import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress

from host.obstacle import Obstacle


def status(run: Callable[[], int], *, interrupted: str) -> int:
    """The exit status of `run`; `interrupted` is what people read who end it themselves."""
    try:
        return run()
    except Obstacle as obstacle:
        return _complain(str(obstacle))
    except BrokenPipeError:  # the reader has seen enough (make logs | head)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        if error.errno == errno.ENOSPC:
            return _complain(f"The disk is full ({error.filename or 'while writing'}). See what takes the room: df -h")
        if error.errno in {errno.EACCES, errno.EPERM}:
            return _complain(f"{error.filename} may not be read or written by this user. See: ls -ld {error.filename}")
        raise
    except KeyboardInterrupt:
        return _complain(interrupted)


def _complain(sentence: str) -> int:
    # A broken pipe on the other side must not hide the sentence behind a traceback.
    with suppress(BrokenPipeError):
        sys.stdout.flush()
    print(sentence, file=sys.stderr)
    return 1
