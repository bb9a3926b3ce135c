#!/bin/sh
# Compares `weekahead serve` with nginx, which serves the same bytes as files: processor time of a
# request (user and system, all processes of a server), requests in a second, the 99th percentile
# of latency. nginx is there twice: as it comes, and tuned with open_file_cache. It sends fewer
# header fields than we do and counts nothing; that is in its favour. The three run by turns; each
# number is the median of the rounds, each ratio the median of the ratios of single rounds, since
# machines drift. Then what ours holds in memory, and how soon a change is served.
#
# It needs cargo, curl, gzip, nginx with gzip_static, wrk and python3 on Linux, and 400 MB of
# disk. What each part is measured against is said where it is printed; nothing is asserted.
#
#     sh benches/serve.sh [requests] [memory] [change]
#
# The servers run on one core and wrk on another, where there are two: otherwise the scheduler
# decides more of what a request costs than any server does. PIN=no lets it.
#
# ROUNDS and SECONDS_EACH of the environment shorten it, WEEKAHEAD is another program to measure.
set -eu
cd "$(dirname "$0")/.."

for tool in curl gzip nginx wrk python3; do
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

requests() {
    serve_saved
    ours=$pid ours_port=$port
    serve_files ''
    nginx=$pid nginx_port=$port
    serve_files 'open_file_cache max=10000 inactive=60s; open_file_cache_valid 60s;
        open_file_cache_errors on;'
    tuned=$pid tuned_port=$port
    same_bytes "$nginx_port" "$tuned_port"

    : >"$scratch/runs"
    round=0
    while [ "$round" -lt "$ROUNDS" ]; do
        for count in 3 100; do
            for kind in plain gzip 304; do
                load ours "$ours" "$ours_port" "$count" "$kind"
                load nginx "$nginx" "$nginx_port" "$count" "$kind"
                load tuned "$tuned" "$tuned_port" "$count" "$kind"
            done
        done
        round=$((round + 1))
    done
    for process in "$ours" "$nginx" "$tuned"; do
        end "$process"
    done
    printf 'bytes, plain and gzip:'
    for file in 3.ics 3.ics.gz 100.ics 100.ics.gz; do
        printf ' %s' "$(wc -c <"$scratch/files/$file")"
    done
    printf '\ngoals: 0.60 of nginx and 1.00 of tuned; above 1.00; at most 1.00\n'
    table 3 'processor, us' 1 ours nginx tuned
    table 4 'requests/s' 0 ours nginx tuned
    table 5 'p99, ms' 2 ours nginx tuned
}

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

[ "$#" -gt 0 ] || set -- requests memory change
for part; do
    case $part in
    requests | memory | change) "$part" ;;
    *) echo "there is no part $part" >&2; exit 2 ;;
    esac
done
