#!/bin/sh
# Print how the platform runs here: docker or embedded. MODE decides; else what runs already; else whether Docker is here.
set -eu
case ${MODE:-} in
docker | embedded)
    echo "$MODE"
    exit
    ;;
'') ;;
*)
    echo "MODE=$MODE is neither docker nor embedded." >&2
    exit 2
    ;;
esac
root=$(cd "$(dirname "$0")/.." && pwd)
pid=$(cat "${STATE_DIR:-$root/var}/run/supervisord.pid" 2>/dev/null || true)
# By its command line: after a reboot the number may be another process's. (ps sees other users' processes too.)
if [ -n "$pid" ] && tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q supervisor; then
    echo embedded
# The cheap question first; an engine that hangs counts as none.
elif timeout 5 docker version --format '{{.Server.Version}}' >/dev/null 2>&1 && timeout 5 docker compose version >/dev/null 2>&1; then
    echo docker
else
    echo embedded
fi
