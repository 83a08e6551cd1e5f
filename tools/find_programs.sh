#!/usr/bin/env bash
# Sees to it that Chromium and nginx are there for the tests: Debian's packages where we may install
# them.
set -eu
missing=()
command -v chromium >/dev/null || missing+=(chromium fonts-dejavu-core)
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || missing+=(nginx-light)
if [ ${#missing[@]} = 0 ]; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  exit 0
fi
echo "Not found: ${missing[*]}. The tests that need them will be skipped. Install these packages to run them."
