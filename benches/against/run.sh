#!/bin/sh
# Compares weekahead with other ways to do the same work, as whole processes: what it costs to
# build a feed, to serve it, to start and to install.
#
#     sh benches/against/run.sh [build] [serve] [start] [memory]
#
# It prints Markdown tables. A cell of ours has the median of the rounds and, in brackets, the
# smallest and the largest value. A cell of another side has its median and, in brackets, what ours
# takes of it: the median of the ratios of single rounds, the smallest and the largest of them.
# Below 1.00, ours takes less. The sides run by turns, since the speed of a machine changes. A side
# whose tool is missing is left out, with a message on standard error.
#
# There are two kinds of lists, from the same plans. With one event a plan, each plan has one date
# with one alarm. With several events a plan, it has notices, overdue days and a grace period, too:
# 7 events on average. Before anything is timed, the feeds of 1,000 plans are compared: each side
# must have our events (feeds.py: days, titles, descriptions, links, alarms). Each feed that is
# timed must have as many events and alarms, on the same days. What the sides leave out, or do
# besides:
#
# - ours: `weekahead build`, built as releases are (`--profile dist`). It checks the file, finds
#   problems with their places, hashes ids to UIDs, writes up to five more lines for each event,
#   and flushes the feed to the disk before it replaces the old one.
# - direct: C with libyaml, which writes the lines itself with stdio (c/direct.c). It checks
#   nothing, has plain UIDs, and holds one plan at a time.
# - libical: the same program, but its events are components of libical (c/libical.c).
# - afternoon: the same work with the crates serde_yaml and icalendar (build/afternoon.rs), built
#   with the same profile. It leaves out what the C programs leave out.
# - js: js-yaml, ical-generator and a script (js/plans.mjs) that leaves out the same.
#   ical-generator needs Node 22; npm only warns about an older one.
# - yaml2ics: knows no expiry, no leads and no alarms. It gets the events of our feed in its own
#   form, so that it only reads and writes them, without the alarms.
# - nginx, tuned (nginx with open_file_cache), h2o, caddy: the same bytes as files, plain and
#   compressed before. They send fewer header fields and count nothing.
# - loop: a loop in C (epoll.c) that writes one fixed answer, which is ours with head and body, and
#   reads nothing of a request but its end. No server can do less.
#
# The sizes of js and yaml2ics are without node and python. The dependencies of ours include those
# of the server and of the other commands, which no side has. Instructions need valgrind; they do
# not depend on what else the machine does.
#
# It needs cargo, a C compiler and python3. The sides need libyaml and libical with their headers
# (Debian: libyaml-dev libical-dev), node and npm, python3 with venv, nginx, h2o and caddy; serving
# needs curl, gzip and wrk. It takes 3 GB of disk, 8 GB of memory and half an hour, or 20 minutes
# if both Rust programs are ready. Of the environment: ROUNDS (5), SECONDS_EACH (2, of a load),
# SIZES (3 100 10000 100000), LIMIT (60, seconds of processor time until a run is given up),
# WEEKAHEAD and AFTERNOON (programs that are ready, so that they are not built), PIN=no (servers
# are not bound to one core).
set -eu
cd "$(dirname "$0")/../.."
here=benches/against

[ "$#" -gt 0 ] || set -- build serve start memory
for part; do
    case $part in
    build | serve | start | memory) ;;
    *) echo "there is no part $part" >&2; exit 2 ;;
    esac
done

for tool in cargo cc python3; do
    command -v "$tool" >/dev/null || { echo "$tool is not there" >&2; exit 1; }
done
. benches/serve/servers.sh
LIMIT=${LIMIT:-60}
# A run that takes more than this many seconds of processor time is not repeated.
SLOW=20
# yaml2ics takes minutes for the events of more plans than this.
YAML2ICS=10000
# The stamp of every side: noon on 5 October 2026, UTC.
export SOURCE_DATE_EPOCH=1791201600
cc -O2 $here/usage.c -o "$scratch/usage"

# Adds a value of a row for a side.
row() {
    printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$scratch/table"
}

# Prints the table of the rows so far: its title, and the sides with ours first.
print_table() {
    printf '\n%s\n' "$1"
    shift
    python3 $here/table.py "$scratch/table" "$@"
    : >"$scratch/table"
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
    if ! "$scratch/usage" "$scratch/used" 1 3600 "$@" >"$scratch/log" 2>&1; then
        cat "$scratch/log" >&2
        return 1
    fi
    row 'cold build: processor, s' "$side" "$(awk '{ print $2 }' "$scratch/used")"
    row 'cold build: clock, s' "$side" "$(awk '{ print $1 }' "$scratch/used")"
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

prepare_ours() {
    # Downloads do not count as a build.
    cargo fetch --quiet --locked
    if [ -z "${WEEKAHEAD:-}" ]; then
        install ours cargo build --quiet --locked --profile dist --target-dir "$scratch/target"
        WEEKAHEAD=$scratch/target/dist/weekahead
    fi
    [ -x "$WEEKAHEAD" ] || { echo "the program was not built" >&2; exit 1; }
    export WEEKAHEAD
}

# A program in C: its side, its writer and the libraries.
prepare_c() {
    side=$1 writer=$2
    shift 2
    if install "$side" cc -O2 $here/c/plans.c "$here/c/$writer" -o "$scratch/$side" "$@"; then
        builders="$builders $side"
        row 'program and its libraries, MiB' "$side" "$(with_libraries "$scratch/$side")"
        row 'dependencies' "$side" "$(libraries "$scratch/$side" | wc -l)"
    else
        missing "$side" "its libraries ($*) or their headers are not there"
    fi
}

prepare_builders() {
    builders=ours
    row 'program and its libraries, MiB' ours "$(mebibytes "$WEEKAHEAD")"
    row 'dependencies' ours "$(crates Cargo.toml)"
    prepare_c direct direct.c -lyaml
    prepare_c libical libical.c -lical -lyaml

    if [ -z "${AFTERNOON:-}" ]; then
        cargo fetch --quiet --locked --manifest-path $here/afternoon/Cargo.toml
        install afternoon cargo build --quiet --locked --profile dist \
            --manifest-path $here/afternoon/Cargo.toml --target-dir "$scratch/afternoon"
        AFTERNOON=$scratch/afternoon/dist/afternoon
    fi
    row 'program and its libraries, MiB' afternoon "$(mebibytes "$AFTERNOON")"
    row 'dependencies' afternoon "$(crates $here/afternoon/Cargo.toml)"
    builders="$builders afternoon"

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
}

# The work of a side as a command of a shell: the lists $LISTS to the feed $FEED.SIDE.ics.
work() {
    case $1 in
    ours) echo '"$WEEKAHEAD" build $LISTS -o "$FEED.ours.ics" --quiet' ;;
    direct | libical) echo "\"\$scratch/$1\" \$LISTS \"\$FEED.$1.ics\"" ;;
    afternoon) echo '"$AFTERNOON" $LISTS "$FEED.afternoon.ics"' ;;
    js) echo 'node "$scratch/js/plans.mjs" $LISTS "$FEED.js.ics"' ;;
    yaml2ics) echo 'sh -c '\''exec "$0" "$1" >"$2"'\'' "$scratch/venv/bin/yaml2ics" "$FEED.events.yaml" \
        "$FEED.yaml2ics.ics"' ;;
    esac
}

# The number of events of a feed, and a checksum of their days.
days() {
    grep -c '^BEGIN:VEVENT' "$1"
    LC_ALL=C grep -a '^DTSTART' "$1" | tr -d '\r' | LC_ALL=C sort | cksum
}

# Fails if the feed of a side has other days or another number of alarms than ours.
alike() {
    [ "$1" != ours ] || return 0
    if [ "$(days "$FEED.$1.ics")" != "$(days "$FEED.ours.ics")" ]; then
        echo "$1: not the days of ours" >&2
        exit 1
    fi
    if [ "$1" != yaml2ics ] && [ "$(grep -c '^BEGIN:VALARM' "$FEED.$1.ics")" != \
        "$(grep -c '^BEGIN:VALARM' "$FEED.ours.ics")" ]; then
        echo "$1: not as many alarms as ours" >&2
        exit 1
    fi
}

# Writes $1 lists of $2 plans with $3 events (one or several), and the events of their feed for the
# side that reads no plans.
prepare() {
    rm -rf "$scratch/plans"
    mkdir "$scratch/plans"
    LISTS= FEED=$scratch/plans/feed file=0
    while [ "$file" -lt "$1" ]; do
        # The texts of our events name the plans file, unless that is `plans.yaml`.
        list=$scratch/plans/plans.yaml
        [ "$1" = 1 ] || list=$scratch/plans/list-$file.yaml
        "$AFTERNOON" list "$3" "$2" "$file" >"$list"
        LISTS="$LISTS $list"
        file=$((file + 1))
    done
    eval "$(work ours)"
    [ "$1" = 1 ] && [ "$2" -le "$YAML2ICS" ] || return 0
    case $builders in
    *yaml2ics*) python3 $here/feeds.py events "$FEED.ours.ics" >"$FEED.events.yaml" ;;
    esac
}

# The sides $2 but for $1.
without() {
    echo "$2" | tr ' ' '\n' | grep -vx "$1" | tr '\n' ' '
}

# Measures the sides $3... on what was prepared: the title of the rows, and how often a short run is
# repeated in a round.
measure() {
    title=$1 repeats=$2
    shift 2
    left=$* round=0
    while [ "$round" -lt "$ROUNDS" ]; do
        for side in $left; do
            runs=$repeats
            case $side in js | yaml2ics) runs=1 ;; esac
            code=0
            eval "\"\$scratch/usage\" \"\$scratch/used\" $runs $LIMIT $(work "$side")" 2>"$scratch/log" || code=$?
            if [ "$code" != 0 ]; then
                # It would fail again.
                left=$(without "$side" "$left")
                reason=fails
                ! grep -q 'out of memory' "$scratch/log" || reason='out of memory'
                [ "$code" != 124 ] || reason="> $LIMIT s"
                echo "$side, $title: $reason" >&2
                for what in 'processor, ms' 'clock, ms' 'peak, MiB'; do
                    row "$title: $what" "$side" "$reason"
                done
                continue
            fi
            [ "$round" != 0 ] || alike "$side"
            read -r clock processor peak <"$scratch/used"
            row "$title: processor, ms" "$side" "$(echo "$processor" | awk '{ print $1 * 1000 }')"
            row "$title: clock, ms" "$side" "$(echo "$clock" | awk '{ print $1 * 1000 }')"
            row "$title: peak, MiB" "$side" "$(echo "$peak" | awk '{ print $1 / 1024 }')"
            if awk -v used="$processor" -v slow="$SLOW" 'BEGIN { exit used <= slow }'; then
                left=$(without "$side" "$left")
            fi
        done
        round=$((round + 1))
    done
}

# What a run takes of a processor, whatever else the machine does.
instructions() {
    has valgrind || { missing instructions 'valgrind is not there'; return 0; }
    for side in $builders; do
        case $side in js | yaml2ics) continue ;; esac
        count=$(eval "valgrind --tool=callgrind --callgrind-out-file=$scratch/callgrind $(work "$side")" 2>&1 |
            sed -n 's/.*refs: *//p' | tr -d ,)
        row "$1: instructions, million" "$side" "$(echo "$count" | awk '{ print $1 / 1e6 }')"
    done
}

build() {
    sides='ours direct libical afternoon js yaml2ics'
    prepare_builders
    # shellcheck disable=SC2086
    print_table 'What a side is' $sides
    for events in one several; do
        prepare 1 1000 "$events"
        for side in $builders; do
            eval "$(work "$side")"
            alarms=
            [ "$side" != yaml2ics ] || alarms=without-alarms
            # shellcheck disable=SC2086
            [ "$side" = ours ] || python3 $here/feeds.py same "$FEED.ours.ics" "$FEED.$side.ics" $alarms
        done
        instructions '1,000 plans'
        for plans in ${SIZES:-3 100 10000 100000}; do
            repeats=1
            [ "$plans" -gt 1000 ] || repeats=50
            [ "$plans" != 10000 ] || repeats=3
            prepare 1 "$plans" "$events"
            sides_now=$builders
            [ "$plans" -le "$YAML2ICS" ] || sides_now=$(without yaml2ics "$builders")
            # shellcheck disable=SC2086
            measure "$(echo "$plans" | sed 's/000$/,000/') plans" "$repeats" $sides_now
        done
        prepare 100 1000 "$events"
        # The others take one file.
        # shellcheck disable=SC2046
        measure '100 files of 1,000 plans, one feed' 1 $(echo "$builders" | grep -ow 'ours\|direct\|libical')
        # shellcheck disable=SC2086
        print_table "Building, lists with $events $([ "$events" = one ] && echo event || echo events) a plan" $sides
    done
    rm -rf "$scratch/plans"
}

# What a program takes to say its version.
start() {
    round=0
    while [ "$round" -lt "$ROUNDS" ]; do
        start_of ours "$WEEKAHEAD" --version
        ! has nginx || start_of nginx nginx -v
        ! has h2o || start_of h2o h2o --version
        ! has caddy || start_of caddy caddy version
        round=$((round + 1))
    done
    print_table 'Start' ours nginx h2o caddy
}

start_of() {
    side=$1
    shift
    "$scratch/usage" "$scratch/used" 100 "$LIMIT" "$@" >"$scratch/log" 2>&1
    row 'version: processor, ms' "$side" "$(awk '{ print $2 * 1000 }' "$scratch/used")"
    row 'version: clock, ms' "$side" "$(awk '{ print $1 * 1000 }' "$scratch/used")"
    row 'version: peak, MiB' "$side" "$(awk '{ print $3 / 1024 }' "$scratch/used")"
}

# Starts h2o with the saved feeds; sets `pid` and `port`.
serve_files_with_h2o() {
    port=$(client port)
    mkdir "$scratch/h2o"
    {
        echo "user: $(id -un)"
        echo 'num-threads: 2'
        echo 'listen: {host: 127.0.0.1, port: '"$port"'}'
        echo 'http1-request-timeout: 60'
        echo 'hosts:'
        echo '  default:'
        echo '    paths:'
        echo '      /: {file.dir: '"$scratch/files"', file.send-compressed: ON}'
    } >"$scratch/h2o/conf"
    $server h2o -c "$scratch/h2o/conf" 2>"$scratch/h2o/log" &
    pid=$!
    started="$started $pid"
    wait_for "$port" "$scratch/h2o/log"
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
memory_of() {
    for process in "$1" $(cat "/proc/$1/task/$1/children"); do
        cat "/proc/$process/smaps_rollup"
    done | awk '$1 == "Pss:" { sum += $2 } END { print sum / 1024 }'
}

serve_all() {
    for tool in curl gzip wrk; do
        has "$tool" || { missing serving "$tool is not there"; return 0; }
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
    if has h2o; then
        serve_files_with_h2o
        h2o=$pid h2o_port=$port
        same_bytes "$h2o_port"
        servers="$servers h2o"
    else
        missing h2o 'it is not there'
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
                load loop "$pid" "$port" "$count" "$kind"
                loop_memory=$(memory_of "$pid")
                end "$pid"
            done
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
        eval "row 'memory after that, MiB' $side \$(memory_of \$$side)"
    done
    row 'memory after that, MiB' loop "$loop_memory"
    row 'program and its libraries, MiB' ours "$(mebibytes "$WEEKAHEAD")"
    for side in nginx h2o caddy; do
        ! has $side || row 'program and its libraries, MiB' $side "$(with_libraries "$(command -v $side)")"
    done
    for side in $servers; do
        eval "end \$$side"
    done
    printf '\nBytes of a feed, plain and gzip:'
    for file in 3.ics 3.ics.gz 100.ics 100.ics.gz; do
        printf ' %s' "$(wc -c <"$scratch/files/$file")"
    done
    echo ' (3 and 100 plans, several events a plan)'
    print_table 'Serving' ours nginx tuned h2o caddy loop
}

: >"$scratch/table"
prepare_ours
for part; do
    case $part in
    build) build ;;
    serve) serve_all ;;
    start) start ;;
    memory) sh benches/serve.sh ;;
    esac
done
