#!/usr/bin/env bash
# Makes what docker-compose.yml expects as secret files, each once: what is there is kept. Call: secrets.sh FOLDER DOMAIN
# A certificate of your own goes to tls_certificate and tls_key before, or replaces them after.
set -euo pipefail
folder=$1 domain=$2
# The folder is closed to others; the files in it are readable, because containers read them as users of their own.
mkdir -p "$folder"
chmod 0700 "$folder"
cd "$folder"
umask 022

fresh() { openssl rand -hex 24; }
# keep NAME: what comes in becomes the file NAME, unless there is one.
keep() {
  if [ -s "$1" ]; then cat >/dev/null; else cat >"$1.new" && mv "$1.new" "$1" && echo "made $folder/$1"; fi
}

fresh | keep hustar_secret
fresh | keep postgres_password
for name in trainees employers matching reporting identity; do fresh | keep "postgres_password_$name"; done
for name in trainees employers matching reporting; do
  printf 'postgresql://%s:%s@postgres:5432' "${HUSTAR_DATABASE_PREFIX:-hustar_}$name" "$(cat "postgres_password_$name")" | keep "postgres_url_$name"
done
printf 'postgresql://postgres:%s@postgres:5432' "$(cat postgres_password)" | keep postgres_url
fresh | keep oidc_client_secret
fresh | keep grafana_password
# Where mail goes, and what another Kafka cluster asks for: empty until somebody says it.
for name in smtp_url kafka_password kafka_ca; do [ -e "$name" ] || : >"$name"; done
# What the realm is made with: the secret of the pages and of each client, the first administrator, the fictitious persons.
{
  echo "KC_BOOTSTRAP_ADMIN_USERNAME=admin"
  echo "KC_BOOTSTRAP_ADMIN_PASSWORD=$(fresh)"
  echo "HUSTAR_PAGES_SECRET=$(cat oidc_client_secret)"
  for client in KNU YU KMU DU DHU DGIST; do echo "UNIVERSITY_${client}_SECRET=$(fresh)"; done
  echo "DEMO_CLIENTS_SECRET=$(fresh)"
  echo "DEMO_USERS_PASSWORD=$(fresh)"
} | keep identity_environment

if [ ! -s tls_certificate ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 825 -subj "/CN=HuStar local authority" \
    -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign,cRLSign" \
    -keyout tls_authority_key -out tls_authority 2>/dev/null
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$domain" -keyout tls_key -out tls_request 2>/dev/null
  openssl x509 -req -in tls_request -CA tls_authority -CAkey tls_authority_key -CAcreateserial -days 397 -out tls_leaf \
    -extfile <(printf 'subjectAltName=DNS:%s\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n' "$domain") 2>/dev/null
  cat tls_leaf tls_authority >tls_certificate
  rm -f tls_request tls_leaf tls_authority_key tls_authority.srl
  echo "made $folder/tls_certificate for $domain, signed by $folder/tls_authority, which only this machine knows"
fi
chmod 0444 ./*
