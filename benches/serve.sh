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

ROUNDS=${ROUNDS:-5}
SECONDS_EACH=${SECONDS_EACH:-4}
CONNECTIONS=32
server= generator=
if [ "${PIN:-yes}" = yes ] && [ "$(nproc)" -gt 1 ] && command -v taskset >/dev/null; then
    server='taskset -c 1' generator='taskset -c 0'
fi

for tool in curl gzip nginx wrk python3; do
    command -v "$tool" >/dev/null || { echo "$tool is not there" >&2; exit 1; }
done
if [ -z "${WEEKAHEAD:-}" ]; then
    WEEKAHEAD=$(cargo build --release --message-format=json |
        sed -n '/"kind":\["bin"\]/s/.*"executable":"\([^"]*\)".*/\1/p' | tail -n 1)
fi
[ -x "$WEEKAHEAD" ] || { echo "the program was not built" >&2; exit 1; }
# 5,000 connections have two ends.
ulimit -n 12000 2>/dev/null || [ "$(ulimit -n)" -ge 6000 ] ||
    { echo "too few descriptors: ulimit -n" >&2; exit 1; }

scratch=$(mktemp -d)
started=
finish() {
    for pid in $started; do
        kill "$pid" 2>/dev/null || true
    done
    for pid in $started; do
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM

client() {
    python3 benches/serve/client.py "$@"
}

# A list of $1 plans, as people write them.
plans() {
    printf 'calendar: {name: Plans, id: bench, timezone: Europe/Oslo}\nplans:\n'
    awk -v count="$1" -v seed="${2:-0}" 'BEGIN {
        for (i = 1; i <= count; i++) {
            printf "  - id: plan%d\n    name: Prepaid %d-%d\n    provider: Provider %d\n", i, seed, i, i
            printf "    number: \"+47 900 %02d %03d\"\n", i % 100, i % 1000
            printf "    renewed: 2026-%02d-%02d\n    validity: 6 months\n", 5 + i % 6, 1 + i % 28
            printf "    grace: 60 days\n    price: %d NOK\n    renewal:\n", 49 + i % 50
            printf "      method: website\n      action: Top up\n"
            printf "      url: https://example.com/top-up/%d\n    check: {dial: \"*100#\"}\n", i
            printf "    support: {call: \"+47 915 09 000\"}\n    notes: Receiving a text does not count.\n"
        }
    }'
}

# Starts ours on what follows; sets `pid` and `port`.
serve() {
    : >"$scratch/greeting"
    $server "$WEEKAHEAD" serve --listen 127.0.0.1:0 --today 2026-10-10 --log-level error \
        --idle-timeout 10m --header-timeout 10m "$@" >"$scratch/greeting" 2>"$scratch/log" &
    pid=$!
    started="$started $pid"
    until grep -q Serving "$scratch/greeting"; do
        kill -0 "$pid" || { cat "$scratch/log" >&2; exit 1; }
        sleep 0.1
    done
    port=$(sed -n 's/.*:\([0-9]*\)\/$/\1/p' "$scratch/greeting")
}

# Ends a server that was started.
end() {
    kill "$1"
    wait "$1" 2>/dev/null || true
    # shellcheck disable=SC2086
    started=$(printf '%s\n' $started | grep -vx "$1" | tr '\n' ' ')
}

# Starts nginx with files in $scratch/files and the directives $1; sets `pid` and `port`.
serve_files() {
    port=$(client port)
    root=$(mktemp -d "$scratch/nginx.XXXXXX")
    {
        [ "$(id -u)" != 0 ] || echo "user $(id -un) $(id -gn);"
        echo "daemon off; pid $root/pid; error_log $root/log; worker_processes 2;"
        echo "events { worker_connections 4096; }"
        echo "http {"
        echo "    types { text/calendar ics; }"
        echo "    access_log off; sendfile on; tcp_nopush on; etag on; gzip_static on;"
        echo "    keepalive_timeout 60s; keepalive_requests 100000000; $1"
        for kind in client_body proxy fastcgi uwsgi scgi; do
            echo "    ${kind}_temp_path $root/$kind;"
        done
        echo "    server { listen 127.0.0.1:$port; root $scratch/files; }"
        echo "}"
    } >"$root/conf"
    $server nginx -e "$root/log" -p "$root" -c "$root/conf" &
    pid=$!
    started="$started $pid"
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        curl -s -o "$scratch/page" "http://127.0.0.1:$port/" && return
        sleep 0.2
    done
    cat "$root/log" >&2
    exit 1
}

# Ticks of the processor that a process and its children have used.
ticks() {
    for process in "$1" $(cat "/proc/$1/task/$1/children"); do
        cat "/proc/$process/stat"
    done | awk '{ sum += $14 + $15 } END { print sum }'
}

# Measures a server: its name, process and port, the feed, the kind of request.
load() {
    url="http://127.0.0.1:$3/$4.ics"
    set -- "$1" "$2" "$4" "$5"
    case $4 in
    plain) header='Accept: */*' ;;
    gzip) header='Accept-Encoding: gzip' ;;
    304) header="If-None-Match: $(curl -sI "$url" | tr -d '\r' | sed -n 's/^[Ee][Tt]ag: //p')" ;;
    esac
    before=$(ticks "$2")
    $generator wrk -t1 -c"$CONNECTIONS" -d"${SECONDS_EACH}s" --latency -H "$header" "$url" >"$scratch/wrk"
    after=$(ticks "$2")
    if grep -E 'Socket errors|Non-2xx' "$scratch/wrk" >&2; then
        exit 1
    fi
    awk -v row="$3:$4" -v side="$1" -v ticks="$((after - before))" -v hertz="$(getconf CLK_TCK)" '
        function milliseconds(text) {
            return text ~ /us$/ ? text / 1000 : text ~ /ms$/ ? text + 0 : text * 1000
        }
        $1 == "99%" { latency = milliseconds($2) }
        $2 == "requests" { requests = $1 }
        $1 == "Requests/sec:" { rate = $2 }
        END { print row, side, ticks / hertz * 1e6 / requests, rate, latency }
    ' "$scratch/wrk" >>"$scratch/runs"
}

# The median table of one measure: its column in the runs, its title, its decimals.
table() {
    printf '\n%-18s%10s%10s%10s%14s%14s\n' "$2" ours nginx tuned ours/nginx ours/tuned
    awk -v column="$1" -v decimals="$3" '
        function median(count,    i, j, value) {
            for (i = 2; i <= count; i++) {
                value = list[i]
                for (j = i - 1; j > 0 && list[j] > value; j--) list[j + 1] = list[j]
                list[j + 1] = value
            }
            return list[int((count + 1) / 2)]
        }
        function middle(row, side, over,    i) {
            for (i = 1; i <= runs[row, side]; i++)
                list[i] = used[row, side, i] / (over == "" ? 1 : used[row, over, i])
            return median(runs[row, side])
        }
        {
            if (!($1 in known)) { known[$1] = 1; rows[++count] = $1 }
            used[$1, $2, ++runs[$1, $2]] = $column
        }
        END {
            for (i = 1; i <= count; i++) {
                row = rows[i]
                name = row
                sub(":", " plans, ", name)
                printf "%-18s", name
                printf "%10." decimals "f%10." decimals "f%10." decimals "f%14.2f%14.2f\n",
                    middle(row, "ours"), middle(row, "nginx"), middle(row, "tuned"),
                    middle(row, "ours", "nginx"), middle(row, "ours", "tuned")
            }
        }' "$scratch/runs"
}

requests() {
    mkdir "$scratch/lists" "$scratch/files"
    for count in 3 100; do
        plans "$count" >"$scratch/lists/$count.yaml"
    done
    serve "$scratch/lists"
    ours=$pid ours_port=$port
    for count in 3 100; do
        for suffix in '' .gz; do
            encoding=identity
            [ -z "$suffix" ] || encoding=gzip
            curl -sf -H "Accept-Encoding: $encoding" -o "$scratch/files/$count.ics$suffix" \
                "http://127.0.0.1:$port/$count.ics"
        done
        gzip -t "$scratch/files/$count.ics.gz"
    done
    serve_files ''
    nginx=$pid nginx_port=$port
    serve_files 'open_file_cache max=10000 inactive=60s; open_file_cache_valid 60s;
        open_file_cache_errors on;'
    tuned=$pid tuned_port=$port
    # A server that sends other bytes is measured at another job.
    for count in 3 100; do
        for other in "$nginx_port" "$tuned_port"; do
            curl -sf "http://127.0.0.1:$other/$count.ics" | cmp - "$scratch/files/$count.ics"
            curl -sf -H 'Accept-Encoding: gzip' "http://127.0.0.1:$other/$count.ics" |
                cmp - "$scratch/files/$count.ics.gz"
        done
    done

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
    table 3 'processor, us' 1
    table 4 'requests/s' 0
    table 5 'p99, ms' 2
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
