# Servers on this machine and what a request costs them, for the scripts that measure them: they
# source this file in the project's folder, with WEEKAHEAD naming the program. A server has one core
# and wrk another, where there are two.

ROUNDS=${ROUNDS:-5}
SECONDS_EACH=${SECONDS_EACH:-2}
CONNECTIONS=32
server= generator=
if [ "${PIN:-yes}" = yes ] && [ "$(nproc)" -gt 1 ] && command -v taskset >/dev/null; then
    server='taskset -c 1' generator='taskset -c 0'
fi

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

# Starts ours on lists of 3 and of 100 plans, and saves its feeds, plain and gzip, in $scratch/files
# for the servers of files.
serve_saved() {
    mkdir "$scratch/lists" "$scratch/files"
    for count in 3 100; do
        plans "$count" >"$scratch/lists/$count.yaml"
    done
    serve "$scratch/lists"
    for count in 3 100; do
        for suffix in '' .gz; do
            encoding=identity
            [ -z "$suffix" ] || encoding=gzip
            curl -sf -H "Accept-Encoding: $encoding" -o "$scratch/files/$count.ics$suffix" \
                "http://127.0.0.1:$port/$count.ics"
        done
        gzip -t "$scratch/files/$count.ics.gz"
    done
}

# Ends a server that was started.
end() {
    kill "$1"
    wait "$1" 2>/dev/null || true
    # shellcheck disable=SC2086
    started=$(printf '%s\n' $started | grep -vx "$1" | tr '\n' ' ')
}

# Waits until a server answers on the port $1; $2 is its log.
wait_for() {
    tries=0
    while [ "$tries" -lt 50 ]; do
        ! curl -s -o "$scratch/page" "http://127.0.0.1:$1/" || return 0
        sleep 0.2
        tries=$((tries + 1))
    done
    cat "$2" >&2
    exit 1
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
    wait_for "$port" "$root/log"
}

# Fails unless the servers on these ports send the feeds as they were saved: a server that sends
# other bytes is measured at another job.
same_bytes() {
    for other; do
        for count in 3 100; do
            curl -sf "http://127.0.0.1:$other/$count.ics" | cmp - "$scratch/files/$count.ics"
            curl -sf -H 'Accept-Encoding: gzip' "http://127.0.0.1:$other/$count.ics" |
                cmp - "$scratch/files/$count.ics.gz"
        done
    done
}

# Ticks of the processor that a process and its children have used.
ticks() {
    for process in "$1" $(cat "/proc/$1/task/$1/children"); do
        cat "/proc/$process/stat"
    done | awk '{ sum += $14 + $15 } END { print sum }'
}

# The header field of a kind of request for a URL.
header() {
    case $1 in
    plain) echo 'Accept: */*' ;;
    gzip) echo 'Accept-Encoding: gzip' ;;
    304) echo "If-None-Match: $(curl -sI "$2" | tr -d '\r' | sed -n 's/^[Ee][Tt]ag: //p')" ;;
    esac
}

# Measures a server: its name, process and port, the feed, the kind of request.
load() {
    url="http://127.0.0.1:$3/$4.ics"
    set -- "$1" "$2" "$4" "$5"
    field=$(header "$4" "$url")
    before=$(ticks "$2")
    $generator wrk -t1 -c"$CONNECTIONS" -d"${SECONDS_EACH}s" --latency -H "$field" "$url" >"$scratch/wrk"
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
