#!/bin/sh
# pebble answers over HTTPS only: a throw-away root, left in /shared for callers, vouches for it.
set -eu
new_key() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "$@" 2>/dev/null; }
new_key -x509 -days 2 -addext keyUsage=critical,keyCertSign,cRLSign -subj "/CN=Root of the test" -keyout /tmp/root.key -out /tmp/root.pem
new_key -subj "/CN=pebble" -keyout /tmp/server.key -out /tmp/server.csr
echo "subjectAltName=DNS:pebble,DNS:localhost" >/tmp/extensions
openssl x509 -req -in /tmp/server.csr -CA /tmp/root.pem -CAkey /tmp/root.key -CAcreateserial -days 2 \
    -extfile /tmp/extensions -out /tmp/server.pem 2>/dev/null
cp /tmp/root.pem /shared/root.pem
exec pebble -config /pebble/pebble.json
