#!/bin/sh
# Real readers of calendars on real feeds: ical.js (Thunderbird, Nextcloud), Python's icalendar, Home
# Assistant's ical and libical (Evolution, KDE) on the golden feeds and on 3,000 lists of strange texts
# and dates; and `check` on broken feeds, against what Home Assistant refuses. Needs Python with venv
# and pip; ical.js needs Node.js with npm, and libical a C compiler with Debian's libical-dev.
#
#     sh tests/readers/run.sh [PATH-OF-WEEKAHEAD]
#
# WEEKAHEAD_READERS_SEED=2 makes other lists, and WEEKAHEAD_READERS_LISTS=600 fewer.
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
cp package.json package-lock.json ical_js.mjs "$folder"
npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --silent
cc -Wall -Wextra -Werror -O1 -o "$folder/libical" libical.c -lical
export PYTHONDONTWRITEBYTECODE=1
"$folder/venv/bin/python" broken.py "$program" "$folder"
"$folder/venv/bin/python" readers.py "$program" "$folder"
