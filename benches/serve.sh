#!/bin/sh
# Measures what `weekahead serve` holds in memory, and how soon a changed file is served.
# `benches/against/run.sh serve` measures what a request costs.
#
#     sh benches/serve.sh [memory] [change]
#
# It needs cargo, curl, wrk and python3 on Linux, and 400 MB of disk. It prints the goals beside the
# measured values, but does not check them. Of the environment: ROUNDS (5, of changes), WEEKAHEAD (a
# program to measure, so that none is built).
set -eu
cd "$(dirname "$0")/.."

for tool in curl wrk python3; do
    command -v "$tool" >/dev/null || { echo "$tool is not there" >&2; exit 1; }
done
if [ -z "${WEEKAHEAD:-}" ]; then
    WEEKAHEAD=$(cargo build --release --message-format=json |
        sed -n '/"kind":\["bin"\]/s/.*"executable":"\([^"]*\)".*/\1/p' | tail -n 1)
fi
[ -x "$WEEKAHEAD" ] || { echo "the program was not built" >&2; exit 1; }
. benches/serve/servers.sh
# 5,000 connections have two ends.
ulimit -n 12000 2>/dev/null || [ "$(ulimit -n)" -ge 6000 ] ||
    { echo "too few descriptors: ulimit -n" >&2; exit 1; }

# A line of the memory of a process: all, and what is its own.
resident() {
    awk -v title="$2" '
        $1 == "VmRSS:" { all = $2 }
        $1 == "RssAnon:" { own = $2 }
        END { printf "%-44s%8.1f MiB, anonymous %8.1f\n", title, all / 1024, own / 1024 }
    ' "/proc/$1/status"
}

many() {
    mkdir "$scratch/many"
    number=1
    while [ "$number" -le 10000 ]; do
        plans 3 "$number" >"$scratch/many/list$number.yaml"
        number=$((number + 1))
    done
}

memory() {
    printf '\nresident memory\n'
    serve plans.example.yaml
    for path in plans.example.ics plans.example healthz ''; do
        curl -sf --compressed -o "$scratch/page" "http://127.0.0.1:$port/$path"
    done
    wrk -t1 -c32 -d1s "http://127.0.0.1:$port/plans.example.ics" >"$scratch/wrk"
    resident "$pid" 'the example, after requests (goal 10)'
    client hold "$port" 5000 "$pid" /plans.example.ics '5,000 idle after a request (goal 64)'
    end "$pid"
    serve plans.example.yaml
    client hold "$port" 5000 "$pid" '' '5,000 that said nothing (goal 64)'
    end "$pid"

    # A kilobyte or so of each event: enough plans for 12 MB.
    plans 2600 >"$scratch/large.yaml"
    serve "$scratch/large.yaml"
    size=$(curl -sf "http://127.0.0.1:$port/large.ics" | wc -c)
    echo "a feed of $size bytes"
    client slow "$port" 1 "$pid" /large.ics '1 slow reader'
    client slow "$port" 60 "$pid" /large.ics '60 slow readers (goal: no more)'
    end "$pid"

    [ -d "$scratch/many" ] || many
    metrics=$(client port)
    serve --metrics "127.0.0.1:$metrics" "$scratch/many"
    resident "$pid" '10,000 feeds of 3 plans'
    bytes=$(curl -sf "http://127.0.0.1:$metrics/metrics" |
        sed -n 's/^weekahead_feed_bytes \([0-9]*\)$/\1/p')
    awk -v bytes="$bytes" '$1 == "VmRSS:" {
        printf "  their bytes, plain and gzip: %.1f MiB; memory by bytes (goal 1.5): %.2f\n",
            bytes / 1048576, $2 * 1024 / bytes
    }' "/proc/$pid/status"
    end "$pid"
}

change() {
    printf '\none of 10,000 files is written: until it is served (goal 1 s)\n'
    [ -d "$scratch/many" ] || many
    serve "$scratch/many"
    client change "$port" "$scratch/many" "$ROUNDS"
    resident "$pid" '10,000 feeds of 3 plans, after changes'
    end "$pid"
}

[ "$#" -gt 0 ] || set -- memory change
for part; do
    case $part in
    memory | change) "$part" ;;
    *) echo "there is no part $part" >&2; exit 2 ;;
    esac
done
