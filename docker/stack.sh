#!/bin/sh
# Find a Python from 3.11 on and run a command of the platform with Docker: docker/stack.sh up local-llm
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python; do
    # A name on the path may be a shim without a Python behind it: only what runs counts.
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        PYTHONPATH="$root/docker" PYTHONDONTWRITEBYTECODE=1 exec "$candidate" -m stack "$@"
    fi
done
if command -v apt-get >/dev/null 2>&1; then
    echo "Python 3.11 or newer is missing. Type: sudo apt-get update && sudo apt-get install -y python3" >&2
else
    echo "Python 3.11 or newer is missing. Install it, or name it: make up PYTHON=/path/to/python3" >&2
fi
exit 1
