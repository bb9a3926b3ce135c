#!/bin/sh
# Makes the pictures of the READMEs and of docs/: sh docs/pictures/make.sh [--check] [PROGRAM]
#
# PROGRAM is a built weekahead (default: target/release/weekahead). Beside each picture stands a
# file of the texts that it shows. With --check nothing is written: the texts are made anew, and the
# script fails if they are not those in the files. Pixels are not compared, since another version of
# Chromium or of a font draws the same text a little differently. On one machine the pictures are
# the same, byte for byte, each time.
#
# Needs Chromium, Node.js, the packages of tests/browser (npm ci --prefix tests/browser), and the
# fonts Inter, Noto Sans CJK and DejaVu Sans Mono.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
check=no
if [ "${1:-}" = --check ]; then
  check=yes
  shift
fi
program=$(realpath "${1:-$here/../../target/release/weekahead}")

for font in Inter "Noto Sans CJK SC" "DejaVu Sans Mono"; do
  if [ -z "$(fc-list "$font" family)" ]; then
    echo "there is no font $font: apt-get install fonts-inter fonts-noto-cjk fonts-dejavu-core" >&2
    exit 3
  fi
done

made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
mkdir "$made/pictures"

# The pages take the font of the system. Here it is always the same.
cat >"$made/fonts.conf" <<'CONF'
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <alias binding="strong"><family>system-ui</family><prefer><family>Inter</family></prefer></alias>
  <alias binding="strong"><family>sans-serif</family><prefer><family>Inter</family><family>Noto Sans CJK SC</family></prefer></alias>
  <alias binding="strong"><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
CONF

FONTCONFIG_FILE=$made/fonts.conf TZ=Europe/Oslo LC_ALL=C.UTF-8 \
  node "$here/make.mjs" "$program" "$made/pictures"

if [ $check = no ]; then
  cp "$made"/pictures/* "$here"
  exit
fi
for texts in "$made"/pictures/*.txt; do
  if ! diff -u "$here/$(basename "$texts")" "$texts"; then
    echo "a picture shows what the program does not say any more: sh docs/pictures/make.sh" >&2
    exit 1
  fi
done
echo "ok: the pictures show what the program says"
