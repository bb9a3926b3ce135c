#!/bin/sh
# Real calendar clients against the running server: khal by vdirsyncer, Home Assistant's parser,
# GNOME's evolution-data-server, and Thunderbird. Needs Python with venv and pip;
# evolution-data-server needs Debian's evolution-data-server, gir1.2-ecal-2.0, python3-gi and
# dbus-daemon; Thunderbird needs a C compiler for its clock.
#
#     sh tests/clients/run.sh [PATH-OF-WEEKAHEAD]
set -eu
program=${1:-}
if [ -z "$program" ]; then
    cargo build --release --quiet
    program=$(dirname "$0")/../../target/release/weekahead
fi
program=$(realpath "$program")
cd "$(dirname "$0")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check -r requirements.txt
"$folder/venv/bin/python" clients.py "$program" "$folder"
"$folder/venv/bin/python" thunderbird.py "$program" "$folder/thunderbird"
