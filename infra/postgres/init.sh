#!/usr/bin/env bash
# Runs once, on a fresh volume: a database and a user per service, and one for the identity provider. Each user owns its own
# database and may not even connect to another. Passwords come from files: SECRETS/postgres_password_<name>.
set -euo pipefail
secrets=${SECRETS:-/run/secrets}
prefix=${HUSTAR_DATABASE_PREFIX:-hustar_}

run() { psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres "$@"; }

# Whoever has no business on the server's own databases does not get in.
run <<'SQL'
REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM PUBLIC;
SQL

for name in trainees employers matching reporting identity; do
  run --set=name="$prefix$name" --set=password="$(cat "$secrets/postgres_password_$name")" <<'SQL'
CREATE ROLE :"name" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name" ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0;
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
\connect :"name"
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO :"name";
SQL
done
