"""The units: what systemd says of them, and their command lines run as a user without rights."""

import os
import re
import shlex
import shutil
import subprocess
import sys

from harness import (
    DEPLOY,
    REPOSITORY,
    Lists,
    ask,
    check,
    equal,
    folder,
    left_out,
    missing,
    port,
    program,
    run,
    start,
    stop,
    until,
)

SERVICES = ["weekahead.service", "weekahead-publish.service"]
SCRIPTS = ["weekahead-push", "weekahead-notify"]
TIMERS = ["weekahead-publish.timer", "weekahead-push.timer", "weekahead-notify.timer"]
NOBODY = 65534


def value(unit, name):
    """The one value of a setting."""
    lines = (DEPLOY / unit).read_text().splitlines()
    [found] = [line.split("=", 1)[1] for line in lines if line.startswith(f"{name}=")]
    return found


def variables():
    """What the units and the file of variables set."""
    set_ = {}
    lines = (DEPLOY / "publish.env").read_text().splitlines()
    lines += [line.removeprefix("Environment=") for line in
              (DEPLOY / "weekahead.service").read_text().splitlines()
              if line.startswith("Environment=BASE_URL=")]
    for line in lines:
        if line and not line.startswith("#"):
            name, text = line.split("=", 1)
            set_[name] = text
    return set_


def command_line(unit, replaced):
    """An ExecStart with its variables filled in and its places put into a folder."""
    line = value(unit, "ExecStart")
    for name, text in variables().items():
        line = line.replace("${" + name + "}", text)
    for old, new in replaced.items():
        check(old in line, f"{unit}: ExecStart has no {old}: {line}")
        line = line.replace(old, str(new))
    check("$" not in line and "%" not in line, f"{unit}: not all is filled in: {line}")
    return shlex.split(line)


def verify(units):
    files = sorted(path for path in units.iterdir() if path.is_file())
    left = run("systemd-analyze", "verify", *files, code=None)
    said = (left.stdout + left.stderr).decode()
    # What other units of this machine do is not ours.
    ours = [line for line in said.splitlines() if "weekahead" in line or "record" in line]
    equal((left.returncode, ours), (0, []), "systemd-analyze verify")


def drop_in(units, weekahead):
    """The service with the drop-in is right too, and only what a writer needs differs."""
    text = (DEPLOY / "weekahead-record.conf").read_text()
    folder = units / "weekahead.service.d"
    folder.mkdir()
    (folder / "record.conf").write_text(text.replace("/usr/local/bin/weekahead", str(weekahead)))
    verify(units)
    before, after = (re.search(r"^ExecStart=(/.*)$", (DEPLOY / unit).read_text(), re.M)[1]
                     for unit in ["weekahead.service", "weekahead-record.conf"])
    equal(after, f"{before} --record", "ExecStart of the drop-in")
    names = {line.split("=", 1)[0] for line in text.splitlines() if re.match(r"\w+=", line)}
    equal(names, {"DynamicUser", "User", "ReadWritePaths", "ExecStart"}, "the drop-in's settings")
    # Both own the lists.
    equal((value("weekahead-record.conf", "User"), value("weekahead-record.conf", "ReadWritePaths")),
          (value("weekahead-push.service", "User"), value("weekahead-push.service", "ReadWritePaths")),
          "the account and the folder of weekahead-push.service")


def analyze(place, weekahead):
    tools = missing("systemd-analyze")
    if tools:
        return left_out("systemd-analyze is not there, so the units were not verified")
    units = place / "units"
    units.mkdir()
    for script in SCRIPTS:
        shutil.copy(DEPLOY / script, place / script)
    for unit in [*SERVICES, *(f"{script}.service" for script in SCRIPTS), *TIMERS]:
        # Only where the programs are differs.
        text = (DEPLOY / unit).read_text()
        for script in SCRIPTS:
            text = text.replace(f"/usr/local/bin/{script}", str(place / script))
        (units / unit).write_text(text.replace("/usr/local/bin/weekahead", str(weekahead)))
    verify(units)
    for timer in TIMERS:
        run("systemd-analyze", "calendar", value(timer, "OnCalendar"))
    drop_in(units, weekahead)

    guide = (REPOSITORY / "docs/hosting.md").read_text()
    version = run("systemd-analyze", "--version").stdout.decode().split()[1]
    said = re.search(
        r"In systemd (\d+) it gives\s+`weekahead\.service`\s+(\d\.\d),\s+and"
        r"\s+`weekahead-publish\.service`\s+(\d\.\d)", guide)
    check(said, "docs/hosting.md does not say what `systemd-analyze security` gives")
    for unit, figure in zip(SERVICES, said.groups()[1:]):
        left = run("systemd-analyze", "security", "--offline=true", "--no-pager", DEPLOY / unit)
        exposure = re.search(r"exposure level for \S+: (\d+\.\d)", left.stdout.decode())[1]
        if version == said[1]:
            equal(figure, exposure, f"{unit}: the figure in docs/hosting.md")
        else:
            print(f"{unit}: systemd {version} gives {exposure}, systemd {said[1]} gave {figure}")
            check(float(exposure) < 2.0, f"{unit}: {exposure} is more than `OK`")
    for script in SCRIPTS:
        left = run("systemd-analyze", "security", "--offline=true", "--no-pager",
                   DEPLOY / f"{script}.service")
        exposure = re.search(r"exposure level for \S+: (\d+\.\d)", left.stdout.decode())[1]
        check(float(exposure) < 2.0, f"{script}.service: {exposure} is more than `OK`")
    print(f"systemd {version}: verified; exposure as in docs/hosting.md")


def as_nobody(*command):
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs",
            "--bounding-set=-all", "--inh-caps=-all", *map(str, command)]


def commands(place, weekahead):
    if os.geteuid() != 0 or missing("setpriv"):
        return left_out("ExecStart was not run as another user: that needs root and setpriv")
    lists = Lists(place, weekahead)
    # The service gets a copy of root's key that it alone can read.
    credential = place / "credential"
    shutil.copy(lists.key, credential)
    credential.chmod(0o400)
    os.chown(credential, NOBODY, NOBODY)
    for name in ["state", "site", "manifest"]:
        (place / name).mkdir(mode=0o700)
        os.chown(place / name, NOBODY, NOBODY)
    environment = lists.environment

    at = port()
    line = command_line("weekahead.service", {
        "/usr/local/bin/weekahead": weekahead, "/etc/weekahead/plans": lists.plans,
        "127.0.0.1:8080": f"127.0.0.1:{at}", "%d/key": credential, "%S/weekahead": place / "state",
    })
    server = start(*as_nobody(*line), env=environment, stdout=subprocess.PIPE,
                   stderr=open(place / "log", "w"))
    # What is printed says that it listens.
    greeting = server.stdout.readline().decode()
    check("Serving 2 feeds" in greeting, f"{greeting}{(place / 'log').read_text()}")
    token = lists.token("sims")
    answer = ask(at, f"/{token}/sims.ics")
    equal((answer.status, answer.body), (200, lists.feed("sims")), "the feed of ExecStart")
    page = ask(at, f"/{token}/sims").body.decode()
    check(f"{variables()['BASE_URL']}/{token}/sims.ics" in page, "the page has not the base's link")
    check(any((place / "state").iterdir()), "no state was kept")

    reload = value("weekahead.service", "ExecReload").replace("$MAINPID", str(server.pid))
    (lists.plans / "visa.yaml").write_text("- {name: Visa, expires: 2027-02-01}\n")
    run(*as_nobody(*shlex.split(reload)))
    until("a reload", lambda: ask(at, f"/{lists.token('visa')}/visa.ics").status == 200, server)
    equal(stop(server), 0, "the code after SIGTERM")
    check(token not in (place / "log").read_text(), "a secret is in the log")

    line = command_line("weekahead-publish.service", {
        "/usr/local/bin/weekahead": weekahead, "/etc/weekahead/plans": lists.plans,
        variables()["SITE"] + " ": f"{place / 'site'} ", "%d/key": credential,
        variables()["MANIFEST"]: place / "manifest",
    })
    left = run(*as_nobody(*line), env=environment)
    equal(left.stdout + left.stderr, b"", "what a quiet publish says")
    equal((place / "site" / token / "sims.ics").read_bytes(), lists.feed("sims"), "published")
    print("ExecStart, ExecReload: served and published as user 65534 without capabilities")


def variables_of_the_store():
    """Those that publish.env names are those that the program reads."""
    source = "".join(path.read_text() for path in (REPOSITORY / "src/publish/s3").glob("*.rs"))
    names = [name for name in variables() if name.startswith("AWS_")]
    check(len(names) >= 4, f"publish.env names only {names}")
    for name in names:
        check(f'"{name}"' in source, f"publish.env has {name}, which nothing reads")


if __name__ == "__main__":
    place = folder()
    weekahead = program(place)
    analyze(place, weekahead)
    commands(place, weekahead)
    variables_of_the_store()
    sys.exit(0)
