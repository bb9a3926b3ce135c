#!/bin/sh
# Compares weekahead with what one would take instead, as whole processes: what it costs to make a
# feed, to start, to install and to serve. One table comes to standard output; in each cell stands
# the median of the rounds, and behind it in brackets how much ours takes of it: below 1.00 we are
# ahead, but for requests/s. The sides run by turns, and a ratio is the median of the ratios of
# single rounds, since machines drift. A side whose tool is missing is left out aloud.
#
#     sh benches/against/run.sh [build] [serve]
#
# Before anything is timed, each side's feed of 1,000 plans is checked to have our events (feeds.py:
# days, titles, descriptions, links, alarms); each feed that is timed is checked to have as many
# events and alarms, on the same days. What the sides do less, or more:
#
# - ours: `weekahead build`, built as releases are (`--profile dist`). It checks the file, finds
#   problems with their places, hashes ids to UIDs, writes up to five more lines an event,
#   and flushes the file to the disk before it takes its place.
# - afternoon: the job with serde_yaml and icalendar, built with the same profile. No look at whether
#   the file makes sense, plain UIDs, no LAST-MODIFIED, SEQUENCE, RELATED-TO, TRANSP; its dates are
#   read laxly.
# - c: libyaml and libical, -O2 (libical.c), the same little as the afternoon. It is favoured: it
#   holds one plan at a time, and never a calendar.
# - js: js-yaml, ical-generator and a script of ours that counts the days (js/plans.mjs), the same
#   little as the afternoon. ical-generator asks for Node 22; npm warns with an older one.
# - yaml2ics: knows neither expiry nor leads nor alarms. It is given the events of our feed, ready, in
#   its own shape, so that it only reads and writes them; it writes no alarms and a stamp of now.
# - nginx, tuned (nginx with open_file_cache), caddy: the same bytes as files, plain and compressed
#   before; fewer header fields, and nothing counted.
# - epoll: a loop in C (epoll.c) that writes one fixed answer, ours with head and body, and reads
#   nothing of a request but its end. No server can do less.
#
# Where valgrind is there, instructions are counted too: they do not depend on what else the machine
# does. The sizes of js and yaml2ics are without node and python. The crates of ours include those
# of the server and of the other commands, which no side has.
#
# It needs cargo, a C compiler and python3; besides, for the sides: libyaml and libical with their
# headers (Debian: libyaml-dev libical-dev), node and npm, python3 with venv, nginx, caddy; for
# serving curl, gzip and wrk. 3 GB of disk, 8 GB of memory. Without the two slow sides' 100,000
# plans, which are run once, it takes half an hour. Of the environment: ROUNDS (5), SECONDS_EACH (4,
# of a load), SIZES, PATIENCE (900, seconds until a run is given up), WEEKAHEAD and AFTERNOON
# (programs to measure, and not to be built), PIN=no (servers are not bound to one core).
set -eu
cd "$(dirname "$0")/../.."
here=benches/against

[ "$#" -gt 0 ] || set -- build serve
for part; do
    case $part in
    build | serve) ;;
    *) echo "there is no part $part" >&2; exit 2 ;;
    esac
done

for tool in cargo cc python3; do
    command -v "$tool" >/dev/null || { echo "$tool is not there" >&2; exit 1; }
done
. benches/serve/servers.sh
. benches/build/usage.sh
PATIENCE=${PATIENCE:-900}
# More than this many seconds a run: once is enough.
SLOW=60
: >"$scratch/table"
# The stamp of every side: noon on 5 October 2026, UTC.
export SOURCE_DATE_EPOCH=1791201600

# One value of a row for a side.
row() {
    printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$scratch/table"
}

missing() {
    echo "LEFT OUT: $1 ($2)" >&2
}

has() {
    command -v "$1" >/dev/null
}

# Builds or installs a side by a command, and notes what that took.
install() {
    side=$1
    shift
    if ! usage "$scratch/usage" "$@" >"$scratch/log" 2>&1; then
        cat "$scratch/log" >&2
        return 1
    fi
    row 'cold build: processor, s' "$side" "$(awk '{ print $2 + $3 }' "$scratch/usage")"
    row 'cold build: clock, s' "$side" "$(awk '{ print $1 }' "$scratch/usage")"
}

crates() {
    cargo tree --locked --manifest-path "$1" -e normal --prefix none | awk '{ print $1, $2 }' | sort -u | sed 1d | wc -l
}

mebibytes() {
    du -cbL "$@" | awk 'END { printf "%.2f\n", $1 / 1048576 }'
}

# The shared libraries of a program, but for the system's own.
libraries() {
    ldd "$1" | awk '$3 ~ /^\// { print $3 }' |
        grep -vE '/(libc|libm|libpthread|libdl|libgcc_s|libstdc[+][+])[.]so' || true
}

with_libraries() {
    # shellcheck disable=SC2046
    mebibytes "$1" $(libraries "$1")
}

builders=ours
prepare_ours() {
    # Downloads are not counted for what is compiled.
    cargo fetch --quiet --locked
    if [ -z "${WEEKAHEAD:-}" ]; then
        install ours cargo build --quiet --locked --profile dist --target-dir "$scratch/target"
        WEEKAHEAD=$scratch/target/dist/weekahead
    fi
    [ -x "$WEEKAHEAD" ] || { echo "the program was not built" >&2; exit 1; }
}

prepare_builders() {
    row 'program and its libraries, MiB' ours "$(mebibytes "$WEEKAHEAD")"
    row 'dependencies' ours "$(crates Cargo.toml)"

    if [ -z "${AFTERNOON:-}" ]; then
        cargo fetch --quiet --locked --manifest-path $here/afternoon/Cargo.toml
        install afternoon cargo build --quiet --locked --profile dist \
            --manifest-path $here/afternoon/Cargo.toml --target-dir "$scratch/afternoon"
        AFTERNOON=$scratch/afternoon/dist/afternoon
    fi
    row 'program and its libraries, MiB' afternoon "$(mebibytes "$AFTERNOON")"
    row 'dependencies' afternoon "$(crates $here/afternoon/Cargo.toml)"
    builders="$builders afternoon"

    if install c cc -O2 $here/libical.c -o "$scratch/libical" -lical -lyaml; then
        builders="$builders c"
        row 'program and its libraries, MiB' c "$(with_libraries "$scratch/libical")"
        row 'dependencies' c "$(libraries "$scratch/libical" | wc -l)"
    else
        missing c 'libyaml and libical, or their headers, are not there'
    fi

    if ! has npm || ! has node; then
        missing js 'node or npm is not there'
    else
        mkdir "$scratch/js"
        cp $here/js/package.json $here/js/package-lock.json $here/js/plans.mjs "$scratch/js"
        if install js npm ci --prefix "$scratch/js" --ignore-scripts --no-audit --no-fund \
            --cache "$scratch/npm"; then
            builders="$builders js"
            row 'program and its libraries, MiB' js "$(mebibytes "$scratch/js")"
            row 'dependencies' js "$(grep -c '"node_modules/' $here/js/package-lock.json)"
        else
            missing js 'npm ci failed'
        fi
    fi

    if python3 -c 'import ensurepip, venv' 2>/dev/null && install yaml2ics sh -c '
        python3 -m venv "$0" &&
        "$0/bin/pip" install --quiet --no-cache-dir --disable-pip-version-check -r "$1"' \
        "$scratch/venv" $here/yaml2ics/requirements.txt; then
        builders="$builders yaml2ics"
        packages=$("$scratch/venv/bin/python" -c 'import site; print(site.getsitepackages()[0])')
        rest=$(find "$packages" -mindepth 1 -maxdepth 1 ! -name 'pip*' ! -name 'setuptools*' ! -name '_distutils*' \
            ! -name 'pkg_resources')
        # shellcheck disable=SC2086
        row 'program and its libraries, MiB' yaml2ics "$(mebibytes $rest)"
        row 'dependencies' yaml2ics "$(grep -c == $here/yaml2ics/requirements.txt)"
    else
        missing yaml2ics 'it could not be installed with venv and pip'
    fi
    SCRATCH=$scratch
}

# The job of a side, a list to its feed, as a command of a shell.
job() {
    case $1 in
    ours) echo '"$WEEKAHEAD" build "$LIST.yaml" -o "$LIST.ours.ics" --quiet' ;;
    afternoon) echo '"$AFTERNOON" "$LIST.yaml" "$LIST.afternoon.ics"' ;;
    c) echo '"$SCRATCH/libical" "$LIST.yaml" "$LIST.c.ics"' ;;
    js) echo 'node "$SCRATCH/js/plans.mjs" "$LIST.yaml" "$LIST.js.ics"' ;;
    yaml2ics) echo '"$SCRATCH/venv/bin/yaml2ics" "$LIST.events.yaml" >"$LIST.yaml2ics.ics"' ;;
    esac
}

# Runs a job $2 times under $1, which is empty or notes something about it.
run() {
    # shellcheck disable=SC2016
    $1 timeout "$PATIENCE" sh -c '
        left=$1
        while [ "$left" -gt 0 ]; do
            eval "$0" || exit
            left=$((left - 1))
        done' "$(job "$side")" "$2" 2>"$scratch/log"
}

# Days of a feed's events and how many of them there are.
days() {
    grep -c '^BEGIN:VEVENT' "$1"
    LC_ALL=C grep -a '^DTSTART' "$1" | tr -d '\r' | LC_ALL=C sort | cksum
}

# Checks the feed of a side of the list $LIST, as long as it may be.
alike() {
    [ "$side" != ours ] || return 0
    if [ "$(days "$LIST.$side.ics")" != "$(days "$LIST.ours.ics")" ]; then
        echo "$side: not the days of ours" >&2
        exit 1
    fi
    if [ "$side" != yaml2ics ] && [ "$(grep -c '^BEGIN:VALARM' "$LIST.$side.ics")" != \
        "$(grep -c '^BEGIN:VALARM' "$LIST.ours.ics")" ]; then
        echo "$side: not as many alarms as ours" >&2
        exit 1
    fi
}

# Writes the list of $1 plans, and the events of its feed for those that read no plans.
prepare() {
    # A command in an event names its plans file, unless that is `plans.yaml`.
    LIST=$scratch/plans/$1/plans
    mkdir -p "$scratch/plans/$1"
    "$AFTERNOON" "$1" >"$LIST.yaml"
    side=ours
    run '' 1
    case $builders in
    *yaml2ics*) python3 $here/feeds.py events "$LIST.ours.ics" >"$LIST.events.yaml" ;;
    esac
}

build() {
    prepare_builders
    export WEEKAHEAD AFTERNOON LIST SCRATCH
    prepare 1000
    for side in $builders; do
        run '' 1
        without=
        [ "$side" != yaml2ics ] || without=without-alarms
        # shellcheck disable=SC2086
        [ "$side" = ours ] || python3 $here/feeds.py same "$LIST.ours.ics" "$LIST.$side.ics" $without
    done
    rm -f "$LIST".*

    for plans in ${SIZES:-3 100 10000 100000}; do
        prepare "$plans"
        left="$builders" round=0
        while [ "$round" -lt "$ROUNDS" ]; do
            for side in $left; do
                case $side:$plans in
                ours:? | afternoon:? | c:? | ours:??? | afternoon:??? | c:???) repeats=50 ;;
                ours:????? | afternoon:????? | c:?????) repeats=3 ;;
                *) repeats=1 ;;
                esac
                title=$(echo "$plans" | sed 's/000$/,000/')
                if ! run "usage $scratch/usage" "$repeats"; then
                    # A run that ends badly ends so each time.
                    left=$(echo "$left" | sed "s/ $side//")
                    reason=fails
                    ! grep -q 'out of memory' "$scratch/log" || reason='out of memory'
                    ! tail -n 1 "$scratch/usage" | awk -v most="$PATIENCE" '{ exit $1 < most }' ||
                        reason="> $PATIENCE s"
                    echo "$side, $plans plans: $reason" >&2
                    for what in 'processor, ms' 'clock, ms' 'peak, MiB'; do
                        row "$title plans: $what" "$side" "$reason"
                    done
                    continue
                fi
                [ "$round" != 0 ] || alike
                # shellcheck disable=SC2046
                set -- $(tail -n 1 "$scratch/usage")
                row "$title plans: processor, ms" "$side" "$(echo "$2 $3 $repeats" | awk '{ print ($1 + $2) / $3 * 1000 }')"
                row "$title plans: clock, ms" "$side" "$(echo "$1 $repeats" | awk '{ print $1 / $2 * 1000 }')"
                row "$title plans: peak, MiB" "$side" "$(echo "$4" | awk '{ print $1 / 1024 }')"
                ! awk -v clock="$1" -v slow="$SLOW" 'BEGIN { exit clock <= slow }' ||
                    left=$(echo "$left" | sed "s/ $side//")
            done
            round=$((round + 1))
        done
        if [ "$plans" -gt 3 ] && [ "$plans" -lt 100000 ]; then
            instructions "$title"
        fi
        rm -f "$LIST".*
    done
}

# What a job takes of a processor, whatever else the machine does.
instructions() {
    if ! has valgrind; then
        missing instructions 'valgrind is not there'
        return
    fi
    for side in ours afternoon c; do
        case $builders in
        *$side*) ;;
        *) continue ;;
        esac
        count=$(eval "valgrind --tool=callgrind --callgrind-out-file=$scratch/callgrind $(job "$side")" 2>&1 |
            sed -n 's/.*refs: *//p' | tr -d ,)
        row "$1 plans: instructions, million" "$side" "$(echo "$count" | awk '{ print $1 / 1e6 }')"
    done
}

# What a program takes to say its version, twenty times.
start_up() {
    side=$1
    shift
    usage "$scratch/usage" sh -c '
        left=20
        while [ "$left" -gt 0 ]; do
            "$@" >/dev/null 2>&1 || exit
            left=$((left - 1))
        done' sh "$@"
    row 'start-up (version): processor, ms' "$side" "$(awk '{ print ($2 + $3) / 20 * 1000 }' "$scratch/usage")"
}

# Starts Caddy with the saved feeds; sets `pid` and `port`.
serve_files_with_caddy() {
    port=$(client port)
    mkdir "$scratch/caddy"
    {
        echo '{'
        echo '    admin off'
        echo '    auto_https off'
        echo '}'
        echo "http://127.0.0.1:$port {"
        echo "    root * $scratch/files"
        echo '    file_server { '
        echo '        precompressed gzip'
        echo '    }'
        echo '}'
    } >"$scratch/caddy/Caddyfile"
    HOME=$scratch/caddy XDG_DATA_HOME=$scratch/caddy XDG_CONFIG_HOME=$scratch/caddy $server \
        caddy run --config "$scratch/caddy/Caddyfile" --adapter caddyfile 2>"$scratch/caddy/log" &
    pid=$!
    started="$started $pid"
    wait_for "$port" "$scratch/caddy/log"
}

# Starts the loop that answers as ours does to a kind of request for a feed; sets `pid` and `port`.
serve_answer() {
    url=http://127.0.0.1:$ours_port/$1.ics
    curl -s --raw -i -H "$(header "$2" "$url")" -o "$scratch/answer" "$url"
    : >"$scratch/port"
    $server "$scratch/epoll" "$scratch/answer" >>"$scratch/port" &
    pid=$!
    started="$started $pid"
    until [ -s "$scratch/port" ]; do
        kill -0 "$pid"
        sleep 0.1
    done
    port=$(cat "$scratch/port")
}

# The memory of a process and its children, each page counted once.
memory() {
    for process in "$1" $(cat "/proc/$1/task/$1/children"); do
        cat "/proc/$process/smaps_rollup"
    done | awk '$1 == "Pss:" { sum += $2 } END { print sum / 1024 }'
}

serve_all() {
    for tool in curl gzip wrk python3; do
        has "$tool" || { missing serving "$tool is not there"; return; }
    done
    serve_saved
    ours=$pid ours_port=$port
    servers=ours
    if has nginx; then
        serve_files ''
        nginx=$pid nginx_port=$port
        serve_files 'open_file_cache max=10000 inactive=60s; open_file_cache_valid 60s;
            open_file_cache_errors on;'
        tuned=$pid tuned_port=$port
        same_bytes "$nginx_port" "$tuned_port"
        servers="$servers nginx tuned"
    else
        missing nginx 'it is not there'
    fi
    if has caddy; then
        serve_files_with_caddy
        caddy=$pid caddy_port=$port
        same_bytes "$caddy_port"
        servers="$servers caddy"
    else
        missing caddy 'it is not there'
    fi
    cc -O2 $here/epoll.c -o "$scratch/epoll"

    : >"$scratch/runs"
    round=0
    while [ "$round" -lt "$ROUNDS" ]; do
        for count in 3 100; do
            for kind in plain gzip 304; do
                for side in $servers; do
                    eval "load $side \$$side \$${side}_port $count $kind"
                done
                serve_answer "$count" "$kind"
                load epoll "$pid" "$port" "$count" "$kind"
                epoll_memory=$(memory "$pid")
                end "$pid"
            done
        done
        for side in $servers; do
            case $side in
            ours) start_up ours "$WEEKAHEAD" --version ;;
            nginx) start_up nginx nginx -v ;;
            caddy) start_up caddy caddy version ;;
            esac
        done
        round=$((round + 1))
    done
    for measure in '3 processor, us' '4 requests/s' '5 p99, ms'; do
        awk -v column="${measure%% *}" -v title="${measure#* }" '{
            sub(":", " plans, ", $1)
            printf "%s: %s\t%s\t%s\n", $1, title, $2, $column
        }' FS=' ' "$scratch/runs" >>"$scratch/table"
    done
    for side in $servers; do
        eval "row 'memory after that, MiB' $side \$(memory \$$side)"
    done
    row 'memory after that, MiB' epoll "$epoll_memory"
    row 'program and its libraries, MiB' ours "$(mebibytes "$WEEKAHEAD")"
    ! has nginx || row 'program and its libraries, MiB' nginx "$(with_libraries "$(command -v nginx)")"
    ! has caddy || row 'program and its libraries, MiB' caddy "$(with_libraries "$(command -v caddy)")"
    for side in $servers; do
        eval "end \$$side"
    done
}

prepare_ours
for part; do
    case $part in
    build)
        build
        python3 $here/table.py "$scratch/table" ours afternoon c js yaml2ics
        ;;
    serve)
        : >"$scratch/table"
        serve_all
        python3 $here/table.py "$scratch/table" ours nginx tuned caddy epoll
        ;;
    esac
done
