# Whole processes and what they use: sourced by the scripts that measure them.

# Runs a command with its usage written to the file $1: seconds on the clock, of the processor as
# user, as system; peak in KiB.
if /usr/bin/time -f %M true 2>/dev/null; then
    usage() {
        to=$1
        shift
        /usr/bin/time -o "$to" -f '%e %U %S %M' "$@"
    }
elif command -v python3 >/dev/null; then
    usage() {
        python3 -c '
import resource, subprocess, sys, time
start = time.monotonic()
code = subprocess.call(sys.argv[2:])
clock = time.monotonic() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
peak = used.ru_maxrss // (1024 if sys.platform == "darwin" else 1)
with open(sys.argv[1], "w") as file:
    print(clock, used.ru_utime, used.ru_stime, peak, file=file)
sys.exit(code)' "$@"
    }
else
    echo "neither GNU time nor python3 is there" >&2
    exit 1
fi
