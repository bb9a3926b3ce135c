#!/bin/sh
# Installs the object store that `cargo test --features publish` is run against into target/moto:
# moto's S3 server, from PyPI. Needs Python with venv and pip.
set -eu
cd "$(dirname "$0")/../.."
[ -x target/moto/bin/pip ] || python3 -m venv target/moto
target/moto/bin/pip install --quiet --disable-pip-version-check -r tests/publish/requirements.txt
