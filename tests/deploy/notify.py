"""weekahead-notify with the real program, and a server on this computer in place of ntfy, over a month of
simulated days; then the unit's command line as a user without rights."""

import datetime
import http.server
import json
import os
import re
import shutil
import sys
import threading

from harness import DEPLOY, check, equal, folder, left_out, missing, program, run

TOPIC = "0f1e2d3c4b5a"
TOKEN = "tk_secret"
PLANS = """- {id: sim, name: SIM, renewed: 2026-09-20, validity: 3 months, renewal: {method: website, url: 'https://sim.example/'}}
- {id: pass, name: "Passport \\"x\\" $(touch hurt) 护照", expires: 2026-12-23}
"""
NOBODY = 65534


class Ntfy(http.server.BaseHTTPRequestHandler):
    """Takes messages as ntfy does (https://docs.ntfy.sh/publish/#publish-as-json)."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server = self.server
        if server.is_down:
            self.send_error(503)
            return
        message = json.loads(body)
        assert self.path == "/" and message.pop("topic") == TOPIC, (self.path, message)
        assert len(body) < 4096, len(body)
        server.tokens.add(self.headers["Authorization"])
        server.messages.append(message)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


class Phone:
    def __init__(self, place, weekahead):
        self.place = place
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ntfy)
        self.server.is_down, self.server.messages, self.server.tokens = False, [], set()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        bin = place / "bin"
        bin.mkdir()
        (bin / "weekahead").write_text(
            f"#!/bin/sh\ncommand=$1\nshift\nexec {weekahead} \"$command\" --today \"$TODAY\" \"$@\"\n")
        (bin / "weekahead").chmod(0o755)
        self.plans = place / "plans"
        self.plans.mkdir()
        (self.plans / "sims.yaml").write_text(PLANS)
        self.state = place / "state"
        self.state.mkdir(mode=0o700)
        self.script = place / "weekahead-notify"
        shutil.copy(DEPLOY / "weekahead-notify", self.script)
        self.environment = {
            "PATH": f"{bin}:{os.environ['PATH']}", "TZ": "UTC", "NTFY_TOPIC": TOPIC,
            "NTFY_URL": f"http://127.0.0.1:{self.server.server_address[1]}",
        }

    def run(self, day, code=0, **more):
        """Runs it on a day and gives what arrived."""
        self.server.messages.clear()
        command = [self.script, self.plans, self.state]
        left = run(*command, code=code, cwd=self.place,
                   env=self.environment | {"TODAY": str(day)} | more)
        equal(left.stdout, b"", "standard output")
        self.said = left.stderr.decode()
        check(TOPIC not in self.said, self.said)
        return list(self.server.messages)


def month(phone):
    for number in range(1, 32):
        day = datetime.date(2026, 12, number)
        arrived = phone.run(day)
        if number in (1, 8):
            equal(arrived, [{"title": "Nothing is due", "tags": ["white_check_mark"], "priority": 2,
                             "message": f"The lists were read on {day}. If you hear nothing for more "
                                        "than a week, something is broken."}], f"{day}")
        elif number < 13:
            equal(arrived, [], f"{day}")
        elif number < 16:
            equal(arrived, [{"title": "1 due", "tags": ["date"], "priority": 4, "click": "https://sim.example/",
                             "message": f"SIM: {20 - number} days left"}], f"{day}")
        elif number < 18:
            [message] = arrived
            equal((message["title"], "click" in message), ("2 due", False), f"{day}")
            equal(message["message"], f"SIM: {20 - number} days left\n"
                  f"Passport \"x\" $(touch hurt) 护照: {23 - number} days left", f"{day}")
        elif number == 18:
            text = PLANS.replace("2026-09-20", "2026-12-17").replace("2026-12-23", "2028-12-23")
            (phone.plans / "sims.yaml").write_text(text)
        # The last message came on the 18th, and then there is nothing for a week.
        elif number == 25:
            equal([message["title"] for message in arrived], ["Nothing is due"], f"{day}")
        else:
            equal(arrived, [], f"{day}")
    equal(phone.server.tokens, {None}, "the token")
    phone.run("2027-01-10", NTFY_TOKEN=TOKEN)
    equal(phone.server.tokens, {None, f"Bearer {TOKEN}"}, "the token")
    check(not (phone.place / "hurt").exists(), "a text became a command")


def fails_loudly(phone):
    # Not pushed: it fails, and the next run pushes.
    phone.server.is_down = True
    phone.run("2027-02-01", 75)
    check("503" in phone.said, phone.said)
    phone.server.is_down = False
    equal([message["title"] for message in phone.run("2027-02-01")], ["Nothing is due"], "after it")
    equal(phone.run("2027-02-01"), [], "the same day again")
    # A list with an error is a message each day; what is due elsewhere is one all the same.
    (phone.plans / "broken.yaml").write_text("- {name: A, expires: 2026-02-30}\n")
    (phone.plans / "due.yaml").write_text("- {name: B, expires: 2027-02-03}\n")
    for day in ["2027-02-02", "2027-02-03"]:
        error, due = phone.run(day, 1)
        equal((error["title"], error["priority"]), ("weekahead: a list has an error", 4), "an error")
        check("broken.yaml:1:22" in error["message"], error)
        equal(due["title"], "1 due", "beside an error")
    # Silence is news, so a list with an error never says that nothing is due.
    (phone.plans / "due.yaml").unlink()
    equal([message["title"] for message in phone.run("2027-03-01", 1)],
          ["weekahead: a list has an error"], "an error, and nothing due")
    shutil.rmtree(phone.plans)
    [error] = phone.run("2027-03-02", 1)
    check("plans" in error["message"], error)
    for name in ["NTFY_TOPIC", "NTFY_URL"]:
        equal(phone.run("2027-03-02", 2, **{name: ""}), [], name)
        check(name in phone.said, phone.said)
    print("weekahead-notify: a month, a server that is down, a list with an error")


def unit(place, phone):
    """The command line of the unit, its variables from the file beside it, as another user."""
    unit = (DEPLOY / "weekahead-notify.service").read_text()
    [line] = re.findall(r"^ExecStart=(.+)$", unit, re.M)
    equal(line, "/usr/local/bin/weekahead-notify /etc/weekahead/plans %S/weekahead-notify", "ExecStart")
    [state] = re.findall(r"^StateDirectory=(.+)$", unit, re.M)
    equal(f"%S/{state}", line.split()[-1], "the state")
    names = set(re.findall(r"^(\w+)=", (DEPLOY / "notify.env").read_text(), re.M))
    equal(names, set(re.findall(r"NTFY_\w+", (DEPLOY / "weekahead-notify").read_text())), "notify.env")
    if os.geteuid() != 0 or missing("setpriv"):
        return left_out("ExecStart was not run as another user: that needs root and setpriv")
    phone.plans.mkdir()
    (phone.plans / "a.yaml").write_text("- {name: A, expires: 2027-03-04}\n")
    os.chown(phone.state, NOBODY, NOBODY)
    for file in phone.state.iterdir():
        os.chown(file, NOBODY, NOBODY)
    phone.server.messages.clear()
    run("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs",
        "--bounding-set=-all", "--inh-caps=-all", phone.script, phone.plans, phone.state,
        env=phone.environment | {"TODAY": "2027-03-03"})
    equal([message["message"] for message in phone.server.messages], ["A: Tomorrow is the last day"], "it")
    equal((phone.state / "last").read_text(), "2027-03-03\n", "the state")
    print("weekahead-notify.service: its command run as user 65534")


if __name__ == "__main__":
    if tools := missing("curl", "jq"):
        left_out(f"weekahead-notify was not run: {', '.join(tools)} is not there")
        sys.exit(0)
    place = folder()
    phone = Phone(place, program(place))
    month(phone)
    fails_loudly(phone)
    unit(place, phone)
