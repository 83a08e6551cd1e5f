#!/usr/bin/env bash
# Sees to it that a Chromium is there for the browser tests: Debian's package where we may install it.
set -eu
if command -v chromium >/dev/null; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
  exit 0
fi
echo "No Chromium found: the browser tests will be skipped. Install Debian's package 'chromium' to run them."
