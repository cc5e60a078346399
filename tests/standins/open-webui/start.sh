#!/usr/bin/env bash
# As in the image, a key that nobody gave is made and kept beside this script, which a read-only container cannot do.
cd "$(dirname "$0")" || exit
if [ -z "${WEBUI_SECRET_KEY:-}" ]; then
    [ -e .webui_secret_key ] || head -c 24 /dev/urandom | base64 > .webui_secret_key
    WEBUI_SECRET_KEY=$(cat .webui_secret_key)
    export WEBUI_SECRET_KEY
fi
exec python -m uvicorn open_webui.main:app --host 0.0.0.0 --port "$PORT" --forwarded-allow-ips '*'
