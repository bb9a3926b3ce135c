#!/bin/sh
# Compares weekahead with the afternoon version of the same job (benches/build/afternoon.rs), as
# whole processes that read plans files and write a feed for each: processor time (user and
# system), time on the clock, peak resident memory. The two sides run by turns; each number is the
# median of five runs. A short job is repeated within a run, as a new process each time, and the
# mean of them counts.
#
# It needs cargo, awk and either GNU time or python3, 1 GB of disk and 4 GB of memory. Measured
# with python3, the peak of a small job is the interpreter's own.
set -eu
cd "$(dirname "$0")/.."

ROUNDS=5

binary=$(cargo bench --bench build --no-run --message-format=json |
    sed -n '/"kind":\["bench"\]/s/.*"executable":"\([^"]*\)".*/\1/p' | tail -n 1)
[ -x "$binary" ] || { echo "the benchmark was not built" >&2; exit 1; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
export TMPDIR="$scratch"

. benches/build/usage.sh

# One run of a side: its job, repeated.
run() {
    usage "$scratch/usage" env "WEEKAHEAD_MEASURE=$1" sh -c '
        left=$1
        while [ "$left" -gt 0 ]; do
            "$0" || exit
            left=$((left - 1))
        done' "$binary" "$repeats"
    echo "$1 $repeats $(cat "$scratch/usage")" >>"$scratch/runs"
}

printf '%-19s%28s%28s%28s\n' '' 'processor, ms' 'clock, ms' 'peak, MiB'
printf '%-19s' 'files x plans'
for _ in 1 2 3; do
    printf '%9s%11s%8s' ours afternoon ratio
done
printf '\n'

# Files, plans in each, repeats.
for job in '1 100 100' '1 10000 5' '1 100000 1' '100 1000 1'; do
    # shellcheck disable=SC2086
    set -- $job
    repeats=$3
    export WEEKAHEAD_FILES="$1" WEEKAHEAD_PLANS="$2"
    WEEKAHEAD_MEASURE=prepare "$binary"
    : >"$scratch/runs"
    round=0
    while [ "$round" -lt "$ROUNDS" ]; do
        run ours
        run afternoon
        round=$((round + 1))
    done
    awk -v name="$1 x $2" '
        function median(side, what,    values, count, i, j, value) {
            count = runs[side]
            for (i = 1; i <= count; i++) {
                value = used[side, what, i]
                for (j = i - 1; j > 0 && values[j] > value; j--) values[j + 1] = values[j]
                values[j + 1] = value
            }
            return values[int((count + 1) / 2)]
        }
        {
            run = ++runs[$1]
            used[$1, "processor", run] = ($4 + $5) / $2 * 1000
            used[$1, "clock", run] = $3 / $2 * 1000
            used[$1, "peak", run] = $6 / 1024
        }
        END {
            printf "%-19s", name
            split("processor clock peak", whats, " ")
            for (i = 1; i <= 3; i++) {
                ours = median("ours", whats[i])
                theirs = median("afternoon", whats[i])
                printf "%9.1f%11.1f%8.2f", ours, theirs, ours / theirs
            }
            printf "\n"
        }' "$scratch/runs"
    rm -rf "$scratch/weekahead-$1-$2"
done
