#!/usr/bin/env bash
# Does the installation answer? Through the gateway, as its users reach it. Call: smoke.sh ORIGIN SECRETS
set -uo pipefail
origin=$1 secrets=$2 failed=0
trust=()
[ -s "$secrets/tls_authority" ] && trust=(--cacert "$secrets/tls_authority")

expect() {
  local status=$1 path=$2 seen
  seen=$(curl --silent --max-time 15 "${trust[@]}" --output /dev/null --write-out '%{http_code}' "$origin$path")
  if [ "$seen" = "$status" ]; then echo "ok      $path"; else echo "FAILED  $path: $seen instead of $status"; failed=1; fi
}

expect 200 /livez
for service in trainees employers matching reporting; do expect 200 "/health/$service"; done
expect 200 /identity/realms/hustar/.well-known/openid-configuration
expect 401 /api/v1/enrolments
expect 404 /metrics
exit $failed
