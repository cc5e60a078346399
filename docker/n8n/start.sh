#!/bin/sh
# Starts n8n: with the owner account of N8N_BASIC_AUTH_USER and N8N_BASIC_AUTH_PASSWORD, and with seed.cjs, which brings in
# the platform's credentials and workflows while n8n comes up.
set -e

here=/opt/oberaconnect
program=$(readlink -f "$(command -v n8n)")

owner=$(node "$here/owner.cjs" "$program")
export N8N_INSTANCE_OWNER_MANAGED_BY_ENV=true
export N8N_INSTANCE_OWNER_FIRST_NAME=OberaConnect N8N_INSTANCE_OWNER_LAST_NAME=Owner
export N8N_INSTANCE_OWNER_EMAIL="${owner%% *}" N8N_INSTANCE_OWNER_PASSWORD_HASH="${owner#* }"
unset N8N_BASIC_AUTH_PASSWORD

export EXTERNAL_HOOK_FILES="$here/seed.cjs"
exec node "$program" start
