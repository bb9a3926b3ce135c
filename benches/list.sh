#!/bin/sh
# Compares `weekahead list` with `weekahead check` of the same 10,000 plans, as whole processes that
# run by turns: processor time (user and system) and time on the clock, medians of five runs. It
# fails where `list` takes more than 1.2 times of what `check` takes.
#
# It needs cargo and python3. A program that is built already can be named: benches/list.sh PROGRAM.
set -eu
cd "$(dirname "$0")/.."
if [ $# -gt 0 ]; then
    program=$1
else
    cargo build --release --quiet
    program=target/release/weekahead
fi
exec python3 - "$program" <<'END'
import datetime, os, resource, statistics, subprocess, sys, tempfile, time

PLAN = """- id: p{0}
  name: Plan {0} 保号卡
  provider: Telenor
  number: "+47 900 {0:05}"
  renewed: {1}
  validity: 3 months
  grace: 60 days
  price: {2} NOK
  renewal: {{method: website, action: Top up 49 NOK, url: "https://www.telenor.no/kontantkort/"}}
  check: {{dial: "*100#"}}
  remind: [14d, 7d, 1d]
  tags: [family]
"""
first = datetime.date(2026, 6, 1)
day = lambda index: first + datetime.timedelta(days=index % 180)

def used(arguments):
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    code = subprocess.call([sys.argv[1], *arguments], stdout=subprocess.DEVNULL)
    clock, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if code:
        sys.exit(f"{arguments}: exit code {code}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, clock

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "plans.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(PLAN.format(index, day(index), index % 90 + 1) for index in range(10_000))
    jobs = {name: [*name.split(), path, "--today", "2026-11-23"] for name in ("check", "list", "list --json")}
    runs = {name: [] for name in jobs}
    for _ in range(5):
        for name, arguments in jobs.items():
            runs[name].append(used(arguments))
medians = {name: [statistics.median(run[what] for run in of) for what in (0, 1)] for name, of in runs.items()}
for name, (processor, clock) in medians.items():
    ratio = processor / medians["check"][0]
    print(f"{name:12} processor {processor * 1000:6.0f} ms, clock {clock * 1000:6.0f} ms, {ratio:.2f} of check")
sys.exit(medians["list"][0] > 1.2 * medians["check"][0])
END
