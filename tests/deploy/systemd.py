"""The units as they are, under a systemd of their own: in namespaces of processes, mounts, network
and control groups, with folders of their own where the units name the system's. What the sandbox
forbids fails here as it would on a server."""

import functools
import os
import pathlib
import shutil
import subprocess
import sys

from harness import (
    DEPLOY,
    EPOCH,
    Lists,
    check,
    equal,
    folder,
    left_out,
    missing,
    program,
    run,
    start,
    until,
)

# What the units are ordered after; nothing of the machine's own is started.
TARGETS = ["basic", "multi-user", "network", "network-online", "paths", "shutdown", "slices",
           "sockets", "sysinit", "time-set", "time-sync", "timers", "umount"]
# Seen by the new systemd alone: what it writes outside of the folder is written into memory.
BOOT = """
set -eu
mount --bind "$1" /mnt
for folder in /run /tmp /var/tmp /var/lib /srv /usr/local/bin; do mount -t tmpfs tmpfs $folder; done
cp -a /etc /tmp/etc
mount --bind /tmp/etc /etc
mount -t cgroup2 cgroup2 /sys/fs/cgroup
install -m 755 /mnt/weekahead /mnt/weekahead-push /usr/local/bin/
mkdir /etc/weekahead
cp -a /mnt/plans /mnt/key /mnt/publish.env /etc/weekahead/
chmod 600 /etc/weekahead/key /etc/weekahead/publish.env
useradd --system --no-create-home weekahead-publish
install -d -m 711 -o weekahead-publish /srv/weekahead
# As process 1 of a machine finds it: credentials are mounted by a child.
mount --make-rshared /
exec env -i PATH="$PATH" container=weekahead SYSTEMD_UNIT_PATH=/mnt/units /lib/systemd/systemd \
    --system --unit=multi-user.target --show-status=0 --log-target=null
"""


class Booted:
    """A systemd that is process 1 of its namespaces."""

    def __init__(self):
        self.group = None
        self.shell = None

    def boot(self, place):
        """Starts it; an OSError says why it cannot be had here."""
        lines = pathlib.Path("/proc/self/mountinfo").read_text().splitlines()
        groups = [line.split()[4] for line in lines if " - cgroup2 " in line]
        if not groups:
            raise OSError("there is no cgroup2")
        own = [line.split(":", 2)[2] for line in
               pathlib.Path("/proc/self/cgroup").read_text().splitlines() if line.startswith("0::")]
        # A group of its own, so that it finds no processes but its own.
        group = pathlib.Path(groups[0] + own[0].rstrip("/")) / f"weekahead-deploy-{os.getpid()}"
        group.mkdir()
        self.group = group
        # A shell enters the group, and then namespaces whose root that group is.
        enter = f'echo $$ > {group}/cgroup.procs; exec setpriv --pdeathsig KILL "$@"'
        self.shell = start(
            "sh", "-c", enter, "sh", "unshare", "--mount", "--pid", "--fork", "--cgroup", "--uts",
            "--ipc", "--net", "--kill-child", "--mount-proc", "--propagation", "private",
            "sh", "-c", BOOT, "sh", place, stdout=open(place / "boot.log", "w"),
            stderr=subprocess.STDOUT)
        until("a systemd of our own", lambda: self.pid() or self.shell.poll() is not None)
        if not self.pid():
            said = (place / "boot.log").read_text().strip().replace("\n", "; ")
            raise OSError(said or f"it ended with {self.shell.returncode}")
        state = ["is-system-running"]
        until("systemd to be ready", lambda: self.systemctl(*state, code=None).stdout.strip()
              in [b"running", b"degraded"], self.shell)

    def pid(self):
        """Its process, once it is no shell any longer."""
        children = pathlib.Path(f"/proc/{self.shell.pid}/task/{self.shell.pid}/children")
        try:
            for pid in children.read_text().split():
                if os.readlink(f"/proc/{pid}/exe").endswith("/systemd"):
                    return pid
        except OSError:
            # One that has ended meanwhile.
            pass
        return None

    def inside(self, *command, code=0):
        enter = ["nsenter", "--target", self.pid(), "--mount", "--pid", "--net", "--cgroup"]
        return run(*enter, "--", *command, code=code)

    def systemctl(self, *arguments, code=0):
        return self.inside("systemctl", "--no-pager", *arguments, code=code)

    def show(self, unit, name):
        return self.systemctl("show", unit, "--property", name, "--value").stdout.decode().strip()

    def ask(self, path, *options):
        """A request from inside: the code and the body."""
        left = self.inside("curl", "--silent", "--max-time", "10", "--write-out", "%{http_code}",
                           *options, f"http://127.0.0.1:8080{path}", code=None).stdout
        return int(left[-3:]), left[:-3]

    def gives(self, path):
        return self.ask(path)[0] == 200

    def end(self):
        """Ends what is left, and removes the groups, the innermost first."""
        if self.shell is not None:
            self.shell.kill()
            self.shell.wait()
        if self.group is not None:
            until("the groups to be empty", self._are_gone)

    def _are_gone(self):
        for group, _, _ in os.walk(self.group, topdown=False):
            try:
                os.rmdir(group)
            except OSError:
                return False
        return True


def prepare(place, lists):
    """The units, and the lists in a repository of somebody else's."""
    units = place / "units"
    units.mkdir()
    for name in TARGETS:
        (units / f"{name}.target").write_text("[Unit]\nDefaultDependencies=no\n")
    for name in ["weekahead.service", "weekahead-publish.service", "weekahead-publish.timer",
                 "weekahead-push.service", "weekahead-push.timer"]:
        shutil.copy(DEPLOY / name, units)
        if name.endswith(".service"):
            # There is no journal here.
            drop = units / f"{name}.d"
            drop.mkdir()
            log = f"append:/mnt/{name}.log"
            (drop / "log.conf").write_text(f"[Service]\nStandardOutput={log}\nStandardError={log}\n")
    shutil.copy(DEPLOY / "publish.env", place / "publish.env")
    shutil.copy(DEPLOY / "weekahead-push", place / "weekahead-push")
    # The upstream is on this machine, and outside of what the unit may write.
    (units / "weekahead-push.service.d" / "upstream.conf").write_text(
        "[Service]\nReadWritePaths=/srv/plans.git\n")
    # The sandbox of the service with its drop-in, around one renewal.
    shutil.copy(DEPLOY / "weekahead.service", units / "renewal.service")
    drop = units / "renewal.service.d"
    drop.mkdir()
    shutil.copy(DEPLOY / "weekahead-record.conf", drop / "a.conf")
    (drop / "b.conf").write_text(
        "[Service]\nType=oneshot\nRestart=no\nExecStart=\nExecStart=/usr/local/bin/weekahead renew "
        "telenor /etc/weekahead/plans/sims.yaml --today 2026-12-30 --commit\n"
        "StandardOutput=append:/mnt/renewal.service.log\n"
        "StandardError=append:/mnt/renewal.service.log\n")
    git = ["git", "-C", lists.plans, "-c", "user.name=t", "-c", "user.email=t@example.org"]
    environment = lists.environment | {"GIT_COMMITTER_DATE": f"@{EPOCH} +0000"}
    run(*git, "init", "--quiet", env=environment)
    run(*git, "add", ".", env=environment)
    run(*git, "commit", "--quiet", "--message", "plans", env=environment)


def log(place, name):
    return (place / f"{name}.log").read_text()


def served(systemd, place, lists):
    unit = "weekahead.service"
    systemd.systemctl("start", unit)
    token = lists.token("sims")
    until("the server", lambda: systemd.gives("/healthz"))
    # The stamps are the commit's: git was asked, in the sandbox, and answered.
    equal(systemd.ask(f"/{token}/sims.ics"), (200, lists.feed("sims")), "the feed of the unit")
    said = log(place, unit)
    check("WARN" not in said and "ERROR" not in said and "error" not in said, said)

    pid = systemd.show(unit, "MainPID")
    status = dict(line.split(":\t", 1) for line in systemd.inside(
        "cat", f"/proc/{pid}/status").stdout.decode().splitlines() if ":\t" in line)
    equal((status["NoNewPrivs"], status["Seccomp"], status["CapEff"], status["CapBnd"]),
          ("1", "2", "0" * 16, "0" * 16), "the rights of the process")
    check(int(status["Uid"].split()[0]) > 60000, f"no dynamic user: {status['Uid']}")
    state = systemd.inside("stat", "--format=%a", "/var/lib/private/weekahead").stdout
    equal(state, b"700\n", "the mode of the state")
    kept = systemd.inside("find", "/var/lib/private/weekahead", "-type", "f").stdout
    check(kept.strip(), "no state was kept")

    # A change is seen, and a reload heard, through the sandbox.
    for name, reload in [("watched", False), ("reloaded", True)]:
        text = f"- {{name: {name}, expires: 2027-01-31}}"
        systemd.inside("sh", "-c", f"echo '{text}' > /etc/weekahead/plans/{name}.yaml")
        if reload:
            systemd.systemctl("reload", unit)
        (lists.plans / f"{name}.yaml").write_text(text + "\n")
        until(f"what was {name}", functools.partial(
            systemd.gives, f"/{lists.token(name)}/{name}.ics"))
    systemd.systemctl("stop", unit)
    equal(systemd.show(unit, "Result"), "success", "the result of a stop")
    check("stopped" in log(place, unit), log(place, unit))
    check(token not in log(place, unit), "a secret is in the log")

    # Broken from the start: the state serves what was good.
    systemd.inside("sh", "-c", "echo '- {name: ' > /etc/weekahead/plans/sims.yaml")
    systemd.systemctl("start", unit)
    until("the server", lambda: systemd.gives("/healthz"))
    code, feed = systemd.ask(f"/{token}/sims.ics")
    check(code == 200 and b"SUMMARY:Telenor Kontant expires on 5 Jan 2027" in feed, f"{code} {feed!r}")
    systemd.systemctl("stop", unit)
    systemd.inside("cp", "/mnt/plans/sims.yaml", "/etc/weekahead/plans/sims.yaml")


def published(systemd, place, lists):
    unit = "weekahead-publish.service"
    systemd.systemctl("start", unit)
    equal(systemd.show(unit, "Result"), "success", log(place, unit))
    token = lists.token("sims")
    feed = f"/srv/weekahead/{token}/sims.ics"
    equal(systemd.inside("cat", feed).stdout, lists.feed("sims"), "the published feed")
    # A web server reads it, nobody lists the names, and the manifest is the service's own.
    modes = systemd.inside("stat", "--format=%a %U", feed, "/srv/weekahead",
                           "/var/lib/weekahead-publish").stdout.decode().splitlines()
    owner = "weekahead-publish"
    equal(modes, [f"644 {owner}", f"711 {owner}", f"700 {owner}"], "modes")
    equal(log(place, unit), "", "what a quiet run says")

    # A broken list fails the unit, and nothing else.
    systemd.inside("sh", "-c", "echo '- {name: ' > /etc/weekahead/plans/passport.yaml")
    systemd.inside("sh", "-c", "echo '- {name: New, expires: 2027-01-31}' "
                               "> /etc/weekahead/plans/new.yaml")
    systemd.systemctl("start", unit, code=1)
    equal((systemd.show(unit, "Result"), systemd.show(unit, "ExecMainStatus")),
          ("exit-code", "1"), "a broken list")
    check("passport.yaml:1:" in log(place, unit), log(place, unit))
    (lists.plans / "new.yaml").write_text("- {name: New, expires: 2027-01-31}\n")
    for stem in ["new", "passport"]:
        systemd.inside("test", "-s", f"/srv/weekahead/{lists.token(stem)}/{stem}.ics")

    systemd.systemctl("start", "weekahead-publish.timer")
    check(systemd.show("weekahead-publish.timer", "NextElapseUSecRealtime"), "the timer is not set")


def recorded(systemd, place):
    """A renewal is written and committed in the sandbox, and pushed from another one."""
    plans, upstream = "/etc/weekahead/plans", "/srv/plans.git"
    # As the head of weekahead-record.conf says.
    systemd.inside("useradd", "--system", "--home-dir", "/nonexistent", "weekahead")
    systemd.inside("git", "init", "--quiet", "--bare", upstream)
    systemd.inside("sh", "-c", "umask 077; echo secret > /etc/weekahead/push-key")
    systemd.inside("chown", "-R", "weekahead:", plans, upstream)

    def git(*arguments):
        account = ["setpriv", "--reuid=weekahead", "--regid=weekahead", "--clear-groups"]
        left = systemd.inside(*account, "git", "-C", plans, *arguments)
        return left.stdout.decode().strip()

    for name, text in [("user.name", "weekahead"), ("user.email", "weekahead@example.org")]:
        git("config", name, text)
    git("remote", "add", "origin", upstream)
    git("push", "--quiet", "--set-upstream", "origin", "HEAD")
    systemd.systemctl("start", "renewal.service")
    said = log(place, "renewal.service")
    subject = "Renew telenor on 2026-12-30"
    check(f": {subject}\n" in said and "\nstill to do:\n" in said, said)
    equal(git("log", "-1", "--format=%s, %an"), f"{subject}, weekahead", "the commit")
    equal(git("diff", "--name-only", "HEAD~", "HEAD"), "sims.yaml", "what is committed")
    owner = systemd.inside("stat", "--format=%U", f"{plans}/sims.yaml").stdout
    equal(owner, b"weekahead\n", "the owner of the list")

    unit = "weekahead-push.service"
    systemd.systemctl("start", unit)
    equal((systemd.show(unit, "Result"), log(place, unit)), ("success", ""), "a push")
    equal(git("ls-remote", "origin", "HEAD").split()[0], git("rev-parse", "HEAD"), "the upstream")
    # What cannot be pushed fails the unit.
    git("remote", "set-url", "origin", "/srv/nothing.git")
    systemd.systemctl("start", unit, code=1)
    failed = systemd.systemctl("--failed", "--plain", "--no-legend").stdout.decode()
    check(unit in failed and "/srv/nothing.git" in log(place, unit), f"{failed}{log(place, unit)}")
    systemd.systemctl("start", "weekahead-push.timer")
    check(systemd.show("weekahead-push.timer", "NextElapseUSecRealtime"), "the timer is not set")


if __name__ == "__main__":
    place = folder()
    tools = missing("unshare", "nsenter", "setpriv", "systemctl", "git", "curl", "useradd")
    if not pathlib.Path("/lib/systemd/systemd").exists():
        tools.append("systemd")
    if os.geteuid() != 0:
        left_out("the units were not run: a systemd of our own needs root")
    elif tools:
        left_out(f"the units were not run: {', '.join(tools)} is not there")
    else:
        lists = Lists(place, program(place))
        prepare(place, lists)
        systemd = Booted()
        try:
            systemd.boot(place)
        except OSError as error:
            systemd.end()
            left_out(f"the units were not run: no systemd of our own here: {error}")
            sys.exit(0)
        try:
            served(systemd, place, lists)
            published(systemd, place, lists)
            recorded(systemd, place)
        finally:
            systemd.end()
        print("served, followed, reloaded, published, recorded and pushed by the units under a real "
              "systemd")
