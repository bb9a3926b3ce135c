"""The real Thunderbird against `weekahead serve`: thunderbird.py PATH-OF-WEEKAHEAD FOLDER

It runs without a screen, with a clock of its own (clock.c), and is driven by Marionette, which runs
scripts inside it. It subscribes as its dialog does, a week before a plan expires: the reminder must
ring at 09:00 with the date in its title, and stay until somebody dismisses it.

What Thunderbird 153 does with reminders, by the answer to the PUT by which it dismisses or snoozes
one (each was run, with and without "offline support", its cache: the same but where it is named):

| calendar  | answer to PUT            | at 09:00 | dismiss, snooze        | at the next fetch | a start at 09:10 |
|-----------|--------------------------|----------|------------------------|-------------------|------------------|
| read-only | (sends none)             | rings    | dismiss only           | is gone           | is never shown   |
| writable  | 405, 403, 501, 412, none | rings    | an error window, then  | stays             | is shown         |
|           |                          |          | read-only, as above    |                   |                  |
| writable  | 204 without a tag        | rings    | both; then it fetches  | -                 | is shown         |
|           |                          |          | no more until a start  |                   |                  |
| writable  | 204 with the feed's tag, | rings    | both                   | stays, or stays   | is shown, even   |
|           | or 303 to the feed       |          |                        | dismissed         | if dismissed (*) |
| writable  | 204, and it is stored    | rings    | both, for all readers  | the same          | is shown         |

(*) With the cache on, a dismissed one may need one more fetch. To close the window is to snooze.

So `serve` answers 204, but only to a calendar that adds nothing to the events but Thunderbird's own
marks, and stores nothing: a dismissed reminder comes back when Thunderbird starts again or the list
changes, until its day has passed. A static host refuses; the page says what to do then.
"""

import datetime as dt
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from zoneinfo import ZoneInfo

PROGRAM, FOLDER = sys.argv[1], Path(sys.argv[2])
ZONE = "Europe/Oslo"
# Of anything that is waited for.
SECONDS = 90
# The second plan has whatever Thunderbird could write back in another way; it is not yet due.
PLANS = r"""
calendar: {id: x, remind: [7d], description: "Ours, all of them", color: "#1e88e5"}
plans:
  - {id: one, name: NAME, expires: DATE}
  - id: two
    name: 'Later, "in"; summer \ 漢字 🎉'
    expires: 2027-06-01
    grace: 60 days
    remind: [2 weeks, 7d, 1d]
    number: "+47 900 00 001"
    price: 49 NOK
    tags: [family, "a, b; c"]
    renewal: {method: website, url: "https://example.org/a;b?c=d,e&f=%C3%A5#g", steps: ["One; two, three"]}
    notes: "Long enough to be folded: 一二三四五六七八九十一二三四五六七八九十\\n, and so on:\n  \tmore"
  - {id: three, name: Monthly, renewed: 2026-01-31, validity: 1 month, renewal: {method: auto-debit}}
"""
BEFORE = {
    "Telenor: 7 days left (expires 5 Jan 2027)": "2026-12-29",
    "Telenor expires on 5 Jan 2027": "2027-01-05",
    "Telenor expired yesterday: no renewal recorded": "2027-01-06",
    "Telenor expired 7 days ago: no renewal recorded": "2027-01-12",
    "Telenor expired 28 days ago: no renewal recorded": "2027-02-02",
}
AFTER = {
    "Telia: 7 days left (expires 5 Feb 2027)": "2027-01-29",
    "Telia expires on 5 Feb 2027": "2027-02-05",
    "Telia expired yesterday: no renewal recorded": "2027-02-06",
    "Telia expired 7 days ago: no renewal recorded": "2027-02-12",
    "Telia expired 28 days ago: no renewal recorded": "2027-03-05",
}
REMINDER = ["Telenor expires on 5 Jan 2027"]
# Only what concerns calendars: nothing is looked for elsewhere, and no name leaves the machine.
PREFERENCES = {
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "calendar.alarms.playsound": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.push.connection.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "extensions.update.enabled": False,
    "mail.inappnotifications.enabled": False,
    "mail.provider.suppress_dialog_on_startup": True,
    "mailnews.start_page.enabled": False,
    "marionette.port": 0,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disabled": True,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.no_proxies_on": "127.0.0.1",
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.type": 1,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.server": "",
    "toolkit.telemetry.unified": False,
}
# What the scripts below are made of.
SCRIPT = """
const done = arguments[arguments.length - 1];
const { cal } = ChromeUtils.importESModule("resource:///modules/calendar/calUtils.sys.mjs");
const { setTimeout } = ChromeUtils.importESModule("resource://gre/modules/Timer.sys.mjs");
const alarms = Cc["@mozilla.org/calendar/alarm-service;1"].getService(Ci.calIAlarmService);
const monitor = Cc["@mozilla.org/calendar/alarm-monitor;1"].getService().wrappedJSObject;
const calendar = () => cal.manager.getCalendars().find(one => one.type == "ics");
const items = () => calendar().getItemsAsArray(Ci.calICalendar.ITEM_FILTER_ALL_ITEMS, 0, null, null);
const windows = part =>
  Array.from(Services.wm.getEnumerator(null)).filter(one => one.location.href.includes(part));
// The rows of the window of reminders, once it has stood for a while: one that Thunderbird fetches
// over while it opens is closed by it.
const rows = () => windows("calendar-alarm-dialog")
  .filter(one => one.performance.now() > 3000)
  .flatMap(one => Array.from(one.document.querySelectorAll("#alarm-richlist > richlistitem")));
const state = async () => ({
  time: new Date().toTimeString().slice(0, 5),
  events: Object.fromEntries((await items()).filter(one => one.title.startsWith("Tel"))
    .map(one => [one.title, one.startDate.icalString])),
  reminders: rows().map(row => row.querySelector(".alarm-title-label").value),
  ringing: monitor.mAlarms.map(([item]) => item.title),
  errors: windows("calendar-error-prompt").length,
  readonly: calendar().readOnly,
});
const until = async test => {
  const end = performance.now() + SECONDS * 1000;
  while (!(await test()) && performance.now() < end) await new Promise(go => setTimeout(go, 50));
};
// Its alarms are set anew at the end of a fetch, once those of its start have been.
const settled = () => until(() => alarms.wrappedJSObject.mLoadedCalendars[calendar().id]);
const fetched = start => new Promise((resolve, reject) => {
  setTimeout(() => reject(`no fetch in SECONDS seconds; errors: ${windows("calendar-error-prompt").length}`), SECONDS * 1000);
  const observer = {
    QueryInterface: ChromeUtils.generateQI(["calIAlarmServiceObserver"]),
    onAlarm() {}, onNotification() {}, onRemoveAlarmsByItem() {}, onRemoveAlarmsByCalendar() {},
    onAlarmsLoaded(one) {
      if (one.type != "ics") return;
      alarms.removeObserver(observer);
      resolve();
    },
  };
  alarms.addObserver(observer);
  start();
});
(async () => { BODY })().then(found => done({ found }), error => done({ error: `${error}` }));
"""


def fail(message):
    sys.exit(f"FAILED: Thunderbird: {message}")


def expect(what, state, **wanted):
    found = {key: state[key] for key in wanted}
    if found != wanted:
        fail(f"{what}\n  found  {found}\n  wanted {wanted}")


class Thunderbird:
    """One run of it, with a profile that lasts."""

    running = None

    def __init__(self, clock, moment):
        profile = FOLDER / "profile"
        profile.mkdir(exist_ok=True)
        lines = (f"user_pref({json.dumps(key)}, {json.dumps(value)});\n" for key, value in PREFERENCES.items())
        (profile / "user.js").write_text("".join(lines))
        port = profile / "MarionetteActivePort"
        port.unlink(missing_ok=True)
        kept = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
        home = dict(
            kept, HOME=str(FOLDER), LC_ALL="C.UTF-8", TZ=ZONE, MOZ_HEADLESS="1", MOZ_CRASHREPORTER_DISABLE="1",
            LD_PRELOAD=str(clock.library), CLOCK_SHIFT=str(clock.file),
        )
        clock.set(moment)
        self.log = open(FOLDER / "thunderbird.log", "a")
        self.process = subprocess.Popen(
            ["thunderbird", "--no-remote", "--marionette", "--remote-allow-system-access", "--profile", str(profile)],
            env=home, stdout=self.log, stderr=self.log,
        )
        Thunderbird.running = self.process
        end = time.monotonic() + SECONDS
        while not (port.exists() and port.read_text()):
            if self.process.poll() is not None or time.monotonic() > end:
                fail(f"it does not start\n{(FOLDER / 'thunderbird.log').read_text()[-2000:]}")
            time.sleep(0.05)
        self.socket = socket.create_connection(("127.0.0.1", int(port.read_text())), timeout=2 * SECONDS)
        self.answers = self.socket.makefile("rb")
        self.calls = 0
        self.receive()
        self.call("WebDriver:NewSession", {"timeouts": {"script": 2000 * SECONDS}})
        self.call("Marionette:SetContext", {"value": "chrome"})

    def receive(self):
        """A message: its length in decimal, a colon, JSON."""
        length = b""
        while not length.endswith(b":"):
            length += self.answers.read(1) or fail("it has ended")
        return json.loads(self.answers.read(int(length[:-1])))

    def call(self, name, parameters):
        self.calls += 1
        message = json.dumps([0, self.calls, name, parameters]).encode()
        self.socket.sendall(f"{len(message)}:".encode() + message)
        _, _, error, answer = self.receive()
        if error:
            fail(f"{name}: {error['message']}")
        return answer

    def run(self, body, *values):
        """Runs statements in it, with `values` as `arguments`, and returns its state after them."""
        script = SCRIPT.replace("SECONDS", str(SECONDS)).replace("BODY", body + "\nreturn await state();")
        parameters = {"script": script.replace("VALUES", json.dumps(values)), "args": [], "sandbox": "system"}
        answer = self.call("WebDriver:ExecuteAsyncScript", parameters)["value"]
        if "error" in answer:
            fail(f"{answer['error']} in\n{body}")
        return answer["found"]

    def subscribe(self, url):
        """As "New calendar, on the network" does: offline support is on, read-only is off."""
        return self.run("""
            const found = await cal.provider.detection.detect("", "", VALUES[0], false, [], {});
            const one = Array.from(found.values()).flat()[0];
            one.setProperty("cache.enabled", true);
            await fetched(() => cal.manager.registerCalendar(one));
            await until(async () => (await items()).length > 0);
        """, url)

    def fetch(self):
        return self.run("await settled(); await fetched(() => calendar().refresh());")

    def fetch_edit(self, name):
        """Fetches, and waits for an event whose title begins with the name."""
        return self.run("""
            await fetched(() => calendar().refresh());
            await until(async () => (await items()).some(one => one.title.startsWith(VALUES[0])));
        """, name)

    def reminded(self):
        return self.run("await until(() => rows().length > 0);")

    def press(self, script):
        """Does something with the first reminder, and waits until it has gone and its event is put."""
        return self.run(f"""
            const row = rows()[0];
            await fetched(() => {{ {script} }});
            await until(() => rows().length == 0);
        """)

    def dismiss(self):
        return self.press('row.querySelector(".alarm-dismiss-button").doCommand();')

    def snooze(self, minutes):
        return self.press(f'row.dispatchEvent(new CustomEvent("snooze", {{ detail: {minutes} }}));')

    def quit(self):
        self.call("Marionette:Quit", {"flags": ["eForceQuit"]})
        try:
            self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            fail("it does not quit")
        self.log.close()


class Clock:
    """Thunderbird's time of day."""

    def __init__(self):
        self.library, self.file = FOLDER / "clock.so", FOLDER / "clock"
        source = Path(__file__).with_name("clock.c")
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", self.library, source, "-ldl"], check=True)
        self.file.write_bytes(bytes(8))

    def set(self, moment):
        wanted = dt.datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(ZONE)).timestamp()
        with open(self.file, "r+b") as file:
            file.write(struct.pack("q", round(wanted - time.time())))


def write(text):
    (FOLDER / "sims.yaml").write_text(text)


def served(server, text, sign):
    """Writes the list, and waits for the line of the server's log that has the sign."""
    write(text)
    # A server that never writes it is ended, and with it its log.
    limit = threading.Timer(SECONDS, server.kill)
    limit.start()
    for line in server.stderr:
        if sign in line:
            limit.cancel()
            return
    fail(f"the server does not log `{sign}`")


def dates(events):
    return {title: day.replace("-", "") for title, day in events.items()}


def watch(url, server, clock):
    thunderbird = Thunderbird(clock, "2026-12-29T08:50:00")
    state = thunderbird.subscribe(url)
    expect("a new subscription", state, events=dates(BEFORE), ringing=[], errors=0, readonly=False)
    # Thunderbird sets its timers at the end of a fetch.
    clock.set("2026-12-29T08:59:52")
    thunderbird.fetch()
    state = thunderbird.reminded()
    expect("the reminder", state, time="09:00", reminders=REMINDER)
    print("ok: thunderbird, rings at 09:00 with the date in its title", flush=True)

    state = thunderbird.snooze(5)
    expect("a reminder that was put off", state, ringing=[], errors=0, readonly=False)
    expect("a fetch after that", thunderbird.fetch(), ringing=[])
    clock.set("2026-12-29T09:06:00")
    expect("five minutes later", thunderbird.fetch(), ringing=REMINDER)
    thunderbird.reminded()
    state = thunderbird.fetch()
    expect("a fetch while it is shown", state, ringing=REMINDER, errors=0, readonly=False)
    thunderbird.quit()
    print("ok: thunderbird, a reminder can be snoozed", flush=True)

    thunderbird = Thunderbird(clock, "2026-12-30T14:00:00")
    expect("a day later", thunderbird.reminded(), reminders=REMINDER, events=dates(BEFORE))
    served(server, "plans: [", "problem")
    state = thunderbird.fetch()
    expect("a broken file", state, events=dates(BEFORE), ringing=REMINDER, errors=0, readonly=False)
    print("ok: thunderbird, a late start and a broken file keep the reminder", flush=True)

    thunderbird.reminded()
    state = thunderbird.dismiss()
    expect("a dismissed reminder", state, ringing=[], errors=0, readonly=False)
    expect("a fetch after that", thunderbird.fetch(), ringing=[], events=dates(BEFORE))
    print("ok: thunderbird, a reminder can be dismissed", flush=True)

    state = thunderbird.run("""
        const old = (await items()).find(one => one.title.startsWith("Telenor expires"));
        const changed = old.clone();
        changed.title = "Tell the others";
        await calendar().modifyItem(changed, old).catch(() => {});
        await until(() => windows("calendar-error-prompt").length > 0);
    """)
    expect("a change made in Thunderbird", state, errors=1, readonly=True)
    expect("a fetch of a read-only calendar", thunderbird.fetch(), ringing=[], events=dates(BEFORE))
    thunderbird.run("calendar().readOnly = false;")
    thunderbird.quit()
    thunderbird = Thunderbird(clock, "2026-12-31T14:00:00")
    expect("a start without read-only", thunderbird.reminded(), reminders=REMINDER, errors=0, readonly=False)
    print("ok: thunderbird, a change made there is refused, and reminders can be had back", flush=True)

    # At its start Thunderbird shows reminders before its first fetch tells it the tag of the feed.
    state = thunderbird.fetch()
    expect("a fetch after that start", state, ringing=REMINDER, errors=0, readonly=False)
    thunderbird.reminded()
    served(server, PLANS.replace("NAME", "Telia").replace("DATE", "2027-02-05"), "loaded")
    state = thunderbird.dismiss()
    expect("a reminder that is no longer in the feed", state, ringing=[], errors=0, readonly=False)
    state = thunderbird.fetch_edit("Telia")
    expect("an edit", state, events=dates(AFTER), ringing=[], errors=0, readonly=False)
    thunderbird.quit()
    print("ok: thunderbird, an edit shows", flush=True)


def main():
    missing = [tool for tool in ("thunderbird", "cc") if shutil.which(tool) is None]
    if missing:
        fail(f"NOT RUN: {' and '.join(missing)} cannot be found")
    FOLDER.mkdir(exist_ok=True)
    clock = Clock()
    write(PLANS.replace("NAME", "Telenor").replace("DATE", "2027-01-05"))
    environment = {key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"}
    server = subprocess.Popen(
        [PROGRAM, "serve", "sims.yaml", "--listen", "127.0.0.1:0"],
        cwd=FOLDER, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    try:
        base = re.search(r"http://[0-9.:]+", server.stdout.readline()).group()
        watch(f"{base}/sims.ics", server, clock)
    finally:
        if Thunderbird.running:
            Thunderbird.running.kill()
            Thunderbird.running.wait()
        server.terminate()
        server.wait()


main()
