#!/usr/bin/env bash
# Starts Keycloak with its secrets from files: it reads them from its environment only.
set -euo pipefail
set -a
# shellcheck disable=SC1091
. /run/secrets/identity_environment
KC_DB_PASSWORD=$(</run/secrets/postgres_password_identity)
set +a
exec /opt/keycloak/bin/kc.sh start --optimized --import-realm
