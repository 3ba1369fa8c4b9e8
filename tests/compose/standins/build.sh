#!/usr/bin/env bash
# Stand-in base images for machines that reach no image registry: a Debian root and Debian's packages under the names of the
# real images. They show that the compose file, our image and the product work together; they are NOT the images of production.
# Call: build.sh CACHE python=NAME postgres=NAME kafka=NAME keycloak=NAME gateway=NAME
set -euo pipefail
cd "$(dirname "$0")"
here=$PWD
repository=$(cd ../../.. && pwd)
cache=$1
shift
root=localhost/hustar-standin/debian:bookworm
mkdir -p "$cache"

say() { printf '  %s\n' "$*"; }
# An image is made again when its name is not there, or when it was not made by this script as it is now.
made_from() { cat "$here/build.sh" "$@" | sha256sum | cut -c1-16; }
is_made() { [ "$(podman image inspect --format '{{index .Labels "kr.hustar.stand-in"}}' "$1" 2>/dev/null)" = "$2" ]; }

make_root() {
  podman image exists "$root" && return
  say "a Debian root from debootstrap ..."
  [ -e "$cache/bookworm/etc/debian_version" ] || debootstrap --variant=minbase bookworm "$cache/bookworm" >"$cache/debootstrap.log"
  tar -C "$cache/bookworm" -cf - . | podman import --quiet - "$root" >/dev/null
}

# make WHAT NAME CONTEXT: the image NAME from WHAT.Containerfile, with the files of CONTEXT at hand.
make() {
  local what=$1 name=$2 context=$3 hash
  hash=$(made_from "$what.Containerfile")
  if is_made "$name" "$hash"; then say "$name: stand-in, made before"; return; fi
  say "$name: making a stand-in from Debian's packages ..."
  podman build --quiet --label "kr.hustar.stand-in=$hash" --tag "$name" --file "$what.Containerfile" \
    --build-arg "ROOT=$root" "$context" >"$cache/$what.log" 2>&1 || { tail -20 "$cache/$what.log" >&2; return 1; }
}

# Whoever sits behind a proxy that signs with a certificate of its own needs that certificate while images are built.
certificates() {
  mkdir -p "$cache/context-$1"
  cp /etc/ssl/certs/ca-certificates.crt "$cache/context-$1/host-certificates.crt"
}

jars() {
  mkdir -p "$cache/context-kafka/jars"
  local folder
  folder=$("$repository/.venv/bin/python" -c "from infra.local.kafka.jars import jar_folder; print(jar_folder())")
  cp "$folder"/*.jar "$cache/context-kafka/jars/"
}

keycloak_distribution() {
  local version=$1
  mkdir -p "$cache/context-keycloak"
  [ -e "$cache/context-keycloak/keycloak/bin/kc.sh" ] && [ "$(cat "$cache/context-keycloak/version" 2>/dev/null)" = "$version" ] && return
  say "Keycloak $version from Maven ..."
  rm -rf "$cache/context-keycloak/keycloak"
  mvn -B -q dependency:copy -Dartifact="org.keycloak:keycloak-quarkus-dist:$version:zip" -DoutputDirectory="$cache/keycloak-zip" \
    -Dmdep.useBaseVersion=true </dev/null
  (cd "$cache/context-keycloak" && python3 -m zipfile -e "$cache/keycloak-zip/keycloak-quarkus-dist-$version.zip" . &&
    mv "keycloak-$version" keycloak && chmod +x keycloak/bin/*.sh && echo "$version" >version)
}

make_root
for pair in "$@"; do
  what=${pair%%=*} name=${pair#*=}
  certificates "$what"
  case $what in
    kafka) jars ;;
    keycloak) keycloak_distribution "${name##*:}" ;;
  esac
  make "$what" "$name" "$cache/context-$what"
done
