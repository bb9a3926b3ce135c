#!/usr/bin/env bash
# Fuzzes for SECONDS each target, or those that are named: `tests/fuzz/run.sh 60 document`.
#
# Seeds are taken from the tests; what is found besides is kept in `target/fuzz/corpus`, so that the
# next run goes on from there. Any finding ends this with an error: the last lines say what it is,
# and the input is in `target/fuzz/findings`, to be given to the target's program once more.
#
# Needs cargo-fuzz and a C++ compiler.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:?usage: tests/fuzz/run.sh SECONDS [TARGET...]}
shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(common_form document feed import renew request)

# Coverage and the address sanitizer are not for stable compilers; this lets one have them.
export RUSTC_BOOTSTRAP=1
cargo fuzz build --fuzz-dir tests/fuzz --target-dir target/fuzz
rustc --edition 2024 -O tests/fuzz/seeds.rs -o target/fuzz/seeds
rm -rf target/fuzz/from-tests
target/fuzz/seeds . target/fuzz/from-tests

programs=target/fuzz/$(rustc -vV | sed -n 's/^host: //p')/release
for target in "${targets[@]}"; do
  echo "== $target: $seconds s"
  corpus=target/fuzz/corpus/$target
  findings=target/fuzz/findings/$target
  mkdir -p "$corpus" "$findings"
  log=target/fuzz/$target.log
  # A text of 4 KiB has every shape that a longer one has, and is read a thousand times a second.
  if ! nice -n 19 "$programs/$target" "$corpus" "target/fuzz/from-tests/$target" \
    -artifact_prefix="$findings/" -dict=tests/fuzz/words.dict -max_len=4096 \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    >"$log" 2>&1; then
    tail -n 60 "$log"
    echo "error: $target found something; $log says all of it" >&2
    exit 1
  fi
  grep -E '^Done|cov:' "$log" | tail -n 2
done
