#!/bin/sh
# What deploy/ ships, run for real as far as this machine can: the units under a systemd of their
# own, nginx and Caddy before the program, the image's commands, and the workflows' commands.
#
#     sh tests/deploy/run.sh [PATH-OF-WEEKAHEAD]
#
# The program needs the feature `publish` for nothing here, and `serve`. Debian's caddy, curl, git,
# nginx-light, openssl, python3-yaml, busybox-static and systemd are used, and root; what is missing
# is said aloud and its part left out. With WEEKAHEAD_DEPLOY=required nothing may be left out.
set -eu
program=${1:-}
if [ -z "$program" ]; then
    cargo build --quiet --all-features
    program=$(dirname "$0")/../../target/debug/weekahead
fi
program=$(realpath "$program")
cd "$(dirname "$0")"
python=/usr/bin/python3
[ -x "$python" ] || python=python3
export PYTHONDONTWRITEBYTECODE=1
for part in units systemd proxies image workflows; do
    echo "-- $part"
    "$python" "$part.py" "$program"
done
