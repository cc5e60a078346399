#!/bin/sh
# Find Python 3.11 and run a command of the platform without Docker: docker/embedded.sh up
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
for candidate in ${PYTHON:-} python3.11 python3 python; do
    # A name on the path may be a shim without a Python behind it: only what runs counts.
    if "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' >/dev/null 2>&1; then
        PYTHONPATH="$root/docker" exec "$candidate" -m embedded "$@"
    fi
done
if command -v apt-get >/dev/null 2>&1; then
    echo "Python 3.11 is missing. Type: sudo apt-get update && sudo apt-get install -y python3.11" >&2
else
    echo "Python 3.11 is missing. Install it, or name it: make up PYTHON=/path/to/python3.11" >&2
fi
exit 1
