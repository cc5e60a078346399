#!/bin/sh
# n8n's database and its role, which reaches nothing else. PostgreSQL runs this once, while it makes a new data folder.
# Run again it gives the role the password that N8N_DB_PASSWORD then has:
#   docker compose exec postgres sh /docker-entrypoint-initdb.d/10-n8n.sh
set -e

if [ -z "$N8N_DB_PASSWORD" ]; then
  echo "N8N_DB_PASSWORD is missing: 'make setup' writes it into .env." >&2
  exit 1
fi
if [ "$POSTGRES_USER" = n8n ] || [ "$POSTGRES_DB" = n8n ]; then
  echo "POSTGRES_USER and POSTGRES_DB must not be n8n: that is the name of n8n's own role and database." >&2
  exit 1
fi

as_owner() { psql --no-psqlrc --quiet -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" "$@"; }

# The password is read by psql itself and is kept out of the server's log.
as_owner <<'SQL'
\getenv password N8N_DB_PASSWORD
SET log_min_duration_statement = -1;
SET log_min_error_statement = panic;
SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'n8n') AS no_role,
       NOT EXISTS (SELECT FROM pg_database WHERE datname = 'n8n') AS no_database \gset
\if :no_role
CREATE ROLE n8n;
\endif
ALTER ROLE n8n LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'password';
\if :no_database
CREATE DATABASE n8n OWNER n8n;
\endif
REVOKE ALL ON DATABASE n8n FROM PUBLIC;
SQL

# The services connect to the platform's database by what PUBLIC may do, so that n8n is turned away at the door instead.
file=$(as_owner --tuples-only --no-align --command 'SHOW hba_file')
rule='host all n8n all reject'
if ! grep -qxF "$rule" "$file"; then
  rest=$(cat "$file")
  printf '%s\n' 'host n8n n8n all scram-sha-256' "$rule" "$rest" >"$file"
  as_owner --command 'SELECT pg_reload_conf()' >/dev/null
fi
