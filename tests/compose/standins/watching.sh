#!/usr/bin/env bash
# Stand-ins for the profile `observability`, under the names of the real images: the programs themselves, made by Go from their
# published modules, each checked against a published sum. What cannot be made is named, and the rest is made.
# The real images come from the same sources (Tempo: see below) but hold more: Prometheus' pages and service discoveries, the
# collector's other parts. Grafana and kafka-ui are not to be had this way: their pages are in no module. Nor is the mail catcher.
# Call: watching.sh CACHE collector=NAME prometheus=NAME loki=NAME tempo=NAME
set -euo pipefail
cd "$(dirname "$0")"
here=$PWD
cache=$1
shift
root=localhost/hustar-standin/debian:bookworm
# Tempo's releases are no versions that Go knows, and the sums of its commits are in no public log: the one of May 2025 (between
# its 2.7 and 2.8) that Grafana's own program is made with, by the sums that Grafana publishes beside it.
tempo=v1.5.1-0.20250529124718-87c2dc380cec
tempo_sums=(h1:wnzJov9RhSHGaTYGzTygL4qq986fLen8xSqnQgaMd28= h1:j1IY7J2rUz7TcTjFVVx6HCpyTlYOJPtXuGRZ7sI+vSo=)
# The one part of Loki that is a module of its own, and no part of Loki's.
loki_push=v0.0.0-20250630054201-94c0ba7b0952

export CGO_ENABLED=0 GOWORK=off GOFLAGS="-buildvcs=false -mod=mod -p=2" PATH="$PATH:/usr/local/go/bin"
say() { printf '  %s\n' "$*"; }
is_made() { [ "$(podman image inspect --format '{{index .Labels "kr.hustar.stand-in"}}' "$1" 2>/dev/null)" = "$2" ]; }
folder_of() { go mod download -json "$1" | python3 -c 'import json, sys; print(json.load(sys.stdin)["Dir"])'; }

# copy MODULE@VERSION FOLDER: a module's files where they may be written, for one that replaces others cannot be installed as it is.
copy() {
  local from
  from=$(folder_of "$1")
  rm -rf "$2"
  cp -r "$from" "$2"
  chmod -R u+w "$2"
}

compile() { (cd "$1" && nice go build -trimpath -ldflags="-s -w $4" ${3:+-tags "$3"} -o "$cache/context-$5/program" "$2"); }

collector() {
  sed "s/@VERSION@/$1/g" "$here/collector.yaml" >collector-builder.yaml
  GOFLAGS="-buildvcs=false -p=2" go run "go.opentelemetry.io/collector/cmd/builder@v$1" --config collector-builder.yaml --skip-compilation
  compile collector . "" "" collector
}

# Release 3.13.1 is the module's 0.313.1.
prometheus() {
  local version=${1#v}
  copy "github.com/prometheus/prometheus@v0.$(printf '%d%02d.%d' ${version//./ })" prometheus
  compile prometheus ./cmd/prometheus remove_all_sd "-X github.com/prometheus/common/version.Version=$version" prometheus
}

loki() {
  copy "github.com/grafana/loki/v3@v$1" loki
  copy "github.com/grafana/loki/pkg/push@$loki_push" loki/pkg/push
  compile loki ./cmd/loki "" "-X github.com/grafana/loki/v3/pkg/util/build.Version=$1" loki
}

tempo() {
  mkdir -p tempo-sums
  printf 'module standin\ngo 1.24\nrequire github.com/grafana/tempo %s\n' "$tempo" >tempo-sums/go.mod
  printf 'github.com/grafana/tempo %s %s\n' "$tempo" "${tempo_sums[0]}" "$tempo/go.mod" "${tempo_sums[1]}" >tempo-sums/go.sum
  (cd tempo-sums && copy github.com/grafana/tempo ../tempo)
  compile tempo ./cmd/tempo "" "-X main.Version=$tempo" tempo
}

# Whose files these are in the real image, and where.
declare -A owner=([collector]=10001:10001 [prometheus]=65534:65534 [loki]=10001:10001 [tempo]=10001:10001)
declare -A data=([collector]=/data [prometheus]=/prometheus [loki]=/loki [tempo]=/var/tempo)

# make WHAT NAME: the program, unless it is there, and its image.
make() {
  local what=$1 name=$2 version=${2##*:} hash
  mkdir -p "$cache/go" "$cache/context-$what"
  cd "$cache/go"
  hash=$(cat "$here/watching.sh" "$here/watching.Containerfile" "$here/collector.yaml" | sha256sum | cut -c1-16)
  if is_made "$name" "$hash"; then say "$name: stand-in, made before"; return; fi
  if [ "$(cat "$cache/context-$what/version" 2>/dev/null)" != "$version" ]; then
    say "$name: making the program from its module, which takes minutes ..."
    "$what" "$version"
    echo "$version" >"$cache/context-$what/version"
  fi
  podman build --quiet --label "kr.hustar.stand-in=$hash" --tag "$name" --file "$here/watching.Containerfile" \
    --build-arg "ROOT=$root" --build-arg "DATA=${data[$what]}" --build-arg "OWNER=${owner[$what]}" "$cache/context-$what"
}

mkdir -p "$cache"
if [ "${1:-}" = --one ]; then make "${2%%=*}" "${2#*=}"; exit; fi
for pair in "$@"; do
  # As a program of its own: within a condition nothing else would end at its first fault.
  if "$here/watching.sh" "$cache" --one "$pair" >"$cache/watching-${pair%%=*}.log" 2>&1; then
    grep '^  ' "$cache/watching-${pair%%=*}.log" || true
  else
    podman rmi --force "${pair#*=}" >/dev/null 2>&1 || true
    say "${pair#*=}: no stand-in could be made: $(tail -n 1 "$cache/watching-${pair%%=*}.log" | cut -c1-200)"
  fi
done
