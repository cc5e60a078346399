#!/bin/sh
# make test-stack: the run with Docker on a real engine; the words are pytest's. Without any engine nothing is tested,
# and it says so. An engine that is started here ends here.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
engine=$root/../shared/tools/engine/engine
if docker info >/dev/null 2>&1 && docker compose version >/dev/null 2>&1; then
    :
elif [ -x "$engine" ] && [ "$(id -u)" = 0 ]; then
    trap '"$engine" down' EXIT
    eval "$("$engine" up)"
    export ENGINE_PULL="${ENGINE_PULL:-0}"
else
    echo "make test-stack was skipped: no Docker engine with Compose answers here, so nothing of the run with Docker was tested."
    exit 0
fi
case "${DOCKER_HOST:-}" in */engine/docker.sock) export ENGINE_PULL="${ENGINE_PULL:-0}" ;; esac
export PYTHONPATH="$root:$root/docker:$root/shared"
echo "Images of the test:"
"$root/.venv/bin/python" -m tests.stack.images
case " $*" in *" tests/"*) ;; *) set -- tests/stack "$@" ;; esac
"$root/.venv/bin/python" -m pytest "$@"
