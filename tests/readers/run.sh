#!/bin/sh
# Real readers of calendars on real feeds: ical.js (Thunderbird, Nextcloud), Python's icalendar, Home
# Assistant's ical and libical (Evolution, KDE) on the golden feeds and on 300 lists of strange texts
# and dates. Needs Python with venv and pip; ical.js needs Node.js with npm, and libical a C compiler
# with Debian's libical-dev: each is left out aloud without them.
#
#     sh tests/readers/run.sh [PATH-OF-WEEKAHEAD]
#
# With WEEKAHEAD_READERS=required nothing may be left out; WEEKAHEAD_READERS_SEED=2 makes other lists.
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
if command -v npm >/dev/null; then
    cp package.json package-lock.json ical_js.mjs "$folder"
    npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --silent
fi
if command -v cc >/dev/null && [ -e /usr/include/libical/ical.h ]; then
    cc -Wall -Wextra -Werror -O1 -o "$folder/libical" libical.c -lical
fi
PYTHONDONTWRITEBYTECODE=1 "$folder/venv/bin/python" readers.py "$program" "$folder"
