"""Real readers of calendars on the feeds that weekahead makes: readers.py PATH-OF-WEEKAHEAD FOLDER

Each reader is a program of its own that makes a line of JSON of each feed. All of them have to see
the same events and alarm times, and those have to be what the plans files ask for, as worked out in
expected.py.
"""

import datetime as dt
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from expected import WORDS, events, nothing
from lists import TODAYS, lists

PROGRAM, FOLDER = sys.argv[1], Path(sys.argv[2])
HERE = Path(__file__).parent
GOLDEN = HERE.parent / "integration/golden"
EXAMPLE = HERE.parent.parent / "plans.example.yaml"
# What the golden feeds are made with.
EPOCH, TODAY = 1_791_201_600, "2026-11-23"
COUNT = int(os.environ.get("WEEKAHEAD_READERS_LISTS", "3000"))
SEED = int(os.environ.get("WEEKAHEAD_READERS_SEED", "1"))
PLAN = {"name": "A", "expires": "2027-01-31"}
FORMAT = int((GOLDEN / "format").read_text().split()[0])
STAMP = dt.datetime.fromtimestamp(EPOCH + FORMAT, dt.timezone.utc)

failures = []


def fail(what):
    failures.append(what)
    if len(failures) <= 20:
        print(f"FAILED: {what}", file=sys.stderr)


def run(*command, **more):
    """What a command writes, which must succeed."""
    done = subprocess.run(command, capture_output=True, text=True, **more)
    if done.returncode:
        sys.exit(f"FAILED: {' '.join(map(str, command))[:200]}\n{done.stderr}")
    return done.stdout


def weekahead(*arguments):
    environment = {"PATH": os.environ["PATH"], "SOURCE_DATE_EPOCH": str(EPOCH), "TZ": "UTC"}
    return run(PROGRAM, *arguments, env=environment, cwd=FOLDER)


def readers():
    """The programs, by their names."""
    return {
        "icalendar": [sys.executable, HERE / "python_icalendar.py"],
        "Home Assistant's ical": [sys.executable, HERE / "home_assistant.py"],
        "ical.js": ["node", FOLDER / "ical_js.mjs"],
        "libical": [FOLDER / "libical"],
    }


def golden():
    """The golden feeds, each with the events of its plans file."""
    for feed in sorted(GOLDEN.glob("*.ics")):
        plans = EXAMPLE if feed.stem == "example" else feed.with_suffix(".yaml")
        data = yaml.safe_load(plans.read_text())
        yield feed, events(data, plans.stem, int(TODAY[:4]), STAMP)


def generated():
    """The feeds of generated lists, each with its events, its list and its day."""
    for today in TODAYS:
        (FOLDER / today).mkdir()
    made = lists(COUNT, SEED)
    for number, (data, today) in enumerate(made):
        # JSON is YAML.
        text = json.dumps(data, ensure_ascii=False)
        (FOLDER / today / f"list{number:03}.yaml").write_text(text, newline="")
    for today in TODAYS:
        (FOLDER / f"{today}.feeds").mkdir()
        weekahead("build", today, "-o", f"{today}.feeds", "--today", today, "--quiet")
    for number, (data, today) in enumerate(made):
        stem = f"list{number:03}"
        yield FOLDER / f"{today}.feeds/{stem}.ics", events(data, stem, int(today[:4]), STAMP), data, today


def reminders():
    """Test reminders, made now: each rings ten minutes later, five before its event."""
    for language, words in WORDS.items():
        name = "A; \"B\", 漢字 👍 " * 9 + "C"
        plans = {"calendar": {"language": language, "name": name}, "plans": [PLAN]}
        (FOLDER / "reminder.yaml").write_text(json.dumps(plans, ensure_ascii=False))
        feed = FOLDER / f"reminder-{language}.ics"
        earliest = dt.datetime.now(dt.timezone.utc).replace(microsecond=0)
        text = weekahead("url", "reminder.yaml", "--test")
        feed.write_text(text, newline="")
        made = dt.datetime.strptime(re.search(r"DTSTAMP:(\w+)", text).group(1), "%Y%m%dT%H%M%S%z")
        if not earliest <= made <= dt.datetime.now(dt.timezone.utc):
            fail(f"{feed.name}: made at {made}")
        after = lambda minutes: f"{made + dt.timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"
        title = words.test.format(name)
        yield feed, [{
            "summary": title,
            "start": after(15),
            "end": after(30),
            "transparency": "TRANSPARENT",
            "alarms": [{"rings": after(10), "text": title}],
        }]


def differences(found, wanted):
    """Where two lists of events differ: the first event and its field."""
    if len(found) != len(wanted):
        return f"{len(found)} events instead of {len(wanted)}"
    for index, (event, other) in enumerate(zip(found, wanted)):
        for key, value in other.items():
            if event[key] != value:
                return f"event {index}, {key}\n  found  {event[key]!r}\n  wanted {value!r}"
    return None


def filled(wanted, found):
    """The wanted events, each with the description that was found where that begins and ends as it
    should, and says how to record a renewal; what else stands between is not worked out here."""
    for event, other in zip(found, wanted):
        parts, text = other.get("description"), event["description"]
        if isinstance(parts, tuple):
            first, last, record = parts
            if text.startswith(f"{first}\n") and text.endswith(f"\n{last}") and f"{record}\n" in text:
                other = other | {"description": text}
        yield other


def skipped(time, zone):
    """Whether the clocks of a zone never show a time."""
    there = time.replace(tzinfo=ZoneInfo(zone)).astimezone(dt.timezone.utc).astimezone(ZoneInfo(zone))
    return there.replace(tzinfo=None) != time


def listed(feed, found, data, today):
    """What `weekahead list` says of the first plan is what the readers see of it."""
    plans = Path(today) / f"{feed.stem}.yaml"
    report = json.loads(weekahead("list", "p0", plans, "--json", "--today", today))
    warnings = report[0]["plans"][0]["warnings"]
    # A time without its zone, which far from now is a guess.
    promised = {(each["date"], each["title"]): each["rings"] and each["rings"][:19] for each in warnings}
    alone = events(dict(data, plans=data["plans"][:1]), feed.stem, int(today[:4]), STAMP)
    own = {event["uid"] for event in alone} - {nothing(data["calendar"])}
    seen = [event for event in found if event["uid"] in own]
    given = {(event["start"], event["summary"]): None for event in seen}
    for alarm in (alarm for event in seen for alarm in event["alarms"]):
        key = alarm["rings"][:10], alarm["text"]
        given[key] = alarm["rings"]
        if skipped(dt.datetime.fromisoformat(alarm["rings"]), data["calendar"].get("timezone", "UTC")):
            given[key] = promised.get(key)
    if promised != given:
        fail(f"{feed.name}: `list` says {promised}, the feed {given}")


def main():
    programs = readers()
    feeds = [*golden(), *reminders()]
    strange = list(generated())
    feeds += [(feed, wanted) for feed, wanted, *_ in strange]
    paths = [feed for feed, _ in feeds]
    with ThreadPoolExecutor() as pool:
        outputs = {name: pool.submit(run, *command, *paths) for name, command in programs.items()}
        lines = {name: output.result().strip().split("\n") for name, output in outputs.items()}
    seen = {name: list(map(json.loads, read)) for name, read in lines.items()}
    for name, found in seen.items():
        if len(found) != len(feeds):
            sys.exit(f"FAILED: {name} read {len(found)} feeds of {len(feeds)}")
        for (feed, wanted), read in zip(feeds, found):
            wanted = list(filled(wanted, read)) if len(read) == len(wanted) else wanted
            if what := differences(read, wanted):
                fail(f"{name}, {feed.name}: {what}")
    first, *others = seen
    for name in others:
        for (feed, _), read, other in zip(feeds, seen[name], seen[first]):
            if what := differences(read, other):
                fail(f"{name} and {first}, {feed.name}: {what}")
    if not failures:
        ours = seen[first][len(feeds) - len(strange):]
        for (feed, _, data, today), found in zip(strange, ours):
            listed(feed, found, data, today)
    if failures:
        sys.exit(f"FAILED: {len(failures)} differences")
    count = sum(map(len, seen[first]))
    alarms = sum(len(event["alarms"]) for read in seen[first] for event in read)
    names = ", ".join(programs)
    print(f"ok: {names} see the same {count} events and {alarms} alarms in {len(feeds)} feeds")


main()
