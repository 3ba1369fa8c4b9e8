#!/usr/bin/env bash
# Writes into .env, behind each image's tag, the digest that its registry gives for it now. Needs Docker and the network;
# read the difference before you commit it. Call: pin-images.sh FILE
set -euo pipefail
file=$1
for name in $(sed -n 's/^\([A-Z_]*_IMAGE\)=[^/]*\.[^/]*\/.*$/\1/p' "$file"); do
  image=$(sed -n "s/^$name=//p" "$file")
  tagged=${image%%@*}
  digest=$(docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$tagged")
  case $digest in sha256:*) ;; *) echo "$tagged: the registry named no digest" >&2; exit 1 ;; esac
  sed -i "s|^$name=.*|$name=$tagged@$digest|" "$file"
  [ "$image" = "$tagged@$digest" ] || echo "$name: $tagged@$digest"
done
