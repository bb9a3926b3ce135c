"""Real clients against `weekahead serve`: clients.py PATH-OF-WEEKAHEAD FOLDER

What each of them sees is held against dates that are worked out here, not by weekahead.
"""

import datetime as dt
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import icalendar
from ical.calendar_stream import IcsCalendarStream

PROGRAM, FOLDER = sys.argv[1], Path(sys.argv[2])
TOOLS = Path(sys.executable).parent
# Not ours, which is a virtual environment: GObject introspection comes with the system's.
SYSTEM_PYTHON = "/usr/bin/python3"
TODAY = dt.date.today()
EXPIRY = TODAY + dt.timedelta(days=20)
GRACE_END = EXPIRY + dt.timedelta(days=30)
PLANS = f"""\
calendar: {{name: Family, id: x, remind: [7d, 1d]}}
plans:
  - {{id: one, name: "NAME, with a comma", expires: {EXPIRY}, grace: 30 days}}
"""


def days(*numbers):
    return dt.timedelta(days=sum(numbers))


def expected(name):
    """Titles by day, and hours from the midnight of a day to its alarms."""
    date = lambda day: f"{day.day} {day:%b} {day.year}"
    left = lambda lead: f"{name}: {lead} day{'s' * (lead > 1)} left (expires {date(EXPIRY)})"
    recover = lambda lead: (
        f"{name}: recover it within {lead} day{'s' * (lead > 1)} (by {date(GRACE_END)})"
    )
    alarms = [dt.timedelta(hours=9) - days(7), dt.timedelta(hours=9) - days(1)]
    return sorted([
        (EXPIRY - days(7), left(7), []),
        (EXPIRY - days(1), left(1), []),
        (EXPIRY, f"{name} expires on {date(EXPIRY)}", alarms),
        (EXPIRY + days(1), f"{name} expired yesterday: no renewal recorded", []),
        (EXPIRY + days(7), f"{name} expired 7 days ago: no renewal recorded", []),
        (GRACE_END - days(7), recover(7), []),
        (GRACE_END - days(1), recover(1), []),
        (GRACE_END, f"{name}: last day to recover is {date(GRACE_END)}", alarms),
        (GRACE_END + days(1), f"{name}: grace ended yesterday, no renewal recorded", []),
    ], key=lambda event: event[0])


def equal(found, wanted, what):
    if found != wanted:
        sys.exit(f"FAILED: {what}\n  found  {found}\n  wanted {wanted}")


def get(url, **fields):
    request = urllib.request.Request(url, headers={k.replace("_", "-"): v for k, v in fields.items()})
    with urllib.request.urlopen(request) as response:
        body = response.read()
        if response.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        return body.decode(), response.headers


def refused(url, method, body=None):
    request = urllib.request.Request(url, method=method, data=body)
    try:
        urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("Allow")
    return 200, None


def write(name):
    (FOLDER / "family.yaml").write_text(PLANS.replace("NAME", name))


def edit(server, url, name):
    """Changes the list, and waits until the server has logged that it serves the change."""
    write(name)
    # A server that never does so is ended, and with it its log.
    limit = threading.Timer(20, server.kill)
    limit.start()
    for line in server.stderr:
        if "loaded" in line and name in get(url)[0]:
            limit.cancel()
            return
    sys.exit("FAILED: the edit is not served")


def run(*command):
    home = dict(os.environ, HOME=str(FOLDER), XDG_CONFIG_HOME=str(FOLDER), LC_ALL="C.UTF-8")
    done = subprocess.run(command, env=home, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"FAILED: {command}\n{done.stdout}{done.stderr}")
    return done.stdout


def home_assistant(url, name):
    """The parser of Home Assistant, which refuses a whole feed for one fault."""
    for encoding in ("identity", "gzip"):
        text, _ = get(url, Accept_Encoding=encoding, User_Agent="HomeAssistant/2026.11")
        calendar = IcsCalendarStream.calendar_from_ics(text)
        events = sorted(
            ((event.dtstart, event.summary, [alarm.trigger for alarm in event.alarm])
             for event in calendar.events),
            key=lambda event: event[0],
        )
        equal(events, expected(name), f"ical, {encoding}")
        for event in calendar.events:
            equal(event.dtend, event.dtstart + days(1), "ical: the end of a day")


def python_icalendar(url, name):
    text, _ = get(url)
    calendar = icalendar.Calendar.from_ical(text)
    events = sorted(
        ((event["DTSTART"].dt, str(event["SUMMARY"]),
          [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")])
         for event in calendar.walk("VEVENT")),
        key=lambda event: event[0],
    )
    equal(events, expected(name), "icalendar")


def khal(url, name):
    """vdirsyncer fetches by HTTP, khal shows what it fetched."""
    (FOLDER / "vdirsyncer").mkdir(exist_ok=True)
    (FOLDER / "khal").mkdir(exist_ok=True)
    (FOLDER / "vdirsyncer/config").write_text(f"""
[general]
status_path = "{FOLDER}/status/"
[pair feed]
a = "local"
b = "remote"
collections = null
conflict_resolution = "b wins"
[storage local]
type = "filesystem"
path = "{FOLDER}/events/"
fileext = ".ics"
[storage remote]
type = "http"
url = "{url}"
""")
    (FOLDER / "khal/config").write_text(f"""
[calendars]
[[feed]]
path = {FOLDER}/events/
readonly = True
[locale]
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
timeformat = %H:%M
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[default]
highlight_event_days = False
""")
    (FOLDER / "events").mkdir(exist_ok=True)
    run("sh", "-c", f"yes | '{TOOLS}/vdirsyncer' discover >/dev/null")
    run(TOOLS / "vdirsyncer", "sync")
    listed = run(
        TOOLS / "khal", "list", "--day-format", "", "--format", "{start-date}\t{end-date}\t{title}",
        TODAY.isoformat(), "60d",
    )
    found = sorted(line.split("\t") for line in listed.splitlines() if line)
    wanted = sorted([day.isoformat(), day.isoformat(), title] for day, title, _ in expected(name))
    equal(found, wanted, "khal")


def has_evolution():
    """Whether evolution-data-server and what it takes to speak to it are installed."""
    names = 'import gi; gi.require_version("ECal", "2.0"); gi.require_version("EDataServer", "1.2")'
    if shutil.which("dbus-run-session") is None or not os.path.exists(SYSTEM_PYTHON):
        return False
    factory = any(Path(at, "evolution-calendar-factory").exists() for at in ("/usr/libexec", "/usr/lib"))
    return factory and subprocess.run([SYSTEM_PYTHON, "-c", names], capture_output=True).returncode == 0


def evolution(url, name):
    """GNOME's: it keeps a cache, and takes an event for changed by its stamps alone."""
    folder = FOLDER / "evolution"
    folder.mkdir(exist_ok=True)
    kept = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    home = dict(
        kept, HOME=str(folder), GSETTINGS_BACKEND="memory", LC_ALL="C.UTF-8", TZ="Europe/Oslo",
        XDG_RUNTIME_DIR=str(folder), XDG_CONFIG_HOME=str(folder / "config"),
        XDG_DATA_HOME=str(folder / "data"), XDG_CACHE_HOME=str(folder / "cache"),
    )
    script = Path(__file__).with_name("evolution.py")
    done = subprocess.run(
        ["dbus-run-session", "--", SYSTEM_PYTHON, str(script), url, name],
        env=home, capture_output=True, text=True, timeout=120,
    )
    if done.returncode:
        sys.exit(f"FAILED: evolution-data-server\n{done.stdout}{done.stderr}")
    seen = json.loads(done.stdout)
    date = dt.date.fromisoformat
    events = sorted(
        (date(start), title, [dt.timedelta(seconds=alarm) for alarm in alarms])
        for start, _, title, alarms in seen["events"]
    )
    equal(events, expected(name), "evolution-data-server")
    # A reminder is titled as its event, so it has the date, and no "today" a week ahead.
    titles = sorted(title for _, title, alarms in expected(name) for _ in alarms)
    equal(sorted(seen["reminders"]), titles, "evolution-data-server: the titles of reminders")
    for start, end, *_ in seen["events"]:
        equal(date(end), date(start) + days(1), "evolution-data-server: the end of a day")
    equal((seen["readonly"], seen["refused"]), (True, True), "evolution-data-server: a change")
    page, _ = get(url.removesuffix(".ics"))
    equal('<th scope="row">GNOME</th>' in page, True, "the page's row of GNOME")


def changes(url):
    """What asks for DAV or would change the feed is refused, and changes nothing."""
    before, headers = get(url)
    for method in ("PROPFIND", "OPTIONS", "PUT"):
        body = before.encode() * 400 if method == "PUT" else None
        equal(refused(url, method, body), (405, "GET, HEAD"), method)
    after, _ = get(url)
    equal(after, before, "the feed after a PUT")
    equal(refused_304(url, headers["ETag"]), 304, "an unchanged feed")


def refused_304(url, tag):
    try:
        get(url, If_None_Match=tag)
    except urllib.error.HTTPError as error:
        return error.code
    return 200


def main():
    if not has_evolution():
        sys.exit("FAILED: evolution-data-server, gir1.2-ecal-2.0, python3-gi or dbus-daemon is missing")
    clients = [home_assistant, python_icalendar, khal, evolution]
    write("First")
    # With stamps that never move, GNOME's would never see the edit.
    environment = {key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"}
    server = subprocess.Popen(
        [PROGRAM, "serve", "family.yaml", "--listen", "127.0.0.1:0"],
        cwd=FOLDER, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    try:
        base = re.search(r"http://[0-9.:]+", server.stdout.readline()).group()
        url = f"{base}/family.ics"
        for name in ("First", "Second"):
            if name == "Second":
                edit(server, url, name)
            title = f"{name}, with a comma"
            for client in clients:
                client(url, title)
                print(f"ok: {client.__name__}, {name.lower()} list")
        changes(url)
        print("ok: what would change the feed is refused without harm")
    finally:
        server.terminate()
        equal(server.wait(), 0, "the end of the server")


main()
