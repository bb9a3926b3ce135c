#!/bin/sh
# Measures `weekahead publish`: 10,000 feeds to a directory and to moto's S3 server, the first run
# and one after a single change; the memory of 100,000 feeds beside that of 1,000; and how long
# making the feeds and pages takes without putting them anywhere. Medians of three rounds; peak
# memory is the highest of all rounds.
#
# It needs cargo and python3; without the store (tests/publish/setup.sh installs it) the rows about
# it are left out, aloud. A program with the feature `publish` that is built already can be named:
# benches/publish.sh PROGRAM. Numbers of feeds are FEEDS (10000) and, for memory, MANY (100000).
set -eu
cd "$(dirname "$0")/.."
if [ $# -gt 0 ]; then
    program=$1
else
    cargo build --release --quiet --features publish
    program=target/release/weekahead
fi
exec python3 - "$program" <<'END'
import os, shutil, statistics, subprocess, sys, tempfile, time

ROUNDS = 3
FEEDS = int(os.environ.get("FEEDS", 10_000))
MANY = int(os.environ.get("MANY", 100_000))
STORE = "target/moto/bin/python"
PLANS = """calendar: {{name: Cards of member {0}, timezone: Europe/Oslo}}
plans:
  - name: Telenor {0}
    provider: Telenor
    number: "+47 900 {1:05}"
    renewed: 2026-10-{2:02}
    validity: 3 months
    grace: 60 days
    price: 49 NOK
    renewal: {{method: website, action: Top up 49 NOK, url: "https://www.telenor.no/kontantkort/"}}
  - {{name: giffgaff {0}, expires: 2027-01-{2:02}}}
  - {{name: Domain {0}, expires: 2027-05-{2:02}, remind: [30d, 7d]}}
"""
program = os.path.abspath(sys.argv[1])
environment = {
    **os.environ,
    "SOURCE_DATE_EPOCH": "1791201600",
    "AWS_ACCESS_KEY_ID": "an-id",
    "AWS_SECRET_ACCESS_KEY": "a-secret",
    "AWS_ALLOW_HTTP": "true",
}


def write(folder, feed, day):
    with open(os.path.join(folder, f"{feed}.yaml"), "w", encoding="utf-8") as file:
        file.write(PLANS.format(feed, feed % 100_000, day))


def plans(count):
    folder = os.path.join(scratch, f"plans-{count}")
    os.mkdir(folder)
    for feed in range(count):
        write(folder, feed, feed % 28 + 1)
    return folder


def publish(folder, to, *more):
    """Seconds on the clock and of the processor, and the peak in MiB."""
    arguments = [program, "publish", folder, "--to", to, "--base", "https://cal.example.org"]
    start = time.monotonic()
    child = subprocess.Popen([*arguments, "--quiet", "--today", "2026-11-23", *more],
                             env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    clock = time.monotonic() - start
    if status:
        sys.exit(f"publish to {to}: status {status}")
    return clock, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def row(name, runs, first=None):
    clock, processor = (statistics.median(run[what] for run in runs) for what in (0, 1))
    peak = max(run[2] for run in runs)
    ratio = f", {clock / first:.3f} of the first" if first else ""
    print(f"{name:44} {clock:8.2f} s, processor {processor:7.2f} s, {peak:6.1f} MiB{ratio}", flush=True)
    return clock


def rounds(name, folder, place):
    first, same, changed = [], [], []
    for number in range(ROUNDS):
        write(folder, 7, 8)
        to = place(number)
        first.append(publish(folder, to))
        same.append(publish(folder, to))
        write(folder, 7, 9)
        changed.append(publish(folder, to))
    of = row(f"{FEEDS} feeds to {name}, first", first)
    row(f"{FEEDS} feeds to {name}, none changed", same, of)
    row(f"{FEEDS} feeds to {name}, one changed", changed, of)
    return of


with tempfile.TemporaryDirectory() as scratch:
    folder = plans(FEEDS)
    made = row("made, and put nowhere", [publish(folder, os.path.join(scratch, "none"), "--dry-run")
                                        for _ in range(ROUNDS)])
    print("beside the first run to a directory: "
          f"{made / rounds('a directory', folder, lambda n: os.path.join(scratch, f'site-{n}')):.2f}")

    if os.path.exists(STORE):
        server = subprocess.Popen([STORE, "tests/publish/server.py"], text=True,
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            environment["AWS_ENDPOINT_URL"] = f"http://{server.stdout.readline().strip()}"
            def bucket(number):
                subprocess.run([STORE, "-c", f"""
import urllib.request
request = urllib.request.Request("{environment['AWS_ENDPOINT_URL']}/bucket-{number}", method="PUT")
request.add_header("Authorization", "AWS4-HMAC-SHA256 Credential=an-id/20261005/us-east-1/s3/"
                   "aws4_request, SignedHeaders=host, Signature=0")
urllib.request.urlopen(request)
"""], check=True)
                return f"s3://bucket-{number}/site"
            of = rounds("moto's S3", folder, bucket)
            print(f"making beside the first run to moto's S3: {made / of:.2f}")
        finally:
            server.stdin.close()
            server.wait()
    else:
        print("LEFT OUT: the object store; tests/publish/setup.sh installs one")
    shutil.rmtree(folder)

    peaks = []
    for count in (1_000, MANY):
        folder = plans(count)
        to = os.path.join(scratch, f"many-{count}")
        runs = [publish(folder, to), publish(folder, to)]
        row(f"{count} feeds to a directory, first", runs[:1])
        row(f"{count} feeds to a directory, none changed", runs[1:])
        peaks.append(max(run[2] for run in runs))
        shutil.rmtree(folder)
        shutil.rmtree(to)
    print(f"peak memory of {MANY} feeds beside that of 1,000: {peaks[1] / peaks[0]:.2f}")
END
