#!/bin/sh
# What deploy/ ships, run for real as far as this machine can: the units under a systemd of their
# own, the pushes of renewals, nginx and Caddy before the program, the image's commands, and the workflows' commands.
#
#     sh tests/deploy/run.sh [PATH-OF-WEEKAHEAD]
#
# It needs root, and Debian's binutils, buildah, busybox-static, caddy, curl, git, jq, nginx, openssl,
# python3-yaml and systemd. What is missing fails it; with WEEKAHEAD_DEPLOY=partial its part is left
# out, and that is said. Nothing is left behind, and the port that the unit names is listened on in a
# network of its own alone.
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
for part in units systemd push proxies image compose workflows tickets gitlab notify; do
    echo "-- $part"
    "$python" "$part.py" "$program"
done
