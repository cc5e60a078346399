"""The container's start: settings that are not understood end it with a sentence, else the HTTP face is served."""

import os
import sys

from scan import settings
from scan.gate import NMAP
from scan.refusal import Refused


def main() -> None:
    """Check, then become gunicorn."""
    try:
        found = settings.from_environ(os.environ)
    except Refused as refusal:
        sys.exit(f"kali-nmap does not start. {refusal}")
    if not os.access(NMAP, os.X_OK):
        sys.exit(f"kali-nmap does not start. {NMAP} cannot be executed by this user.")
    # Threads, since a caller waits while nmap works; more of them than scans, so that health always answers.
    # The audit lines have standard output to themselves: gunicorn writes to standard error.
    options = {
        "bind": found.bind,
        "workers": "1",
        "worker-class": "gthread",
        "threads": "16",
        "worker-tmp-dir": "/dev/shm",
        "graceful-timeout": "5",
        "limit-request-line": "1024",
        "limit-request-fields": "50",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    os.execvp("gunicorn", ["gunicorn", "--no-control-socket", *words, "scan.app:create()"])


if __name__ == "__main__":
    main()
