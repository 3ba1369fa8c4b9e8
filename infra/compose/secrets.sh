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
# Where mail goes, and who vouches for another Kafka cluster: empty until somebody says it.
for name in smtp_url kafka_ca; do [ -e "$name" ] || : >"$name"; done
# The users of Kafka: of whoever operates it, and of each service. Brokers that ask for no password are given none.
for name in kafka_password kafka_password_{trainees,employers,matching,reporting}; do
  if [[ ${KAFKA_SECURITY_PROTOCOL:-SASL_PLAINTEXT} == SASL* ]]; then fresh | keep "$name"; elif [ ! -e "$name" ]; then : >"$name"; fi
done
{
  printf 'org.apache.kafka.common.security.plain.PlainLoginModule required user_hustar="%s"' "$(cat kafka_password)"
  for name in trainees employers matching reporting; do printf ' user_hustar-%s="%s"' "$name" "$(cat "kafka_password_$name")"; done
  printf ';\n'
} | keep kafka_users
{
  printf '%s\n' 'kafka.clusters[0].name=hustar' 'kafka.clusters[0].bootstrapServers=kafka:9092' 'kafka.clusters[0].readOnly=true' \
    'kafka.clusters[0].properties.security.protocol=SASL_PLAINTEXT' 'kafka.clusters[0].properties.sasl.mechanism=PLAIN'
  printf 'kafka.clusters[0].properties.sasl.jaas.config=%s username="hustar" password="%s";\n' \
    'org.apache.kafka.common.security.plain.PlainLoginModule required' "$(cat kafka_password)"
} | keep kafka_ui
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
